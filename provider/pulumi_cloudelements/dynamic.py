"""The dynamic provider: `Instance`, a Pulumi dynamic resource, and the provider behind it.

This module runs in two processes. In a Pulumi program it declares resources, and makes no request. In the provider
process, which the engine starts, `InstanceProvider` translates between the engine and the core.

Frozen names: this module's, `InstanceProvider` and the type ``pulumi-python:dynamic/cloudelements:Instance``. The
engine keeps the pickled provider in each resource's state and needs it for refresh and destroy. So the pickle
must stay small, free of secrets and the same everywhere: the provider has no attributes in a program.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.dynamic.dynamic import PROVIDER_KEY

from pulumi_cloudelements.config import ProviderConfig
from pulumi_cloudelements.errors import CloudElementsError, ConfigurationError
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.diagnostics import Log, Severity
from pulumi_cloudelements.model.instance import InstanceInputs, InstanceState
from pulumi_cloudelements.model.owner import Owner
from pulumi_cloudelements.model.properties import UNKNOWN, change_at, covers, deeply, parsed_path, whole_numbers
from pulumi_cloudelements.model.secrets import secret_paths
from pulumi_cloudelements.program import options, registration
from pulumi_cloudelements.program.dynamic_instance import DynamicInstance
from pulumi_cloudelements.resources.diff import PropertyChange, in_words

if TYPE_CHECKING:
    from pulumi_cloudelements.resources.account import Account
    from pulumi_cloudelements.resources.instance import InstanceResource

MODULE, NAME = "cloudelements", "Instance"

TYPE = f"{options.DYNAMIC}:dynamic/{MODULE}:{NAME}"
"""The resource's type token, frozen."""

URN_KEY = "__urn"
"""The hidden input that carries the resource's URN; the engine shows no property whose name begins so."""

SECRETS_KEY = "__secrets"
"""The hidden property that names the configuration keys whose values the program gave as secrets. The host hands
values over in clear, so that a refresh would not know, and a value that has become secret would stay as it was."""

REPLACES_KEY = "__replaceOnChanges"
"""The hidden input that names the properties whose change replaces the instance: what the engine makes of
`replace_on_changes` needs a list of changed properties, which the host does not pass on."""

HIDDEN = (PROVIDER_KEY, URN_KEY, SECRETS_KEY, REPLACES_KEY)

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""The mark of a secret on the engine's wire. `Output.secret` needs an event loop, which a provider has not."""


