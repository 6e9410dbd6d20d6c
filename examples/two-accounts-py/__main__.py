"""The same instance on two accounts, or in two regions: an explicit provider for each.

Each has a namespace of stack config, `us` and `eu`:

    pulumi config set us:baseUrl https://api.openconnectors.us2.ext.hana.ondemand.com
    pulumi config set --secret us:userSecret "$US_USER_SECRET"
    pulumi config set --secret us:organizationSecret "$US_ORGANIZATION_SECRET"
    pulumi config set --secret us:stripeApiKey "$US_STRIPE_API_KEY"

The plugin comes with the Python package: activate its virtual environment, and `pulumi up` finds it on PATH.
"""

import pulumi
from pulumi_cloudelements import native

for account in ("us", "eu"):
    config = pulumi.Config(account)
    provider = native.Provider(
        account,
        base_url=config.require("baseUrl"),
        user_secret=config.require_secret("userSecret"),
        organization_secret=config.require_secret("organizationSecret"),
    )
    payments = native.Instance(
        f"payments-{account}",
        element="stripe",
        name="Payments",
        tags=[account],
        configuration={"api.key": config.require_secret("stripeApiKey")},
        opts=pulumi.ResourceOptions(provider=provider),
    )
    pulumi.export(account, payments.id)
