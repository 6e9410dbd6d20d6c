"""Instances that use every input, deployed by version 0.1.0 of the provider."""

import pulumi

from pulumi_cloudelements import Instance

vendor_secret = pulumi.Config().require_secret("vendorSecret")
oauth = {
    "oauth.api.key": vendor_secret,
    "oauth.api.secret": vendor_secret,
    "oauth.callback.url": "https://example.com/callback",
}

payments = Instance(
    "payments",
    "stripe",
    name="Payments/größe ☃",
    tags=["b", "a"],
    enabled=False,
    configuration={
        "api.key": vendor_secret,
        "event.notification.enabled": True,
        "event.vendor.type": "webhooks",
        "event.notification.callback.url": "https://example.com/hooks",
        "event.notification.signature.key": vendor_secret,
        "event.poller.refresh_interval": 30,
        "event.poller.configuration": {"events": {"url": "/a", "size": 5}},
        "bulk.relations": "",
    },
)
Instance(
    "crm",
    "sfdc",
    configuration=oauth | {"event.poller.configuration": {"auth": {"password": vendor_secret}}},
    provider_data={"code": vendor_secret},
    provider_data_version=1,
)
Instance(
    "chat",
    "slack",
    tags=[],
    configuration=oauth | {"oauth.user.refresh_token": vendor_secret},
    external_authentication="initial",
)
Instance(
    "support",
    "jira",
    adopt="1",
    configuration={
        "username": payments.token,
        "password": vendor_secret,
        "base.url": "https://example.com",
    },
    opts=pulumi.ResourceOptions(parent=payments),
)
