"""`pulumi_cloudelements.native`: the classes and functions of the native provider for Python programs."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, NamedTuple

from generators.package import snake_case
from generators.python import (
    HEADER,
    Words,
    by_schema_name,
    input_parameters,
    input_type,
    optional,
    parameters,
    plain_type,
    texts,
)

if TYPE_CHECKING:
    from generators.package import Package, Property, Shape

FILE = "provider/pulumi_cloudelements/native.py"

MODULE = Template('''\
$header
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

OUTPUTS = ($outputs)
"""What an `Instance` gives, by attribute: the SDK fills in those alone that it was told of."""


@pulumi.input_type
class InstanceArgs:
    """The inputs of an `Instance` as one object; that class says what each means."""

$fields

    def __init__(self, $parameters) -> None:
$assignments


class Instance(pulumi.CustomResource):
    """$instance"""

    @overload
    def __init__(
        self, resource_name: str, args: InstanceArgs, *, opts: pulumi.ResourceOptions | None = None
    ) -> None: ...

    @overload
    def __init__(
        self, resource_name: str, $parameters, opts: pulumi.ResourceOptions | None = None
    ) -> None: ...

    def __init__(
        self, resource_name: str, *args: Any, opts: pulumi.ResourceOptions | None = None, **inputs: Any
    ) -> None:
        """Declare an instance, by single inputs or by `InstanceArgs`.

        Parameters:
            resource_name: the Pulumi resource's name.
$described
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
$getters

class Provider(pulumi.ProviderResource):
    """$provider"""

    def __init__(
        self, resource_name: str, $settings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Name an account, for the ``provider`` in resource options. The stack's config has no say in it.

        What is not given here comes from the plugin's environment, and from there reaches no state.

        Parameters:
            resource_name: the Pulumi resource's name.
$described_settings
            opts: Pulumi's resource options.
        """
        given = native_support.settings($given_settings)
        super().__init__(schema.PACKAGE, resource_name, given, native_support.provider_options(opts))

$functions''')

GETTER = Template("""
    @property
    @pulumi.getter$named
    def $attribute(self) -> pulumi.Output[$type]:
        $docstring
        return native_support.output(self, "$attribute")
""")

FUNCTION = Template('''
def $function($parameters, opts: pulumi.InvokeOptions | None = None) -> $result:
    """$description

    Parameters:
$described
        opts: Pulumi's options of a function, such as the ``provider``.

    Raises:
        pulumi.RunError: $fails
    """$refusals
    wanted = $given
    return $convert(native_support.invoked(schema.$token, wanted, opts))


def ${function}_output($later_parameters, opts: pulumi.InvokeOptions | None = None) -> pulumi.Output[$result]:
    """Like `$function`, $later"""
    wanted = $given
    return native_support.invoked_later(schema.$token, wanted, opts, $convert)

''')


class Gives(NamedTuple):
    """What the schema does not say of a function.

    Attributes:
        result: the type of what it gives.
        convert: makes that of what the plugin answers.
        fails: when it raises an error.
        later: when its form for outputs is of use.
    """

    result: str
    convert: str
    fails: str
    later: str


NOT_THERE = "it does not exist, or the platform cannot be asked."

GIVES = {
    "getInstance": Gives(
        "InstanceResult",
        "functions.instance_result",
        NOT_THERE,
        "for an id that a resource has yet to give. The whole is a secret, since the token is.",
    ),
    "getInstances": Gives(
        "list[InstanceResult]",
        "native_support.instance_results",
        "the platform cannot be asked.",
        "for arguments that resources have yet to give. The whole is a secret, since tokens are.",
    ),
    "getElement": Gives("Element", "native_support.element", NOT_THERE, "for a key that a resource has yet to give."),
}


def generated(package: Package) -> str:
    """The module, not formatted yet."""
    words, inputs, outputs = Words(package), package.inputs.properties, package.outputs.properties
    return MODULE.substitute(
        header=HEADER,
        outputs=texts(given.attribute for given in outputs),
        fields="\n".join(
            f'    {given.attribute}: {optional(input_type(given), given)} = pulumi.property("{given.name}")'
            for given in inputs
        ),
        parameters=input_parameters(inputs),
        assignments="\n".join(f"        self.{given.attribute} = {given.attribute}" for given in inputs),
        instance=package.outputs.description,
        described=words.entries(inputs, 12),
        getters="".join(_getter(given, words) for given in outputs),
        provider=package.provider.description,
        settings=input_parameters(package.provider.properties),
        described_settings=words.entries(package.provider.properties, 12),
        given_settings=by_schema_name(package.provider.properties),
        functions="".join(_function(name, shape, words) for name, shape in package.functions.items()),
    )


def _getter(given: Property, words: Words) -> str:
    return GETTER.substitute(
        named="" if given.name == given.attribute else f'(name="{given.name}")',
        attribute=given.attribute,
        type=optional(plain_type(given), given),
        docstring=words.docstring(given, 8),
    )


def _function(name: str, shape: Shape, words: Words) -> str:
    function = snake_case(name)
    return FUNCTION.substitute(
        GIVES[name]._asdict(),
        function=function,
        token=function.upper(),
        description=shape.description,
        parameters=parameters((given, plain_type(given)) for given in shape.properties),
        later_parameters=input_parameters(shape.properties),
        described=words.entries(shape.properties, 8),
        refusals="".join(_refusal(function, given) for given in shape.properties if given.type == "array"),
        given=by_schema_name(shape.properties),
    )


def _refusal(function: str, given: Property) -> str:
    """A text is a sequence of texts to Python."""
    return (
        f"\n    if isinstance({given.attribute}, str):\n"
        f'        raise pulumi.RunError("{function}: {given.attribute} must be a list of strings")'
    )
