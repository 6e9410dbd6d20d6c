"""Which of Pulumi's resource options an `Instance` keeps. All others are refused where it is declared.

Pulumi itself would drop them without a word: its host for dynamic providers passes little on, and the path of no
property matches nothing. docs/instance.md lists what becomes of each option.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.instance import property_name
from pulumi_cloudelements.model.properties import parsed_path

DYNAMIC = "pulumi-python"
"""The package of all dynamic resources, by which Pulumi finds their provider."""

NATIVE = "pulumi_cloudelements.native.Instance"

UNKEPT = {
    "id": f"use get_instance, or {NATIVE}.get",
    "import_": f"use adopt, or import it with {NATIVE}",
    "urn": "use the resource that has this URN",
    "custom_timeouts": f"use cloudelements:requestTimeout, or {NATIVE}",
    "version": "leave it out: the provider is that of the installed Python package",
    "plugin_download_url": "leave it out: the provider is that of the installed Python package",
    "env_var_mappings": "leave it out: it is an option of providers",
}
"""The options that the dynamic provider cannot keep, and what to do instead."""

NESTED_IN_CONFIGURATION = re.compile(r"configuration\.([^.\[\]]+\..+)")
"""What looks like a configuration key that holds dots, and is the path of a value inside an object."""


def refuse_unkept(name: str, opts: pulumi.ResourceOptions | None) -> None:
    """Refuse options of an `Instance` of the dynamic provider.

    Raises:
        pulumi.RunError: names the resource and each option, and what to use instead.
    """
    if isinstance(opts, pulumi.ResourceOptions):  # else the SDK says what is wrong
        _refuse(name, [*_unkept(opts), *_misdirected(opts, DYNAMIC, schema.PACKAGE), *_misspelt(opts, ())])


def refuse_misdirected(name: str, opts: pulumi.ResourceOptions | None) -> None:
    """Refuse options of an `Instance` of the native provider: those that name what does not concern it.

    Raises:
        pulumi.RunError: names the resource and each option, and what to use instead.
    """
    if isinstance(opts, pulumi.ResourceOptions):
        translated = ("ignore_changes", "replace_on_changes", "additional_secret_outputs")
        _refuse(name, [*_misdirected(opts, schema.PACKAGE), *_misspelt(opts, translated)])


def _refuse(name: str, problems: list[str]) -> None:
    if problems:
        raise pulumi.RunError("\n".join(f"{name}: {problem}" for problem in problems))


def _unkept(opts: pulumi.ResourceOptions) -> Iterator[str]:
    for option, advice in UNKEPT.items():
        if getattr(opts, option, None) is not None:
            yield f"{option} has no effect in the dynamic provider: {advice}"
    if _names_account(opts):
        yield f"a provider of {schema.PACKAGE}, given or inherited, has no effect in the dynamic provider: use {NATIVE}"
    for alias in opts.aliases or ():
        type_ = _type_of(alias)
        if type_ and not type_.startswith(f"{DYNAMIC}:"):
            yield f"aliases: {type_} is no dynamic resource: leave it out, the ownership tags lead to the instance"


def _names_account(opts: pulumi.ResourceOptions) -> bool:
    """Whether the options, or the parent's, say on which account of the native provider the resource is to be."""
    providers = opts.providers or ()
    given = [opts.provider, *(providers.values() if isinstance(providers, Mapping) else providers)]
    inherited = opts.parent.get_provider(schema.INSTANCE) if isinstance(opts.parent, pulumi.Resource) else None
    return inherited is not None or any(one.package == schema.PACKAGE for one in given if one is not None)


def _type_of(alias: Any) -> str | None:
    """The type that a resource had by an alias, as far as that is known now and said at all."""
    if isinstance(alias, str):
        parts = alias.split("::", 3)
        return parts[2].rpartition("$")[2] if len(parts) == 4 else None
    type_ = getattr(alias, "type_", None)
    return type_ if isinstance(type_, str) else None


def _misdirected(opts: pulumi.ResourceOptions, *packages: str) -> Iterator[str]:
    """A provider of none of these packages: Pulumi passes it on to children, and the resource goes without."""
    if opts.provider is not None and opts.provider.package not in packages:
        yield f"provider is one of {opts.provider.package}, which has no element instances: leave it out"


def _misspelt(opts: pulumi.ResourceOptions, translated: tuple[str, ...]) -> Iterator[str]:
    """Paths that match nothing.

    Parameters:
        translated: the options in which the SDK takes the names of attributes as well.
    """
    inputs, outputs = schema.inputs(), schema.outputs()
    known = {
        "ignore_changes": list(inputs),
        "replace_on_changes": [name for name in inputs if name in outputs],
        "hide_diffs": [*inputs, *(name for name in outputs if name not in inputs)],
        "additional_secret_outputs": list(outputs),
    }
    for option, names in known.items():
        for path in getattr(opts, option, None) or ():
            if option in translated and property_name(path) in names:
                continue
            if problem := _path_problem(option, path, names):
                yield f"{option}: {path}: {problem}"


def _path_problem(option: str, path: str, names: list[str]) -> str | None:
    """Why a path of an option matches nothing, None where it may match."""
    first, *rest = parsed_path(path) or ("",)
    whole = option in ("replace_on_changes", "additional_secret_outputs")
    depth = 0 if option == "additional_secret_outputs" else 1 if first == "configuration" else 0
    if first == "*" and option != "additional_secret_outputs":
        return None
    if first not in names:
        named = property_name(first)
        return f"write {named}" if named in names else f"no such property; there are {', '.join(names)}"
    if dotted := NESTED_IN_CONFIGURATION.fullmatch(path):
        return f'write configuration["{dotted[1]}"]'
    if whole and len(rest) > depth:
        return f"it is one value: write {first}" + (f'["{rest[0]}"]' if depth else "")
    return None
