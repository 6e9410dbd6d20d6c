"""A Stripe instance, and its token as a secret output."""

import pulumi
from pulumi_cloudelements import Instance

payments = Instance(
    "payments",
    element="stripe",
    tags=["quickstart"],
    configuration={"api.key": pulumi.Config().require_secret("stripeApiKey")},
)

pulumi.export("id", payments.id)
pulumi.export("hub", payments.hub)
pulumi.export("token", payments.token)
