/**
 * The resource of the plugin, as a class with types: enough for a program that declares instances.
 *
 * `pulumi package add` generates the whole SDK instead, with provider, functions and documentation.
 */

import * as pulumi from "@pulumi/pulumi";

/** What is declared of an instance; the provider's schema.json says what each property means. */
export interface InstanceArgs {
    element: pulumi.Input<string>;
    name?: pulumi.Input<string>;
    configuration?: pulumi.Input<Record<string, unknown>>;
    tags?: pulumi.Input<pulumi.Input<string>[]>;
    enabled?: pulumi.Input<boolean>;
    externalAuthentication?: pulumi.Input<"none" | "initial">;
    providerData?: pulumi.Input<Record<string, unknown>>;
    providerDataVersion?: unknown;
    adopt?: pulumi.Input<string>;
}

// The SDK makes an output of each key that it is given: what the provider alone knows is listed without a value.
const OUTPUTS = {
    name: undefined,
    configuration: undefined,
    tags: undefined,
    enabled: undefined,
    externalAuthentication: undefined,
    providerDataVersion: undefined,
    token: undefined,
    elementId: undefined,
    hub: undefined,
    valid: undefined,
    createdDate: undefined,
};

/** An element instance: one authenticated connection to a vendor's service, addressed by its token. */
export class Instance extends pulumi.CustomResource {
    declare readonly element: pulumi.Output<string>;
    declare readonly name: pulumi.Output<string>;
    declare readonly configuration: pulumi.Output<Record<string, unknown> | undefined>;
    declare readonly tags: pulumi.Output<string[] | undefined>;
    declare readonly enabled: pulumi.Output<boolean>;
    declare readonly externalAuthentication: pulumi.Output<"none" | "initial">;
    declare readonly providerDataVersion: pulumi.Output<unknown>;
    /** Always secret: whoever holds it can use the connection. */
    declare readonly token: pulumi.Output<string>;
    declare readonly elementId: pulumi.Output<number | undefined>;
    declare readonly hub: pulumi.Output<string | undefined>;
    declare readonly valid: pulumi.Output<boolean | undefined>;
    declare readonly createdDate: pulumi.Output<string | undefined>;

    constructor(name: string, args: InstanceArgs, options?: pulumi.CustomResourceOptions) {
        const providerData = args.providerData && pulumi.secret(args.providerData);
        super(
            "cloudelements:index:Instance",
            name,
            { ...OUTPUTS, ...args, providerData },
            pulumi.mergeOptions(options, { additionalSecretOutputs: ["token"] }),
        );
    }
}
