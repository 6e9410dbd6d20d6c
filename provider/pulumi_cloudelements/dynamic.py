"""The dynamic door: `Instance`, a Pulumi dynamic resource, and the provider behind it.

This module runs in two processes. In a Pulumi program it declares resources, and makes no request. In the provider
process, which the engine starts, `InstanceProvider` translates between the engine and the core.

Frozen names: this module's, `InstanceProvider` and the type ``pulumi-python:dynamic/cloudelements:Instance``. The
engine keeps the pickled provider in each resource's state and needs it for refresh and destroy. So the pickle
must stay small, free of secrets and the same everywhere: the provider has no attributes in a program.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)
from pulumi.dynamic.dynamic import PROVIDER_KEY

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.elements import mark_secrets
from pulumi_cloudelements.errors import CloudElementsError, ConfigurationError
from pulumi_cloudelements.model import UNKNOWN, InstanceInputs, InstanceState, whole_numbers

if TYPE_CHECKING:
    from pulumi_cloudelements.instance import InstanceResource

P = ParamSpec("P")
R = TypeVar("R")

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""The mark of a secret on the engine's wire. `Output.secret` needs an event loop, which a provider has not."""


class Instance(Resource, module="cloudelements", name="Instance"):
    """An element instance: one authenticated connection to a vendor's service, addressed by its token."""

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
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an instance.

        Parameters:
            resource_name: the Pulumi resource's name.
            element: the element's key, such as ``stripe``. Another element is another instance.
            name: the instance's name on the platform, which need not be unique; default: `resource_name`.
            configuration: the element's configuration by key: strings, booleans, numbers or objects.
            tags: in any order; None means whatever is there, an empty list clears them.
            enabled: whether the instance answers calls; default: true.
            external_authentication: ``none`` (the default) or ``initial``. Another value is another instance.
            opts: Pulumi's resource options.
        """
        _end_quietly_when_interrupted()
        inputs = {
            "element": element,
            "name": resource_name if name is None else name,
            "configuration": configuration,
            "tags": tags,
            "enabled": enabled,
            "externalAuthentication": external_authentication,
        }
        outputs = dict.fromkeys(("token", "elementId", "hub", "valid", "createdDate"))
        super().__init__(InstanceProvider(), resource_name, inputs | outputs, opts)

    def _output(self, name: str) -> pulumi.Output[Any]:
        output: pulumi.Output[Any] = self.__dict__[name]
        return output

    @property
    def element(self) -> pulumi.Output[str]:
        """The key of the element."""
        return self._output("element")

    @property
    def name(self) -> pulumi.Output[str]:
        """The instance's name on the platform."""
        return self._output("name")

    @property
    def configuration(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """The declared part of the configuration."""
        return self._output("configuration")

    @property
    def tags(self) -> pulumi.Output[Sequence[str] | None]:
        """The declared tags."""
        return self._output("tags")

    @property
    def enabled(self) -> pulumi.Output[bool]:
        """Whether the instance answers calls."""
        return self._output("enabled")

    @property
    def external_authentication(self) -> pulumi.Output[str]:
        """``none`` or ``initial``."""
        return self._output("externalAuthentication")

    @property
    def token(self) -> pulumi.Output[str]:
        """The element token, a secret: whoever holds it can use the connection."""
        return self._output("token")

    @property
    def element_id(self) -> pulumi.Output[int | None]:
        """The number of the element on the platform."""
        return self._output("elementId")

    @property
    def hub(self) -> pulumi.Output[str | None]:
        """The hub that the element belongs to, such as ``payment``."""
        return self._output("hub")

    @property
    def valid(self) -> pulumi.Output[bool | None]:
        """Whether the vendor accepted the credentials when they were last used."""
        return self._output("valid")

    @property
    def created_date(self) -> pulumi.Output[str | None]:
        """When the instance was made, as the platform says it."""
        return self._output("createdDate")


@functools.cache
def _end_quietly_when_interrupted() -> None:
    """Keep the traceback of an interruption off the user's screen.

    Once a resource has failed, the engine interrupts the program. What Python would print then is where the SDK
    was waiting, many lines long, beside the one line that matters. Every other exception is printed as ever.
    """
    print_exception = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            print_exception(kind, error, traceback)

    sys.excepthook = hook


def _plainly(method: Callable[P, R]) -> Callable[P, R]:
    """Let an error reach the user as its own line, without the chain of errors beneath it."""

    @functools.wraps(method)
    def plain(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except CloudElementsError as error:
            raise error from None

    return plain


class InstanceProvider(ResourceProvider):
    """The engine's side of `Instance`: turns its calls into those of `instance.InstanceResource`."""

    serialize_as_secret_always = False  # the pickle names a class and holds nothing; secrets cost state and time

    _resource: InstanceResource | ConfigurationError

    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration, once per provider process.

        One that cannot be used is kept: check reports it as a check failure, every other call raises it.
        """
        sys.tracebacklimit = 0  # the host prints the traceback of every error that it is handed
        # These load requests, which a Pulumi program can do without.
        from pulumi_cloudelements.client import Client
        from pulumi_cloudelements.instance import InstanceResource

        try:
            self._resource = InstanceResource(Client(ProviderConfig.load(req.config.get)))
        except ConfigurationError as error:
            self._resource = error

    @property
    def _core(self) -> InstanceResource:
        if isinstance(self._resource, Exception):
            raise self._resource
        return self._resource

    @_plainly
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Validate and complete declared inputs.

        Failures name no property: the engine would print that property's value beside them, secrets included.
        """
        try:
            checked = self._core.check(_from_engine(news))
        except ConfigurationError as error:
            return CheckResult(_to_engine(_from_engine(news)), [CheckFailure("", str(error))])
        return CheckResult(_to_engine(checked.inputs), [CheckFailure("", reason) for reason in checked.failures])

    @_plainly
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Tell the engine whether to update or to replace. Other bytes of the pickled provider are no change."""
        changes = self._core.diff(_from_engine(_olds), _from_engine(_news))
        return DiffResult(changes=bool(changes), replaces=[change.path for change in changes if change.replaces])

    @_plainly
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Provision an instance."""
        state = self._core.create(InstanceInputs.from_properties(_from_engine(props)))
        return CreateResult(state.id, _to_engine(state.to_properties()))

    @_plainly
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Refresh: answer live outputs, and live inputs so that the engine shows the drift."""
        state = self._core.read(InstanceState.from_properties(id_, _from_engine(props)))
        if state is None:
            return ReadResult("", {})  # how the host wants "gone" to be said
        return ReadResult(id_, _to_engine(state.to_properties()), _to_engine(state.inputs.to_properties()))

    @_plainly
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change the instance in place."""
        last = InstanceState.from_properties(_id, _from_engine(_olds))
        state = self._core.update(last, InstanceInputs.from_properties(_from_engine(_news)))
        return UpdateResult(_to_engine(state.to_properties()))

    @_plainly
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove the instance."""
        self._core.delete(_id)


def _from_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The core's form of the host's: without the pickled provider, integers restored, unknowns by the core's name."""

    def plain(value: Any) -> Any:
        if isinstance(value, pulumi.output.Unknown):
            return UNKNOWN
        if isinstance(value, Mapping):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return whole_numbers(value)

    return {name: plain(value) for name, value in properties.items() if name != PROVIDER_KEY}


def _to_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The host's form of the core's: secrets marked, in every answer, and unknowns by the host's name."""

    def plain(value: Any) -> Any:
        if value is UNKNOWN:
            return pulumi.UNKNOWN
        if isinstance(value, Mapping):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value

    return plain(mark_secrets(properties, lambda value: SECRET | {"value": value}))  # type: ignore[no-any-return]
