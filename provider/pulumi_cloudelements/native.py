"""The native door's classes and functions for Python programs: the plugin does the work, in a process of its own.

They are what a generated SDK has, with the arguments of the dynamic door, and what that door's look-ups give. Defaults
are the plugin's to fill in, so that programs in every language get the same ones.

They ask for no version of the plugin, unless the options name one: it comes with this package, and what is on PATH is
taken whatever version is asked for. In state each new version would be another default provider, and an import, which
names none, would get yet another.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, NoReturn, TypeVar, overload

import pulumi

from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.element import Element, Entry
from pulumi_cloudelements.model.instance import property_name
from pulumi_cloudelements.model.properties import change_at, whole_numbers
from pulumi_cloudelements.model.secrets import secret_paths
from pulumi_cloudelements.program import registration
from pulumi_cloudelements.program.functions import InstanceResult

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

T = TypeVar("T")


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
            provider_data_version: Any value; a new one sends `provider_data` again, to authenticate anew.
            adopt: The id of an existing instance to take over instead of creating one. It means nothing after that.
            opts: Pulumi's resource options.

        Raises:
            pulumi.RunError: a value cannot be sent; each is named by its path.
        """
        given = _arguments(*args, **inputs)
        registration.refuse_foreign_values(
            resource_name, {property_name(name): value for name, value in vars(given).items()}
        )
        super().__init__(schema.INSTANCE, resource_name, _registered(given), _keeping_secrets(schema.outputs(), opts))

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Instance:
        """Read an existing instance, which this stack then knows and does not manage.

        Parameters:
            resource_name: the Pulumi resource's name.
            id: the platform's number of the instance, as text.
            opts: Pulumi's resource options.
        """
        known = cls.__new__(cls)
        nothing = InstanceArgs.__new__(InstanceArgs)
        by_id = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        pulumi.CustomResource.__init__(
            known, schema.INSTANCE, resource_name, _registered(nothing), _keeping_secrets(schema.outputs(), by_id)
        )
        return known

    def _output(self, name: str) -> pulumi.Output[Any]:
        output: pulumi.Output[Any] = pulumi.get(self, name)
        return output

    @property
    @pulumi.getter
    def element(self) -> pulumi.Output[str]:
        """The key of the element, such as `stripe`. Another element is another instance."""
        return self._output("element")

    @property
    @pulumi.getter
    def name(self) -> pulumi.Output[str]:
        """The instance's name on the platform, where names need not be unique. Default: the name of the Pulumi
        resource.
        """
        return self._output("name")

    @property
    @pulumi.getter
    def configuration(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """The declared part of the configuration, as declared; after a refresh, as found."""
        return self._output("configuration")

    @property
    @pulumi.getter
    def tags(self) -> pulumi.Output[Sequence[str] | None]:
        """The declared tags."""
        return self._output("tags")

    @property
    @pulumi.getter
    def enabled(self) -> pulumi.Output[bool]:
        """Whether the instance answers calls. A disabled instance keeps its id, token and configuration."""
        return self._output("enabled")

    @property
    @pulumi.getter(name="externalAuthentication")
    def external_authentication(self) -> pulumi.Output[str]:
        """`none`, or `initial` for an instance that is handed a refresh token instead of an exchange of credentials."""
        return self._output("external_authentication")

    @property
    @pulumi.getter(name="providerDataVersion")
    def provider_data_version(self) -> pulumi.Output[Any | None]:
        """The version of `provider_data` that was sent last."""
        return self._output("provider_data_version")

    @property
    @pulumi.getter
    def token(self) -> pulumi.Output[str]:
        """The element token: whoever holds it can use the connection."""
        return self._output("token")

    @property
    @pulumi.getter(name="elementId")
    def element_id(self) -> pulumi.Output[int | None]:
        """The number of the element on the platform."""
        return self._output("element_id")

    @property
    @pulumi.getter
    def hub(self) -> pulumi.Output[str | None]:
        """The hub that the element belongs to, such as `payment`."""
        return self._output("hub")

    @property
    @pulumi.getter
    def valid(self) -> pulumi.Output[bool | None]:
        """Whether the vendor accepted the credentials when they were last used."""
        return self._output("valid")

    @property
    @pulumi.getter(name="createdDate")
    def created_date(self) -> pulumi.Output[str | None]:
        """When the instance was made, as the platform says it."""
        return self._output("created_date")


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
            opts: Pulumi's resource options.
        """
        given = {
            "userSecret": user_secret,
            "organizationSecret": organization_secret,
            "baseUrl": base_url,
            "updateMethod": update_method,
            "requestTimeout": request_timeout,
            "maxRetries": max_retries,
            "orphans": orphans,
            "ownershipTag": ownership_tag,
        }
        told = {name: _setting(name, value) for name, value in given.items() if value is not None}
        super().__init__(schema.PACKAGE, resource_name, told, _keeping_secrets(schema.configuration(), opts))


def get_instance(id: str, opts: pulumi.InvokeOptions | None = None) -> InstanceResult:
    """Looks an instance up by its id.

    Parameters:
        id: The platform's number of the instance, as text.
        opts: Pulumi's options of a function, such as the ``provider``.

    Raises:
        pulumi.RunError: it does not exist, or the platform cannot be asked.
    """
    return _instance(_invoked(schema.GET_INSTANCE, {"id": id}, opts))


def get_instance_output(
    id: pulumi.Input[str], opts: pulumi.InvokeOptions | None = None
) -> pulumi.Output[InstanceResult]:
    """Like `get_instance`, for an id that a resource has yet to give. The whole is a secret, since the token is."""
    return _invoked_later(schema.GET_INSTANCE, {"id": id}, opts, _instance)


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
    return _instances(_invoked(schema.GET_INSTANCES, wanted, opts))


def get_instances_output(
    *,
    element: pulumi.Input[str] | None = None,
    tags: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
    search_text: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> pulumi.Output[list[InstanceResult]]:
    """Like `get_instances`, for arguments that resources have yet to give. The whole is a secret, since tokens are."""
    wanted = {"element": element, "tags": tags, "searchText": search_text}
    return _invoked_later(schema.GET_INSTANCES, wanted, opts, _instances)


def get_element(key: str, opts: pulumi.InvokeOptions | None = None) -> Element:
    """Looks an element up by its key, with the definitions of its configuration.

    Parameters:
        key: The key of the element, such as `stripe`.
        opts: Pulumi's options of a function, such as the ``provider``.

    Raises:
        pulumi.RunError: it does not exist, or the platform cannot be asked.
    """
    return _element(_invoked(schema.GET_ELEMENT, {"key": key}, opts))


def get_element_output(key: pulumi.Input[str], opts: pulumi.InvokeOptions | None = None) -> pulumi.Output[Element]:
    """Like `get_element`, for a key that a resource has yet to give."""
    return _invoked_later(schema.GET_ELEMENT, {"key": key}, opts, _element)


def _arguments(*args: Any, **inputs: Any) -> InstanceArgs:
    """The one `InstanceArgs` that was given, or one made of the inputs that were given instead."""
    whole = inputs.pop("args", None) or next((arg for arg in args if isinstance(arg, InstanceArgs)), None)
    if whole is None:
        return InstanceArgs(*args, **inputs)
    if inputs or any(arg is not whole for arg in args):
        raise TypeError("Instance takes either InstanceArgs or single inputs")
    return whole


def _registered(given: InstanceArgs) -> Any:
    """What the engine is told: the inputs, secret where the schema says so, and a place for each output.

    It is an `InstanceArgs`, which the SDK takes and its types do not say.
    """
    flags, registered = schema.inputs(), copy.copy(given)
    for name, value in vars(given).items():
        if value is not None and flags[property_name(name)].secret:
            pulumi.set(registered, name, pulumi.Output.secret(value))
    for name in OUTPUTS:
        vars(registered).setdefault(name, None)
    return registered


def _keeping_secrets(
    properties: Mapping[str, schema.Property], opts: pulumi.ResourceOptions | None
) -> pulumi.ResourceOptions:
    secrets = [name for name, flags in properties.items() if flags.secret]
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=secrets))


def _setting(name: str, value: Any) -> pulumi.Input[Any]:
    """A provider's setting as the engine takes it: text, and JSON of whatever is none."""
    flags = schema.configuration()[name]
    if flags.secret:
        return pulumi.Output.secret(value)
    return value if flags.type == "string" else pulumi.Output.from_input(value).apply(_json)


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _invoked(token: str, inputs: Mapping[str, Any], opts: pulumi.InvokeOptions | None) -> Any:
    try:
        result = pulumi.runtime.invoke(token, inputs, opts)
    except Exception as error:
        raise _told(error) from error
    if _is_unknown(result.value):
        raise pulumi.RunError(
            f"{token}: an argument, or the provider, is not known yet: use the function whose name ends with _output"
        )
    return result.value


def _invoked_later(
    token: str, inputs: Mapping[str, Any], opts: pulumi.InvokeOptions | None, convert: Callable[[Any], T]
) -> pulumi.Output[T]:
    def converted(answer: Any) -> Any:
        return pulumi.UNKNOWN if _is_unknown(answer) else convert(answer)

    found: pulumi.Output[T] = pulumi.runtime.invoke_output(token, inputs, opts).apply(converted)
    # With an SDK that is too old to have it, the error is printed with a traceback.
    return found.recover(_fail) if hasattr(pulumi.Output, "recover") else found


def _is_unknown(answer: Any) -> bool:
    """Whether a preview has to do without: the SDK says None of an unknown argument, the engine says that nothing at
    all was found where the provider is not configured yet.
    """
    return not answer


def _fail(error: Exception) -> NoReturn:
    raise _told(error) from error


def _told(error: Exception) -> pulumi.RunError:
    """The error as Pulumi prints it without a traceback."""
    return pulumi.RunError(str(error))


def _instance(found: Mapping[str, Any]) -> InstanceResult:
    """A found instance. The SDK has taken the marks off its secrets."""
    marked = change_at(found, secret_paths(found), pulumi.Output.secret)
    own = {"token": marked["token"], "configuration": marked["configuration"], "tags": tuple(found["tags"])}
    return InstanceResult(**_attributes(InstanceResult, found) | own)


def _instances(found: Mapping[str, Any]) -> list[InstanceResult]:
    return [_instance(instance) for instance in found["instances"]]


def _element(found: Mapping[str, Any]) -> Element:
    entries = tuple(Entry(**_attributes(Entry, entry)) for entry in found["configuration"])
    return Element(**_attributes(Element, found) | {"configuration": entries})


def _attributes(kind: Any, found: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a dataclass's attributes, None for those that the platform says nothing of."""
    return {field.name: whole_numbers(found.get(property_name(field.name))) for field in fields(kind)}
