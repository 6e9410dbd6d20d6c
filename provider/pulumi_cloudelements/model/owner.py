"""Who manages an instance, as two tags on the instance itself tell it.

``pulumi:<project>/<stack>`` is the same on all instances of a stack, so that one listing finds them.
``pulumi:<resource>#<nonce>`` names the resource, and the one time that it created the instance or took it over: a
state that knows another nonce belongs to somebody who has the instance no more.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from secrets import token_hex

PREFIX = "pulumi:"
"""How every ownership tag begins, and no tag that a program declares."""

NONCE_BYTES = 6

RESOURCE_TAG = re.compile(rf"{PREFIX}(?P<resource>.+)#(?P<nonce>[0-9a-f]{{{2 * NONCE_BYTES}}})", re.DOTALL)
STACK_TAG = re.compile(rf"{PREFIX}(?P<project>[^/#]+)/(?P<stack>[^/#]+)")
TEXT = re.compile(r"(?P<project>[^/#]+)/(?P<stack>[^/#]+)/(?P<resource>.+)#(?P<nonce>[0-9a-f]*)", re.DOTALL)
URN = re.compile(r"urn:pulumi:(?P<stack>[^:]+)::(?P<project>[^:]+)::(?P<types>.+?)::(?P<name>.+)", re.DOTALL)

ANGLES = str.maketrans("<>", "()")
"""The platform strips what looks like HTML from tags [T]."""


@dataclass(frozen=True)
class Owner:
    """A resource, and the nonce with which it owns an instance. As text it is what the engine's state keeps.

    Attributes:
        project, stack: Pulumi's names.
        resource: the resource's name, the types of its parents before it, as in its URN.
        nonce: twelve hexadecimal digits; empty for a resource that owns nothing yet, or no longer.
    """

    project: str
    stack: str
    resource: str
    nonce: str = ""

    @classmethod
    def from_urn(cls, urn: object) -> Owner | None:
        """The resource with this URN; None where that is unknown."""
        match = URN.fullmatch(urn) if isinstance(urn, str) else None
        if not match:
            return None
        parents = match["types"].rpartition("$")[0]
        return cls(match["project"], match["stack"], f"{parents}${match['name']}" if parents else match["name"])

    @classmethod
    def from_tags(cls, tags: Collection[str]) -> Owner | None:
        """The resource that manages an instance with these tags; None where none does."""
        resources = [match for match in map(RESOURCE_TAG.fullmatch, tags) if match]
        stacks = [match for match in map(STACK_TAG.fullmatch, tags) if match]
        if not (resources and stacks):
            return None
        return cls(**stacks[0].groupdict(), **resources[0].groupdict())

    @classmethod
    def from_text(cls, text: object) -> Owner | None:
        """What `str` made a text of; None for anything else."""
        match = TEXT.fullmatch(text) if isinstance(text, str) else None
        return cls(**match.groupdict()) if match else None

    def __str__(self) -> str:
        return f"{self.project}/{self.stack}/{self.resource}#{self.nonce}"

    @property
    def described(self) -> str:
        """The resource, for people."""
        return f"{self.resource} of {self.project}/{self.stack}"

    @property
    def stack_tag(self) -> str:
        """The tag that all instances of the stack share."""
        return f"{PREFIX}{self.project}/{self.stack}"

    @property
    def resource_tag(self) -> str:
        """The tag of this resource's instance, with its nonce."""
        return f"{PREFIX}{self.resource.translate(ANGLES)}#{self.nonce}"

    @property
    def tags(self) -> tuple[str, str]:
        """Both tags."""
        return self.stack_tag, self.resource_tag

    def with_new_nonce(self) -> Owner:
        """The same resource, about to own an instance."""
        return replace(self, nonce=token_hex(NONCE_BYTES))

    def without_nonce(self) -> Owner:
        """The same resource, which somebody else may have taken the instance from."""
        return replace(self, nonce="")

    def reads_as(self, other: Owner) -> bool:
        """Whether the other has the same tags in another text, as a platform may make one: in case or blanks."""
        return _text(self) == _text(other)

    def is_same_resource(self, other: Owner) -> bool:
        """Whether both are the same resource, whatever the nonces."""
        return self.without_nonce().tags == other.without_nonce().tags


def _text(owner: Owner) -> list[str]:
    return " ".join(owner.tags).casefold().split()


def without_owner(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags that are not ownership tags."""
    return tuple(tag for tag in tags if not tag.startswith(PREFIX))
