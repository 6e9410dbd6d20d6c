/** A Stripe instance, and its token as a secret output. */

import * as pulumi from "@pulumi/pulumi";
import { Instance } from "./cloudelements";

const payments = new Instance("payments", {
    element: "stripe",
    tags: ["quickstart"],
    configuration: { "api.key": new pulumi.Config().requireSecret("stripeApiKey") },
});

export const id = payments.id;
export const hub = payments.hub;
export const token = payments.token;
