"""`pulumi_cloudelements.program.dynamic_instance`: what `Instance` of the dynamic provider takes and gives."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from generators.python import HEADER, Words, by_schema_name, input_parameters, optional, plain_type

if TYPE_CHECKING:
    from generators.package import Package, Property

FILE = "provider/pulumi_cloudelements/program/dynamic_instance.py"

MODULE = Template('''\
$header
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
        self, resource_name: str, $parameters, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Declare an instance.

        Parameters:
            resource_name: the Pulumi resource's name.
$described
            opts: Pulumi's resource options.

        Raises:
            pulumi.RunError: a value cannot be sent; each is named by its path.
        """
        inputs = $given
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
$getters''')

GETTER = Template("""
    @property
    def $attribute(self) -> pulumi.Output[$type]:
        $docstring
        return self._output("$name")
""")


def generated(package: Package) -> str:
    """The module, not formatted yet."""
    words, inputs = Words(package), package.inputs.properties
    return MODULE.substitute(
        header=HEADER,
        parameters=input_parameters(inputs),
        described=words.entries(inputs, 12),
        given=by_schema_name(inputs),
        getters="".join(_getter(given, words) for given in package.outputs.properties),
    )


def _getter(given: Property, words: Words) -> str:
    return GETTER.substitute(
        attribute=given.attribute,
        type=optional(plain_type(given), given),
        docstring=words.docstring(given, 8),
        name=given.name,
    )
