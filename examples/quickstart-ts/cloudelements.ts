// Generated from schema.json by `make generate`. Edit that file, or tools/generators, and not this one.

/**
 * The resource of the plugin, as a class with types: enough for a program that declares instances.
 *
 * `pulumi package add` generates the whole SDK instead, with provider and functions.
 */

import * as pulumi from "@pulumi/pulumi";

/** What is declared of an instance. */
export interface InstanceArgs {
    /** The key of the element, such as `stripe`. Another element is another instance. */
    element: pulumi.Input<string>;
    /**
     * The instance's name on the platform, where names need not be unique. Default: the name of the Pulumi resource.
     */
    name?: pulumi.Input<string>;
    /**
     * The element's configuration, by key. Values are strings, booleans, numbers or objects; null means not declared. A
     * value whose key looks secret is kept secret.
     */
    configuration?: pulumi.Input<Record<string, unknown>>;
    /** The instance's tags, in any order. Unset means whatever is there; an empty list clears them. */
    tags?: pulumi.Input<pulumi.Input<string>[]>;
    /** Whether the instance answers calls. A disabled instance keeps its id, token and configuration. */
    enabled?: pulumi.Input<boolean>;
    /** `none`, or `initial` for an instance that is handed a refresh token instead of an exchange of credentials. */
    externalAuthentication?: pulumi.Input<"none" | "initial">;
    /**
     * What the platform authenticates with once, such as an OAuth `code`: sent on create, never compared and never read
     * back.
     */
    providerData?: pulumi.Input<Record<string, unknown>>;
    /** Any value. A new one sends `providerData` again, to authenticate the instance again. */
    providerDataVersion?: unknown;
    /**
     * The id of an existing instance to adopt instead of creating one. It has no effect once the resource has an
     * instance.
     */
    adopt?: pulumi.Input<string>;
    /**
     * Whether this resource may have an instance that another resource manages. Without it such an instance is neither
     * adopted nor changed.
     */
    takeover?: pulumi.Input<boolean>;
}

// The SDK makes an output of each key that it is given: what the provider alone knows is listed without a value.
const OUTPUTS = {
    name: undefined,
    configuration: undefined,
    tags: undefined,
    enabled: undefined,
    externalAuthentication: undefined,
    providerDataVersion: undefined,
    token: undefined,
    elementId: undefined,
    hub: undefined,
    valid: undefined,
    createdDate: undefined,
};

/** An element instance: one authenticated connection to a vendor's service, addressed by its token. */
export class Instance extends pulumi.CustomResource {
    /** The key of the element, such as `stripe`. Another element is another instance. */
    declare readonly element: pulumi.Output<string>;
    /**
     * The instance's name on the platform, where names need not be unique. Default: the name of the Pulumi resource.
     */
    declare readonly name: pulumi.Output<string>;
    /** The declared part of the configuration, as declared; after a refresh, as found. */
    declare readonly configuration: pulumi.Output<Record<string, unknown> | undefined>;
    /** The declared tags. */
    declare readonly tags: pulumi.Output<string[] | undefined>;
    /** Whether the instance answers calls. A disabled instance keeps its id, token and configuration. */
    declare readonly enabled: pulumi.Output<boolean>;
    /** `none`, or `initial` for an instance that is handed a refresh token instead of an exchange of credentials. */
    declare readonly externalAuthentication: pulumi.Output<"none" | "initial">;
    /** The version of `providerData` that was sent last. */
    declare readonly providerDataVersion: pulumi.Output<unknown>;
    /** The element token: whoever holds it can use the connection. */
    declare readonly token: pulumi.Output<string>;
    /** The number of the element on the platform. */
    declare readonly elementId: pulumi.Output<number | undefined>;
    /** The hub that the element belongs to, such as `payment`. */
    declare readonly hub: pulumi.Output<string | undefined>;
    /** Whether the vendor accepted the credentials when they were last used. */
    declare readonly valid: pulumi.Output<boolean | undefined>;
    /** When the instance was made, as the platform says it. */
    declare readonly createdDate: pulumi.Output<string | undefined>;

    constructor(name: string, args: InstanceArgs, options?: pulumi.CustomResourceOptions) {
        const secrets = {
            providerData: args.providerData && pulumi.secret(args.providerData),
        };
        super(
            "cloudelements:index:Instance",
            name,
            { ...OUTPUTS, ...args, ...secrets },
            pulumi.mergeOptions(options, { additionalSecretOutputs: ["token"] }),
        );
    }
}
