# Generated from schema.json by `make generate`. Edit that file, or tools/generators, and not this one.
"""What `get_instance` and `get_instances` give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi


@dataclass(frozen=True)
class InstanceResult:
    """An instance as the platform shows it.

    Attributes:
        id: The platform's number of the instance, as text.
        name: The instance's name on the platform.
        element: The key of the element, such as `stripe`.
        tags: The instance's tags, without those that tell who manages it.
        enabled: Whether the instance answers calls.
        external_authentication: `none`, or `initial` for an instance that was handed a refresh token instead of an
            exchange of credentials.
        configuration: The configuration as read back, secrets masked; empty in what a list finds. A value that looks
            secret is kept secret.
        token: The element token: whoever holds it can use the connection.
        element_id: The number of the element on the platform.
        hub: The hub that the element belongs to, such as `payment`.
        valid: Whether the vendor accepted the credentials when they were last used.
        created_date: When the instance was made, as the platform says it.
    """

    id: str
    name: str
    element: str
    tags: tuple[str, ...]
    enabled: bool
    external_authentication: str
    configuration: Mapping[str, Any] = field(repr=False)
    token: pulumi.Output[str] = field(repr=False)
    element_id: int | None
    hub: str | None
    valid: bool | None
    created_date: str | None