class Instance(DynamicInstance, module=MODULE, name=NAME):
    """An element instance: one authenticated connection to a vendor's service, addressed by its token."""

    _replace_on_changes: list[str] | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Keep the type: an instance made by a subclass is one by this class as well, and so are both in state.

        Raises:
            pulumi.RunError: the subclass asks for a type of its own.
        """
        if kwargs:
            raise pulumi.RunError(f"{cls.__name__}: leave out {' and '.join(kwargs)}: an Instance keeps its type")
        super().__init_subclass__(module=MODULE, name=NAME)

    @classmethod
    def get(cls, *_args: Any, **_options: Any) -> NoReturn:
        """Refuse what Pulumi's host cannot do: `pulumi_cloudelements.get_instance` looks an instance up.

        Raises:
            pulumi.RunError: says what to use instead.
        """
        raise pulumi.RunError(f"{cls.__name__}.get has no effect in the dynamic provider: {options.UNKEPT['id']}")

    def _get_providers(self, t: str, pkg: str | None, opts: pulumi.ResourceOptions) -> Any:
        """The SDK's own: here it shows the options as the program's transformations have left them."""
        options.refuse_unkept(self._name, opts)
        self._replace_on_changes = opts.replace_on_changes
        return super()._get_providers(t, pkg, opts)

    async def _replacing(self) -> list[str] | None:
        """Asked for when the resource has been constructed, and transformations have run."""
        return self._replace_on_changes or None

    def _registered(
        self, resource_name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None
    ) -> tuple[InstanceProvider, dict[str, Any]]:
        """See `DynamicInstance`. Hidden properties say what a dynamic provider is not told."""
        options.refuse_unkept(resource_name, opts)
        if inputs["name"] is None:
            inputs["name"] = resource_name
        registration.refuse_foreign_values(resource_name, inputs)
        hidden = {
            URN_KEY: registration.urn(TYPE, resource_name, opts.parent if opts else None),
            SECRETS_KEY: _later(registration.secret_keys(inputs["configuration"])),
            REPLACES_KEY: _later(self._replacing()),
        }
        outputs = dict.fromkeys(name for name in schema.outputs() if name not in inputs)
        return InstanceProvider(), inputs | hidden | outputs


def _later(value: Coroutine[Any, Any, Any]) -> pulumi.Output[Any]:
    """What a coroutine gives, which is run even where the resource is refused: Python warns of one that never is."""
    given: Any = value
    return pulumi.Output.from_input(given)


R = TypeVar("R")


def _one_line_errors(method: Callable[..., R]) -> Callable[..., R]:
    """Let a method fail with one line: an error of ours without what it was made of, any other without its text."""

    @functools.wraps(method)
    def guarded(self: InstanceProvider, *args: Any) -> R:
        try:
            return method(self, *args)
        except CloudElementsError as error:
            failure = error.with_traceback(None)
            failure.__cause__ = failure.__context__ = None
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may hold secrets
            from pulumi_cloudelements.resources.unforeseen import unforeseen

            failure = unforeseen(error, method.__name__)
        raise failure  # outside of the handlers, so that nothing is chained to it

    return guarded


class InstanceProvider(ResourceProvider):
    """The engine's side of `Instance`: turns its calls into those of `instance.InstanceResource`."""

    serialize_as_secret_always = False  # the pickle names a class and holds nothing; secrets cost state and time

    _opened: Account | ConfigurationError

    @_one_line_errors
    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration, once per provider process.

        One that cannot be used is kept: check reports it as a check failure, every other call raises it.
        """
        # These load requests, which a Pulumi program can do without.
        from pulumi_cloudelements.engine import dynamic_host
        from pulumi_cloudelements.resources.account import Account

        dynamic_host.print_plainly()
        try:
            config, engine = ProviderConfig.load(req.config.get), dynamic_host.engine()
            self._opened = Account(config, engine.confirm, tell=engine.tell)
        except ConfigurationError as error:
            self._opened = error

    @property
    def _account(self) -> Account:
        if isinstance(self._opened, Exception):
            raise self._opened
        return self._opened

    @contextmanager
    def _operation(self) -> Iterator[InstanceResource]:
        """The core, for as long as an operation may take. The host passes no timeouts on."""
        with self._account.within():
            yield self._account.instances

    @_one_line_errors
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Validate and complete declared inputs.

        Failures name no property: the engine would print that property's value beside them, secrets included.
        """
        if URN_KEY not in news:
            return _unchecked(news, _hidden_properties_lost())
        try:
            with self._operation() as instances:
                owner = Owner.from_urn(news[URN_KEY])
                checked = instances.check(_from_engine(news), _log_of(news), _from_engine(_olds), owner, _given(news))
        except ConfigurationError as error:
            return _unchecked(news, str(error))
        failures = [CheckFailure("", reason) for reason in checked.failures]
        return CheckResult(self._marked(checked.inputs, news) | _hidden(news), failures)

    @_one_line_errors
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Tell the engine whether to update or to replace. Other bytes of the pickled provider are no change."""
        owner = Owner.from_urn(_news.get(URN_KEY))
        log = _log_of(_news)
        with self._operation() as instances:
            found = instances.diff(_id, _from_engine(_olds), _from_engine(_news), owner, log)
        # An ownership tag that is written again replaces nothing.
        changes = [_replacing(change, _news) if change.declared else change for change in found]
        declared = [change for change in changes if change.declared]
        if declared:  # the host shows no property
            log(Severity.INFO, in_words(declared))
        newly_secret = set(_given(_news)) - set(_given(_olds))
        return DiffResult(
            changes=bool(changes or newly_secret), replaces=[change.path for change in changes if change.replaces]
        )

    @_one_line_errors
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Provision an instance, or adopt one."""
        inputs = InstanceInputs.from_properties(_from_engine(props))
        with self._operation() as instances:
            state = instances.create(inputs, Owner.from_urn(props.get(URN_KEY)), _log_of(props))
        return CreateResult(state.id, self._marked(state.to_properties(), props))

    @_one_line_errors
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Refresh: answer live outputs, and live inputs so that the engine shows the drift."""
        with self._operation() as instances:
            owner = Owner.from_urn(props.get(URN_KEY))
            state = instances.read(InstanceState.from_properties(id_, _from_engine(props)), owner, _log_of(props))
        if state is None:
            return ReadResult("", {})  # how the host wants "deleted" to be said
        inputs = self._marked(state.inputs.to_properties(), props)
        return ReadResult(id_, self._marked(state.to_properties(), props), inputs)

    @_one_line_errors
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change the instance in place."""
        last = InstanceState.from_properties(_id, _from_engine(_olds))
        inputs = InstanceInputs.from_properties(_from_engine(_news))
        with self._operation() as instances:
            state = instances.update(last, inputs, Owner.from_urn(_news.get(URN_KEY)), _log_of(_news))
        return UpdateResult(self._marked(state.to_properties(), _news))

    @_one_line_errors
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove the instance."""
        with self._operation() as instances:
            instances.delete(InstanceState.from_properties(_id, _from_engine(_props)), _log_of(_props))

    def _marked(self, properties: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
        """The host's form of the core's properties, every secret marked: in each answer, or a refresh shows it.

        Parameters:
            properties: inputs or outputs of the core.
            source: the host's properties that they were made of, which tell what the program gave as a secret.
        """
        given = _given(source)
        paths = self._account.instances.secret_paths(properties, given)
        return _to_engine(change_at(properties, paths, _secret)) | ({SECRETS_KEY: given} if given else {})


def _unchecked(news: Mapping[str, Any], reason: str) -> CheckResult:
    """Inputs as they are declared, their secrets marked as far as that needs no account, and why they are refused."""
    inputs = _from_engine(news)
    marked = change_at(inputs, secret_paths(inputs, given=_given(news)), _secret)
    return CheckResult(_to_engine(marked) | _hidden(news), [CheckFailure("", reason)])


def _log_of(news: Mapping[str, Any]) -> Log:
    """Logs what belongs to the resource whose inputs these are. Outputs lack the URN: that is the stack's then."""
    from pulumi_cloudelements.engine import dynamic_host

    urn = news.get(URN_KEY)
    return functools.partial(dynamic_host.engine().log, urn=urn if isinstance(urn, str) else "")


