"""Two instances that exist already, imported instead of created.

Import them, one by one or all that import.json lists; put the ids of yours in the place of 1234 and 1235:

    pulumi import cloudelements:index:Instance payments 1234 --protect=false --generate-code=false
    pulumi import --file import.json --protect=false --generate-code=false

A warning names what the platform does not show, such as passwords. Supply it in stack config, and the first
`pulumi up` sends it:

    pulumi config set --secret stripeApiKey "$STRIPE_API_KEY"
    pulumi config set --secret jiraPassword "$JIRA_PASSWORD"

The plugin comes with the Python package: activate its virtual environment, and `pulumi` finds it on PATH.
"""

import pulumi
from pulumi_cloudelements import native

config = pulumi.Config()

payments = native.Instance(
    "payments",
    element="stripe",
    name="Payments",
    configuration={"api.key": config.require_secret("stripeApiKey")},
)
support = native.Instance(
    "support",
    element="jira",
    name="Support",
    configuration={
        "username": "robot@example.com",
        "password": config.require_secret("jiraPassword"),
        "base.url": "https://example.atlassian.net",
    },
)

pulumi.export("ids", {"payments": payments.id, "support": support.id})
