"""The resource without a platform, and what it logs."""

from __future__ import annotations

import pytest

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.resources.account import Account
from pulumi_cloudelements.resources.instance import InstanceResource
from tests.support.instance import Heard


@pytest.fixture
def offline() -> InstanceResource:
    """A resource for what needs no platform; a request would fail."""
    return Account(ProviderConfig()).instances


@pytest.fixture
def heard() -> Heard:
    """Nothing yet."""
    return Heard()
