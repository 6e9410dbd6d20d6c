"""Instances as programs declare them, by the schema's names: what an element demands and no more."""

from __future__ import annotations

from typing import Any

API_KEY = "sk_live_5e1f"
"""What no message and no state may hold in clear."""

STRIPE: dict[str, Any] = {"element": "stripe", "name": "Payments", "configuration": {"api.key": API_KEY}}

JIRA: dict[str, Any] = {
    "element": "jira",
    "name": "Support",
    "configuration": {"username": "me", "password": "hunter22", "base.url": "https://jira.example"},
}

OAUTH = {
    "oauth.api.key": "consumer-key",
    "oauth.api.secret": "consumer-secret",
    "oauth.callback.url": "https://app.example/callback",
}
"""The configuration that every element demands which authenticates by OAuth."""

SALESFORCE: dict[str, Any] = {"element": "sfdc", "name": "CRM", "configuration": OAUTH}
"""It demands a code as well, or a refresh token."""

REFRESHED = SALESFORCE | {
    "externalAuthentication": "initial",
    "configuration": OAUTH | {"oauth.user.refresh_token": "refresh-1"},
}
"""Salesforce with a refresh token in place of a code."""
