"""`pulumi_cloudelements.program.instance_result`: what the functions of both providers give of an instance."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from generators.python import HEADER, Words, optional, plain_type

if TYPE_CHECKING:
    from generators.package import Package, Property

FILE = "provider/pulumi_cloudelements/program/instance_result.py"

MODULE = Template('''\
$header
"""What `get_instance` and `get_instances` give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi


@dataclass(frozen=True)
class InstanceResult:
    """$description

    Attributes:
$described
    """

$fields
''')


def generated(package: Package) -> str:
    """The module, not formatted yet."""
    found = package.found_instance
    return MODULE.substitute(
        header=HEADER,
        description=found.description,
        described=Words(package).entries(found.properties, 8),
        fields="\n".join(map(_field, found.properties)),
    )


def _field(given: Property) -> str:
    # A map may hold secrets, which nobody wants to see printed.
    hidden = " = field(repr=False)" if given.secret or given.type == "object" else ""
    return f"    {given.attribute}: {optional(_type(given), given)}{hidden}"


def _type(given: Property) -> str:
    if given.secret:
        return f"pulumi.Output[{plain_type(given)}]"
    return "tuple[str, ...]" if given.type == "array" else plain_type(given)
