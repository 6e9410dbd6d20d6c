# Generated from schema.json by `make generate`. Edit that file, or tools/generators, and not this one.
"""The inputs and outputs of `pulumi_cloudelements.dynamic.Instance`, as its constructor and its properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import Resource, ResourceProvider

from pulumi_cloudelements.program import registration


class DynamicInstance(Resource):
    """What a program sees of an `Instance`. That class says what the engine is told."""

    def __init__(
        self,
        resource_name: str,
        element: pulumi.Input[str],
        *,
        name: pulumi.Input[str] | None = None,
        configuration: pulumi.Input[Mapping[str, Any]] | None = None,
        tags: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        enabled: pulumi.Input[bool] | None = None,
        external_authentication: pulumi.Input[str] | None = None,
        provider_data: pulumi.Input[Mapping[str, Any]] | None = None,
        provider_data_version: pulumi.Input[Any] | None = None,
        adopt: pulumi.Input[str] | None = None,
        takeover: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an instance.

        Parameters:
            resource_name: the Pulumi resource's name.
            element: The key of the element, such as `stripe`. Another element is another instance.
            name: The instance's name on the platform, where names need not be unique. Default: the name of the Pulumi
                resource.
            configuration: The element's configuration, by key. Values are strings, booleans, numbers or objects; `None`
                means not declared. A value whose key looks secret is kept secret.
            tags: The instance's tags, in any order. Unset means whatever is there; an empty list clears them.
            enabled: Whether the instance answers calls. A disabled instance keeps its id, token and configuration.
            external_authentication: `none`, or `initial` for an instance that is handed a refresh token instead of an
                exchange of credentials.
            provider_data: What the platform authenticates with once, such as an OAuth `code`: sent on create, never
                compared and never read back.
            provider_data_version: Any value. A new one sends `provider_data` again, to authenticate the instance again.
            adopt: The id of an existing instance to adopt instead of creating one. It has no effect once the resource
                has an instance.
            takeover: Whether this resource may have an instance that another resource manages. Without it such an
                instance is neither adopted nor changed.
            opts: Pulumi's resource options.

        Raises:
            pulumi.RunError: a value cannot be sent; each is named by its path.
        """
        inputs = {
            "element": element,
            "name": name,
            "configuration": configuration,
            "tags": tags,
            "enabled": enabled,
            "externalAuthentication": external_authentication,
            "providerData": provider_data,
            "providerDataVersion": provider_data_version,
            "adopt": adopt,
            "takeover": takeover,
        }
        provider, properties = self._registered(resource_name, inputs, opts)
        with registration.PICKLING:
            super().__init__(provider, resource_name, properties, opts)

    def _registered(
        self, resource_name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None
    ) -> tuple[ResourceProvider, dict[str, Any]]:
        """The provider, and the properties to register, of which some are outputs without a value."""
        raise NotImplementedError

    def _output(self, name: str) -> pulumi.Output[Any]:
        output: pulumi.Output[Any] = self.__dict__[name]
        return output

    @property
    def element(self) -> pulumi.Output[str]:
        """The key of the element, such as `stripe`. Another element is another instance."""
        return self._output("element")

    @property
    def name(self) -> pulumi.Output[str]:
        """The instance's name on the platform, where names need not be unique. Default: the name of the Pulumi
        resource.
        """
        return self._output("name")

    @property
    def configuration(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """The declared part of the configuration, as declared; after a refresh, as found."""
        return self._output("configuration")

    @property
    def tags(self) -> pulumi.Output[Sequence[str] | None]:
        """The declared tags."""
        return self._output("tags")

    @property
    def enabled(self) -> pulumi.Output[bool]:
        """Whether the instance answers calls. A disabled instance keeps its id, token and configuration."""
        return self._output("enabled")

    @property
    def external_authentication(self) -> pulumi.Output[str]:
        """`none`, or `initial` for an instance that is handed a refresh token instead of an exchange of credentials."""
        return self._output("externalAuthentication")

    @property
    def provider_data_version(self) -> pulumi.Output[Any | None]:
        """The version of `provider_data` that was sent last."""
        return self._output("providerDataVersion")

    @property
    def token(self) -> pulumi.Output[str]:
        """The element token: whoever holds it can use the connection."""
        return self._output("token")

    @property
    def element_id(self) -> pulumi.Output[int | None]:
        """The number of the element on the platform."""
        return self._output("elementId")

    @property
    def hub(self) -> pulumi.Output[str | None]:
        """The hub that the element belongs to, such as `payment`."""
        return self._output("hub")

    @property
    def valid(self) -> pulumi.Output[bool | None]:
        """Whether the vendor accepted the credentials when they were last used."""
        return self._output("valid")

    @property
    def created_date(self) -> pulumi.Output[str | None]:
        """When the instance was made, as the platform says it."""
        return self._output("createdDate")
