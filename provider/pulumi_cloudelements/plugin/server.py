"""The native provider: the plugin ``pulumi-resource-cloudelements``, the same core for every Pulumi language.

The engine starts one process for each provider of a stack, with its own address as the argument, reads the port from
the first line that is printed, and then calls the methods of `Plugin`, many at a time.
"""

from __future__ import annotations

import functools
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from pulumi_cloudelements.engine.callbacks import Engine
from pulumi_cloudelements.errors import Abandoned, CloudElementsError, ConfigurationError, HalfMade
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.diagnostics import Log, Severity
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import UNKNOWN, Properties, configuration_path
from pulumi_cloudelements.model.secrets import secret_paths
from pulumi_cloudelements.plugin import command, configure, invoke
from pulumi_cloudelements.plugin.property_values import Values
from pulumi_cloudelements.resources.account import MOST_REQUESTS, OPERATION_TIMEOUT, Account
from pulumi_cloudelements.resources.diff import Kind, PropertyChange
from pulumi_cloudelements.resources.unforeseen import unforeseen

WATCH = 5.0
"""Seconds between two looks whether the engine is there."""

LONGEST_MESSAGE = 400 * 1024 * 1024
"""Bytes: what the engine allows as well."""

KINDS = {
    (Kind.ADD, False): provider_pb2.PropertyDiff.ADD,
    (Kind.ADD, True): provider_pb2.PropertyDiff.ADD_REPLACE,
    (Kind.DELETE, False): provider_pb2.PropertyDiff.DELETE,
    (Kind.DELETE, True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    (Kind.UPDATE, False): provider_pb2.PropertyDiff.UPDATE,
    (Kind.UPDATE, True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}
"""A change, and whether it replaces, by the engine's names."""

R = TypeVar("R")


@dataclass(frozen=True)
class _Status(grpc.Status):
    """A refusal that carries more than its text."""

    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...]


def _one_line_errors(method: Callable[[Plugin, Any, grpc.ServicerContext], R]) -> Callable[..., R]:
    """Let a method of the service fail as the engine expects it: with one line."""

    @functools.wraps(method)
    def guarded(self: Plugin, request: Any, context: grpc.ServicerContext) -> R:
        try:
            return method(self, request, context)
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold secrets
            refusal = self.refusal(method.__name__, request, error)
        context.abort_with_status(refusal)
        raise AssertionError("an aborted call goes no further")

    return guarded


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """The engine's interface to a provider; each method is one of its calls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._account: Account | ConfigurationError = ConfigurationError("the provider is not configured")

    @_one_line_errors
    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """Tell the version, which is the package's."""
        return plugin_pb2.PluginInfo(version=schema.version())

    @_one_line_errors
    def GetSchema(self, request: Any, context: Any) -> provider_pb2.GetSchemaResponse:
        """Tell the package's schema, of which SDKs are made."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps(dict(schema.package())))

    @_one_line_errors
    def CheckConfig(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Validate the provider's configuration, and keep what is secret of it out of the state."""
        given = Values.of(request.news)
        inputs = given.message(given.plain, configure.secret_paths(given.plain))
        return provider_pb2.CheckResponse(inputs=inputs, failures=_failures(configure.check(given.plain)))

    @_one_line_errors
    def DiffConfig(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """Tell whether another configuration means other resources."""
        changes = configure.diff(Values.of(request.olds).plain, Values.of(request.news).plain)
        for severity, message in configure.meaning(changes):
            self._engine.log(severity, message, request.urn)
        return _differing(changes)

    @_one_line_errors
    def Configure(self, request: Any, context: Any) -> provider_pb2.ConfigureResponse:
        """Take the provider's configuration. One that cannot be used fails what needs it."""
        try:
            config = configure.load(Values.of(request.args).plain)
            self._account = Account(config, self._engine.confirm, keeps_half_made=True, tell=self._engine.tell)
        except ConfigurationError as error:
            self._account = error
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @contextmanager
    def _operation(self, timeout: float = 0) -> Iterator[Account]:
        """The account, for as long as an operation may take: `timeout` seconds, where ``customTimeouts`` say so."""
        if isinstance(self._account, ConfigurationError):
            raise self._account
        with self._account.within(timeout or OPERATION_TIMEOUT):
            yield self._account

    def _log_of(self, urn: str) -> Log:
        return functools.partial(self._engine.log, urn=urn)

    @_one_line_errors
    def Check(self, request: Any, context: Any) -> provider_pb2.CheckResponse:
        """Validate and complete declared inputs."""
        if foreign := _foreign_type(request.urn):
            return provider_pb2.CheckResponse(inputs=request.news, failures=_failures([foreign]))
        old, new = Values.of(request.olds), Values.of(request.news)
        if isinstance(self._account, ConfigurationError):
            inputs = new.message(new.plain, secret_paths(new.plain, given=new.secret_keys))
            return provider_pb2.CheckResponse(inputs=inputs, failures=_failures([str(self._account)]))
        declared = {"name": _name(request.urn)} | new.plain
        with self._operation() as account:
            owner, log = Owner.from_urn(request.urn), self._log_of(request.urn)
            checked = account.instances.check(declared, log, old.plain, owner, new.secret_keys)
            inputs = _message(account, new, checked.inputs, old)
        return provider_pb2.CheckResponse(inputs=inputs, failures=_failures(checked.failures))

    @_one_line_errors
    def Diff(self, request: Any, context: Any) -> provider_pb2.DiffResponse:
        """List what changes, property by property.

        A value that becomes secret without changing is an update that names no property, and so is an ownership tag
        that is written again: an engine would replace what ``replaceOnChanges`` names. A value that is secret no longer
        stays so until it changes: nobody can tell it from one that was kept secret for want of the definitions.
        """
        old, new = Values.of(request.olds), Values.of(request.news)
        with self._operation() as account:
            owner = Owner.from_urn(request.urn)
            changes = account.instances.diff(request.id, old.plain, new.plain, owner, self._log_of(request.urn))
        # Outputs may be secret for other reasons, such as `additionalSecretOutputs`.
        declared = Values.of(request.old_inputs) if request.HasField("old_inputs") else old
        named = [change for change in changes if change.declared]
        secret = _newly_secret(declared, new)
        if secret and not changes:
            self._log_of(request.urn)(Severity.INFO, f"becomes secret in the state: {', '.join(secret)}")
        return _differing(named, unnamed=bool(secret) or len(named) < len(changes))

    @_one_line_errors
    def Create(self, request: Any, context: Any) -> provider_pb2.CreateResponse:
        """Provision an instance, or adopt one. In a preview, what the platform will add is unknown."""
        given = Values.of(request.properties)
        with self._operation(request.timeout) as account:
            if request.preview:
                return provider_pb2.CreateResponse(properties=_message(account, given, _previewed(given, {})))
            inputs = InstanceInputs.from_properties(given.plain)
            state = account.instances.create(inputs, Owner.from_urn(request.urn), self._log_of(request.urn))
            return provider_pb2.CreateResponse(id=state.id, properties=_message(account, given, state.to_properties()))

    def refusal(self, operation: str, request: Any, error: Exception) -> _Status:
        """What the engine is told of an error: its line, or that of one that nobody foresaw."""
        if isinstance(error, HalfMade):
            return self.half_made(request, error)
        if not isinstance(error, CloudElementsError):
            error = unforeseen(error, operation)
        return _Status(grpc.StatusCode.UNKNOWN, str(error), ())

    def half_made(self, request: Any, error: HalfMade) -> _Status:
        """The refusal of a create that has made an instance: the engine keeps it, and updates it the next time."""
        given = Values.of(request.properties)
        with self._operation() as account:
            failed = provider_pb2.ErrorResourceInitFailed(
                id=error.state.id,
                properties=_message(account, given, error.state.to_properties()),
                reasons=[str(error)],
                inputs=_message(account, given, error.state.inputs.to_properties()),
            )
        detail = any_pb2.Any()
        detail.Pack(failed)
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error), details=[detail])
        return _Status(grpc.StatusCode.UNKNOWN, str(error), (("grpc-status-details-bin", status.SerializeToString()),))

    @_one_line_errors
    def Read(self, request: Any, context: Any) -> provider_pb2.ReadResponse:
        """Refresh an instance; or, with nothing but its id, find out what there is: that is import and `get`."""
        last, inputs = Values.of(request.properties), Values.of(request.inputs)
        given = last | inputs
        # Outputs may be secret for other reasons, such as `additionalSecretOutputs`.
        declared = inputs if inputs.plain else last
        known = "element" in last.plain and "name" in last.plain
        owner, log = Owner.from_urn(request.urn), self._log_of(request.urn)
        with self._operation(_read_timeout(request)) as account:
            if known:
                state = account.instances.read(InstanceState.from_properties(request.id, last.plain), owner, log)
            else:
                state = account.instances.read_by_id(request.id, owner, log)
            if state is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=state.id,
                properties=_message(account, given, state.to_properties(), given),
                inputs=_message(account, declared, state.inputs.to_properties(), declared),
            )

    @_one_line_errors
    def Update(self, request: Any, context: Any) -> provider_pb2.UpdateResponse:
        """Change the instance in place."""
        old, new = Values.of(request.olds), Values.of(request.news)
        with self._operation(request.timeout) as account:
            if request.preview:
                return provider_pb2.UpdateResponse(properties=_message(account, new, _previewed(new, old.plain), old))
            last = InstanceState.from_properties(request.id, old.plain)
            inputs = InstanceInputs.from_properties(new.plain)
            state = account.instances.update(last, inputs, Owner.from_urn(request.urn), self._log_of(request.urn))
            return provider_pb2.UpdateResponse(properties=_message(account, new, state.to_properties(), old))

    @_one_line_errors
    def Delete(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Remove the instance."""
        last = InstanceState.from_properties(request.id, Values.of(request.properties).plain)
        with self._operation(request.timeout) as account:
            account.instances.delete(last, self._log_of(request.urn))
        return empty_pb2.Empty()

    @_one_line_errors
    def Invoke(self, request: Any, context: Any) -> provider_pb2.InvokeResponse:
        """Look something up."""
        with self._operation() as account:
            found = invoke.invoke(account, request.tok, Values.of(request.args).plain)
        return provider_pb2.InvokeResponse(**{"return": found})

    @_one_line_errors
    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        """End all waiting: what was not sent is not sent any more, what is in flight is seen to its end."""
        if isinstance(self._account, Account):
            self._account.stop()
        return empty_pb2.Empty()


def _read_timeout(request: Any) -> float:
    """Seconds that a read may take, 0 for the default: SDKs before 3.246 do not know ``customTimeouts.read``."""
    return float(getattr(request, "timeout", 0))


def _message(account: Account, given: Values, properties: Properties, old: Values | None = None) -> Struct:
    """A message of a resource's properties, its secrets marked.

    Parameters:
        given: the properties that they were made of.
        old: those of the resource that there is. Where nobody knows more, what was secret of it stays so.
    """
    last = old.secret_keys if old and old.plain else None
    return given.message(properties, account.instances.secret_paths(properties, given.secret_keys, last))


def _failures(reasons: list[str]) -> list[provider_pb2.CheckFailure]:
    """Failures that name no property: the engine would print its value."""
    return [provider_pb2.CheckFailure(property="", reason=reason) for reason in reasons]


def _differing(changes: list[PropertyChange], unnamed: bool = False) -> provider_pb2.DiffResponse:
    """The changes, and whether there are any besides those that are named."""
    some = unnamed or bool(changes)
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if some else provider_pb2.DiffResponse.DIFF_NONE,
        replaces=[change.path for change in changes if change.replaces],
        diffs=list(dict.fromkeys(change.path.partition("[")[0] for change in changes)),
        detailedDiff={
            change.path: provider_pb2.PropertyDiff(kind=KINDS[change.kind, change.replaces]) for change in changes
        },
        hasDetailedDiff=True,
    )


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]


def _foreign_type(urn: str) -> str | None:
    """Why not to serve a resource: a transform can give this provider to any, such as the dynamic provider's."""
    types = urn.split("::", 3)[2:3]
    type_ = types[0].rpartition("$")[2] if types else schema.INSTANCE
    if type_ == schema.INSTANCE:
        return None
    return f"a provider of {schema.PACKAGE} serves {schema.INSTANCE}, and no {type_}: declare it with the native class"


def _previewed(given: Values, last: dict[str, Any]) -> dict[str, Any]:
    """The outputs as far as a preview can know them: as declared, and as they are, or unknown."""
    added = {name for name in schema.outputs() if name not in schema.inputs()}
    declared = {name: value for name, value in given.plain.items() if name in schema.outputs()}
    return declared | {
        name: last.get(name, UNKNOWN if not last else None) for name in added if not last or name in last
    }


def _newly_secret(old: Values, new: Values) -> list[str]:
    """The paths of the values that become secret."""
    both = old.plain.keys() & new.plain.keys() & schema.outputs().keys()
    keys = (old.plain.get("configuration") or {}).keys() & _map(new.plain.get("configuration")).keys()
    paths = [name for name in both if name in new.secret and name not in old.secret]
    paths += [configuration_path(key) for key in keys if key in new.secret_keys and key not in old.secret_keys]
    return sorted(paths)


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def main() -> None:
    """Serve the engine whose address is the argument, until it ends this process or is gone itself."""
    engine = Engine(command.parse(sys.argv[1:]))
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # the first is how an engine says that it needs no more
        signal.signal(number, lambda *_: ending.set())
    options = [(f"grpc.max_{way}_message_length", LONGEST_MESSAGE) for way in ("send", "receive")]
    server = grpc.server(ThreadPoolExecutor(max_workers=MOST_REQUESTS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Plugin(engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how the engine learns of it
    while not ending.wait(WATCH):
        try:
            engine.confirm()
        except Abandoned:
            break
    server.stop(grace=OPERATION_TIMEOUT).wait()  # what is in flight is seen to its end
