# Generated from schema.json by `make generate`. Edit that file, or tools/generators, and not this one.
"""The native provider's classes and functions for Python programs: the plugin does the work, in a process of its own.

They are what a generated SDK has, with the arguments of the dynamic provider, and with what its functions give.
Defaults are the plugin's to fill in, so that programs in every language get the same ones.

They ask for no version of the plugin, unless the options name one: it comes with this package, and what is on PATH is
taken whatever version is asked for. In state each new version would be another default provider, and an import, which
names none, would get yet another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

import pulumi

from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import Element
from pulumi_cloudelements.program import functions, native_support
from pulumi_cloudelements.program.instance_result import InstanceResult

OUTPUTS = (
    "element",
    "name",
    "configuration",
    "tags",
    "enabled",
    "external_authentication",
    "provider_data_version",
    "token",
    "element_id",
    "hub",
    "valid",
    "created_date",
)
"""What an `Instance` gives, by attribute: the SDK fills in those alone that it was told of."""


@pulumi.input_type
class InstanceArgs:
    """The inputs of an `Instance` as one object; that class says what each means."""

    element: pulumi.Input[str] = pulumi.property("element")
    name: pulumi.Input[str] | None = pulumi.property("name")
    configuration: pulumi.Input[Mapping[str, Any]] | None = pulumi.property("configuration")
    tags: pulumi.Input[Sequence[pulumi.Input[str]]] | None = pulumi.property("tags")
    enabled: pulumi.Input[bool] | None = pulumi.property("enabled")
    external_authentication: pulumi.Input[str] | None = pulumi.property("externalAuthentication")
    provider_data: pulumi.Input[Mapping[str, Any]] | None = pulumi.property("providerData")
    provider_data_version: pulumi.Input[Any] | None = pulumi.property("providerDataVersion")
    adopt: pulumi.Input[str] | None = pulumi.property("adopt")
    takeover: pulumi.Input[bool] | None = pulumi.property("takeover")

    def __init__(
        self,
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
    ) -> None:
        self.element = element
        self.name = name
        self.configuration = configuration
        self.tags = tags
        self.enabled = enabled
        self.external_authentication = external_authentication
        self.provider_data = provider_data
        self.provider_data_version = provider_data_version
        self.adopt = adopt
        self.takeover = takeover


class Instance(pulumi.CustomResource):
    """An element instance: one authenticated connection to a vendor's service, addressed by its token."""

    @overload
    def __init__(
        self, resource_name: str, args: InstanceArgs, *, opts: pulumi.ResourceOptions | None = None
    ) -> None: ...

    @overload
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
    ) -> None: ...

    def __init__(
        self, resource_name: str, *args: Any, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        """Declare an instance, by single inputs or by `InstanceArgs`.

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
        given = native_support.arguments(InstanceArgs, *args, **inputs)
        native_support.refuse_foreign_values(resource_name, given)
        registered = native_support.registered(given, OUTPUTS)
        options = native_support.instance_options(resource_name, opts)
        super().__init__(schema.INSTANCE, resource_name, registered, options)

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Instance:
        """Read an existing instance, which this stack then knows and does not manage.

        Parameters:
            resource_name: the Pulumi resource's name.
            id: the platform's number of the instance, as text.
            opts: Pulumi's resource options.
        """
        known = cls.__new__(cls)
        nothing = native_support.registered(InstanceArgs.__new__(InstanceArgs), OUTPUTS)
        by_id = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        options = native_support.instance_options(resource_name, by_id)
        pulumi.CustomResource.__init__(known, schema.INSTANCE, resource_name, nothing, options)
        return known

    @property
    @pulumi.getter
    def element(self) -> pulumi.Output[str]:
        """The key of the element, such as `stripe`. Another element is another instance."""
        return native_support.output(self, "element")

    @property
    @pulumi.getter
    def name(self) -> pulumi.Output[str]:
        """The instance's name on the platform, where names need not be unique. Default: the name of the Pulumi
        resource.
        """
        return native_support.output(self, "name")

    @property
    @pulumi.getter
    def configuration(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """The declared part of the configuration, as declared; after a refresh, as found."""
        return native_support.output(self, "configuration")

    @property
    @pulumi.getter
    def tags(self) -> pulumi.Output[Sequence[str] | None]:
        """The declared tags."""
        return native_support.output(self, "tags")

    @property
    @pulumi.getter
    def enabled(self) -> pulumi.Output[bool]:
        """Whether the instance answers calls. A disabled instance keeps its id, token and configuration."""
        return native_support.output(self, "enabled")

    @property
    @pulumi.getter(name="externalAuthentication")
    def external_authentication(self) -> pulumi.Output[str]:
        """`none`, or `initial` for an instance that is handed a refresh token instead of an exchange of credentials."""
        return native_support.output(self, "external_authentication")

    @property
    @pulumi.getter(name="providerDataVersion")
    def provider_data_version(self) -> pulumi.Output[Any | None]:
        """The version of `provider_data` that was sent last."""
        return native_support.output(self, "provider_data_version")

    @property
    @pulumi.getter
    def token(self) -> pulumi.Output[str]:
        """The element token: whoever holds it can use the connection."""
        return native_support.output(self, "token")

    @property
    @pulumi.getter(name="elementId")
    def element_id(self) -> pulumi.Output[int | None]:
        """The number of the element on the platform."""
        return native_support.output(self, "element_id")

    @property
    @pulumi.getter
    def hub(self) -> pulumi.Output[str | None]:
        """The hub that the element belongs to, such as `payment`."""
        return native_support.output(self, "hub")

    @property
    @pulumi.getter
    def valid(self) -> pulumi.Output[bool | None]:
        """Whether the vendor accepted the credentials when they were last used."""
        return native_support.output(self, "valid")

    @property
    @pulumi.getter(name="createdDate")
    def created_date(self) -> pulumi.Output[str | None]:
        """When the instance was made, as the platform says it."""
        return native_support.output(self, "created_date")


class Provider(pulumi.ProviderResource):
    """The account that element instances belong to."""

    def __init__(
        self,
        resource_name: str,
        *,
        user_secret: pulumi.Input[str] | None = None,
        organization_secret: pulumi.Input[str] | None = None,
        base_url: pulumi.Input[str] | None = None,
        update_method: pulumi.Input[str] | None = None,
        request_timeout: pulumi.Input[float] | None = None,
        max_retries: pulumi.Input[int] | None = None,
        orphans: pulumi.Input[str] | None = None,
        ownership_tag: pulumi.Input[bool] | None = None,
        account: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Name an account, for the ``provider`` in resource options. The stack's config has no say in it.

        What is not given here comes from the plugin's environment, and from there reaches no state.

        Parameters:
            resource_name: the Pulumi resource's name.
            user_secret: The user secret of the Cloud Elements account.
            organization_secret: The organization secret of the Cloud Elements account.
            base_url: The address of the platform's API. `https` is demanded, loopback addresses excepted; a bare origin
                is completed with `/elements/api-v2`.
            update_method: `PUT` sends all that is declared, `PATCH` what changed. Instances that are authenticated by
                OAuth are always patched.
            request_timeout: How long to wait for an answer, in seconds. Creating an instance calls the vendor and was
                seen to take up to half a minute.
            max_retries: How often a request that may be repeated is tried again after a lost connection or an answer of
                502, 503 or 504; one of 429 is waited out. A POST that may have taken effect is never repeated.
            orphans: What becomes of an instance that carries the ownership tags of a resource which is about to be
                created, because a run was killed.
            ownership_tag: Whether instances are tagged with the resource that manages them. Without the tags no lost
                create is found again.
            account: The account that the stack has moved to, by the fingerprint in the error that refuses it. Unset,
                the state tells.
            opts: Pulumi's resource options.
        """
        given = native_support.settings(
            {
                "userSecret": user_secret,
                "organizationSecret": organization_secret,
                "baseUrl": base_url,
                "updateMethod": update_method,
                "requestTimeout": request_timeout,
                "maxRetries": max_retries,
                "orphans": orphans,
                "ownershipTag": ownership_tag,
                "account": account,
            }
        )
        super().__init__(schema.PACKAGE, resource_name, given, native_support.provider_options(opts))


def get_instance(id: str, opts: pulumi.InvokeOptions | None = None) -> InstanceResult:
    """Looks an instance up by its id.

    Parameters:
        id: The platform's number of the instance, as text.
        opts: Pulumi's options of a function, such as the ``provider``.

    Raises:
        pulumi.RunError: it does not exist, or the platform cannot be asked.
    """
    wanted = {"id": id}
    return functions.instance_result(native_support.invoked(schema.GET_INSTANCE, wanted, opts))


def get_instance_output(
    id: pulumi.Input[str], opts: pulumi.InvokeOptions | None = None
) -> pulumi.Output[InstanceResult]:
    """Like `get_instance`, for an id that a resource has yet to give. The whole is a secret, since the token is."""
    wanted = {"id": id}
    return native_support.invoked_later(schema.GET_INSTANCE, wanted, opts, functions.instance_result)


def get_instances(
    *,
    element: str | None = None,
    tags: Sequence[str] | None = None,
    search_text: str | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> list[InstanceResult]:
    """Lists the instances that fit all that is given; none at all is an empty list.

    Parameters:
        element: The key of the element.
        tags: Every one of these tags must be there. `pulumi:<project>/<stack>` finds what a stack manages.
        search_text: A part of the name, in either case, or the key of the element.
        opts: Pulumi's options of a function, such as the ``provider``.

    Raises:
        pulumi.RunError: the platform cannot be asked.
    """
    if isinstance(tags, str):
        raise pulumi.RunError("get_instances: tags must be a list of strings")
    wanted = {"element": element, "tags": tags, "searchText": search_text}
    return native_support.instance_results(native_support.invoked(schema.GET_INSTANCES, wanted, opts))


def get_instances_output(
    *,
    element: pulumi.Input[str] | None = None,
    tags: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
    search_text: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> pulumi.Output[list[InstanceResult]]:
    """Like `get_instances`, for arguments that resources have yet to give. The whole is a secret, since tokens are."""
    wanted = {"element": element, "tags": tags, "searchText": search_text}
    return native_support.invoked_later(schema.GET_INSTANCES, wanted, opts, native_support.instance_results)


def get_element(key: str, opts: pulumi.InvokeOptions | None = None) -> Element:
    """Looks an element up by its key, with the definitions of its configuration.

    Parameters:
        key: The key of the element, such as `stripe`.
        opts: Pulumi's options of a function, such as the ``provider``.

    Raises:
        pulumi.RunError: it does not exist, or the platform cannot be asked.
    """
    wanted = {"key": key}
    return native_support.element(native_support.invoked(schema.GET_ELEMENT, wanted, opts))


def get_element_output(key: pulumi.Input[str], opts: pulumi.InvokeOptions | None = None) -> pulumi.Output[Element]:
    """Like `get_element`, for a key that a resource has yet to give."""
    wanted = {"key": key}
    return native_support.invoked_later(schema.GET_ELEMENT, wanted, opts, native_support.element)