def _hidden_properties_lost() -> str:
    """Why to refuse what an SDK hands over that drops hidden properties, as those from 3.216 to 3.234 do.

    To go on would be to go on without ownership: a lost create would not be found again.
    """
    from importlib.metadata import version

    return (
        f"pulumi {version('pulumi')}, this program's SDK, drops properties whose names begin with __, "
        "and with them what tells whose an instance is: install pulumi 3.235 or later"
    )


def _hidden(news: Mapping[str, Any]) -> dict[str, Any]:
    return {name: news[name] for name in (URN_KEY, SECRETS_KEY, REPLACES_KEY) if name in news}


def _replacing(change: PropertyChange, news: Mapping[str, Any]) -> PropertyChange:
    """The change, which replaces the instance where the program's `replace_on_changes` says so."""
    given = news.get(REPLACES_KEY)
    patterns = filter(None, map(parsed_path, given if isinstance(given, list) else ()))
    path = parsed_path(change.path) or ()
    return replace(change, replaces=change.replaces or any(covers(pattern, path) for pattern in patterns))


def _given(properties: Mapping[str, Any]) -> list[str]:
    given = properties.get(SECRETS_KEY)
    return given if isinstance(given, list) else []  # a preview may not know it


def _secret(value: Any) -> Any:
    """The value, marked: a map in its leaves.

    Newer engines (3.274.1, not yet 3.217.0) copy the marks of a resource's inputs to what a dynamic provider answers.
    Where the input was a map without a mark, they build a new map for the answer and lose the mark on it
    (``annotateSecrets``). Marks on leaves and on lists hold on every engine.
    """
    if isinstance(value, Mapping):
        return {key: _secret(item) for key, item in value.items()}
    return value if value is None or value is UNKNOWN else SECRET | {"value": value}


def _from_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The core's form of the host's: without hidden properties, integers restored, unknowns by the core's name."""

    def plain(value: Any) -> Any:
        return UNKNOWN if isinstance(value, pulumi.output.Unknown) else whole_numbers(value)

    return {name: deeply(plain, value) for name, value in properties.items() if name not in HIDDEN}


def _to_engine(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The host's form of the core's: unknowns by the host's name."""

    def plain(value: Any) -> Any:
        return pulumi.UNKNOWN if value is UNKNOWN else value

    return {name: deeply(plain, value) for name, value in properties.items()}
