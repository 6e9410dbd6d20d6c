"""YAML to resources: reads what a folder declares and makes an `Instance` of each entry.

    instances:
      stripe-payments:                       # the Pulumi resource name
        element: stripe
        configuration:
          api.key: ${config.stripeApiKey}    # from the stack's config; a secret stays one

``${config.KEY}``, ``${stack}`` and ``${project}`` are filled in; ``$${`` stands for a literal ``${``. Whatever is
wrong is told in one go, each problem on a line with its file and path, and before any resource is declared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

from pulumi_cloudelements.declarations import strict_yaml
from pulumi_cloudelements.dynamic import Instance
from pulumi_cloudelements.model import schema
from pulumi_cloudelements.model.instance import attribute_name
from pulumi_cloudelements.model.secrets import SECRET_WORDS

PLACEHOLDER = re.compile(r"(?P<literal>\$\$\{)|\$\{(?P<name>[^}]*)(?P<end>\}?)")

KEYS = tuple(map(attribute_name, schema.inputs()))
"""What an entry may hold: the keyword arguments of `Instance`."""

Resolve = Callable[[str], Any]
"""Gives the value of a placeholder's name; raises LookupError, saying why, where there is none."""


class DeclarationError(pulumi.RunError):
    """Declarations cannot be used. Pulumi prints its text without a traceback."""


@dataclass(frozen=True)
class Declaration:
    """One entry: the resource's name, the arguments of `Instance`, and the file that it came from."""

    name: str
    arguments: Mapping[str, Any]
    file: Path


def deploy(folder: str | Path = "instances") -> dict[str, Instance]:
    """Declare what the YAML files of `folder` say, and export the id and token of each instance under its name.

    Returns:
        The resources by name.

    Raises:
        DeclarationError: a file cannot be read, or something in it cannot be used; nothing is declared.
    """
    resources = {
        declaration.name: Instance(declaration.name, **declaration.arguments)
        for declaration in load(Path(folder), _stack_values)
    }
    for name, instance in resources.items():
        pulumi.export(name, {"id": instance.id, "token": instance.token})
    return resources


def load(folder: Path, resolve: Resolve) -> list[Declaration]:
    """Read every ``*.yaml`` file of `folder`, in the order of their names, and fill in its placeholders.

    Raises:
        DeclarationError: one line per problem, of all files.
    """
    files = sorted(folder.glob("*.yaml"))
    problems = [f"{file}: is not read: name it {file.stem}.yaml" for file in sorted(folder.glob("*.yml"))]
    problems += [] if files else [f"{folder}: holds no *.yaml file"]
    found: dict[str, Declaration] = {}
    for file in files:
        try:
            entries = _entries(file)
        except DeclarationError as error:
            problems.append(str(error))
            continue
        for name, entry in entries.items():
            problems += [f"{file}: instances.{name}{problem}" for problem in _problems(entry, resolve)]
            if "${" in name:
                problems.append(f"{file}: instances.{name}: the name of a resource is the same in every stack")
            if name in found:
                problems.append(f"{file}: instances.{name}: is declared in {found[name].file} already")
            found[name] = Declaration(name, entry, file)
    if problems:
        raise DeclarationError("\n".join(problems))
    return [Declaration(d.name, _filled(d.arguments, resolve), d.file) for d in found.values()]


def _entries(file: Path) -> dict[str, Any]:
    """The entries of one file, as they stand there."""
    try:
        content = strict_yaml.load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{file}: cannot be read: {error}") from None
    except strict_yaml.UnreadableError as error:
        raise DeclarationError(f"{file}: is not YAML: {error}") from None
    if not isinstance(content, dict) or list(content) != ["instances"] or not isinstance(content["instances"], dict):
        raise DeclarationError(f"{file}: must hold one map, `instances:`, with an entry per instance")
    return dict(content["instances"])


def _problems(entry: Any, resolve: Resolve) -> Iterator[str]:
    """Say of one entry what is wrong with it, each time beginning with the path inside the entry."""
    if not isinstance(entry, dict):
        yield ": must be a map"
        return
    for key in entry.keys() - set(KEYS):
        yield f".{key}: no such property; there are {', '.join(KEYS)}"
    if "element" not in entry:
        yield ".element: is required"
    for path, text in _texts(entry):
        for placeholder in PLACEHOLDER.finditer(text):
            try:
                _value(placeholder, resolve)
            except LookupError as error:
                yield f"{path}: {error.args[0]}"


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")


def _filled(value: Any, resolve: Resolve) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, resolve) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, resolve) for item in value]
    return _filled_text(value, resolve) if isinstance(value, str) else value


def _filled_text(text: str, resolve: Resolve) -> Any:
    """A text with its placeholders filled in: an Output, secret where one of the values is, or the text itself."""
    parts, end = [], 0
    for placeholder in PLACEHOLDER.finditer(text):
        parts += [text[end : placeholder.start()], _value(placeholder, resolve)]
        end = placeholder.end()
    parts.append(text[end:])
    if all(isinstance(part, str) for part in parts):
        return "".join(parts)
    return pulumi.Output.concat(*(part for part in parts if part != ""))


def _value(placeholder: re.Match[str], resolve: Resolve) -> Any:
    if placeholder["literal"]:
        return "${"
    if not placeholder["end"]:
        raise LookupError("${ has no end; write $${ for a literal ${")
    return resolve(placeholder["name"])


def _stack_values(name: str) -> Any:
    """The values that a stack offers: its own name, its project's, and its config."""
    if name in ("stack", "project"):
        return pulumi.get_stack() if name == "stack" else pulumi.get_project()
    if not name.startswith("config."):
        raise LookupError(f"${{{name}}} is neither config.KEY, stack nor project; write $${{ for a literal ${{")
    key, config = name.removeprefix("config."), pulumi.Config()
    value = config.get(key)
    if value is None:
        how = f"--secret {key} …" if SECRET_WORDS.search(key) else f"{key} …, with --secret if it is secret"
        raise LookupError(f"{config.name}:{key} is not set for stack {pulumi.get_stack()} (pulumi config set {how})")
    return config.get_secret(key) if pulumi.runtime.is_config_secret(config.full_key(key)) else value
