"""`examples/quickstart-ts/cloudelements.ts`: the resource as a class for TypeScript programs."""

from __future__ import annotations

from string import Template
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generators.package import Package, Property

FILE = "examples/quickstart-ts/cloudelements.ts"

WIDTH = 120

MODULE = Template("""\
// Generated from schema.json by `make generate`. Edit that file, or tools/generators, and not this one.

/**
 * The resource of the plugin, as a class with types: enough for a program that declares instances.
 *
 * `pulumi package add` generates the whole SDK instead, with provider and functions.
 */

import * as pulumi from "@pulumi/pulumi";

/** What is declared of an instance. */
export interface InstanceArgs {
$arguments
}

// The SDK makes an output of each key that it is given: what the provider alone knows is listed without a value.
const OUTPUTS = {
$undefined
};

/** $description */
export class Instance extends pulumi.CustomResource {
$properties

    constructor(name: string, args: InstanceArgs, options?: pulumi.CustomResourceOptions) {
        const secrets = {
$secrets
        };
        super(
            "cloudelements:index:Instance",
            name,
            { ...OUTPUTS, ...args, ...secrets },
            pulumi.mergeOptions(options, { additionalSecretOutputs: [$secret_outputs] }),
        );
    }
}
""")

TYPES = {
    "string": "string",
    "boolean": "boolean",
    "integer": "number",
    "number": "number",
    "object": "Record<string, unknown>",
}


def generated(package: Package) -> str:
    """The whole file."""
    inputs, outputs = package.inputs.properties, package.outputs.properties
    always_given = {given.name for given in inputs if given.required}
    return MODULE.substitute(
        arguments="\n".join(map(_argument, inputs)),
        undefined="\n".join(f"    {given.name}: undefined," for given in outputs if given.name not in always_given),
        description=package.outputs.description,
        properties="\n".join(map(_property, outputs)),
        secrets="\n".join(
            f"            {given.name}: args.{given.name} && pulumi.secret(args.{given.name}),"
            for given in inputs
            if given.secret
        ),
        secret_outputs=", ".join(f'"{given.name}"' for given in outputs if given.secret),
    )


def _argument(given: Property) -> str:
    optional = "" if given.required else "?"
    return f"{_comment(given)}\n    {given.name}{optional}: {_input_type(given)};"


def _property(given: Property) -> str:
    return f"{_comment(given)}\n    declare readonly {given.name}: pulumi.Output<{_output_type(given)}>;"


def _comment(given: Property) -> str:
    if len(given.description) + 11 <= WIDTH:
        return f"    /** {given.description} */"
    return "\n".join(["    /**", *(f"     * {line}" for line in wrap(given.description, WIDTH - 7)), "     */"])


def _input_type(given: Property) -> str:
    if given.type == "any":
        return "unknown"
    return f"pulumi.Input<{'pulumi.Input<string>[]' if given.type == 'array' else _plain_type(given)}>"


def _output_type(given: Property) -> str:
    if given.type == "any":
        return "unknown"
    plain = "string[]" if given.type == "array" else _plain_type(given)
    return plain if given.required else f"{plain} | undefined"


def _plain_type(given: Property) -> str:
    return " | ".join(f'"{choice}"' for choice in given.choices) or TYPES[given.type]
