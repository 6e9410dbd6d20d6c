"""Every error of the provider, in one tree by what the caller does next.

    CloudElementsError
    ├── ConfigurationError      mend the provider's configuration, then run again
    ├── AnotherAccount          the credentials are another account's than the state's: use the right ones
    ├── AdoptionRefused         an instance is somebody else's, or of another kind: name another, or none
    ├── Interrupted             the run is being ended: run again
    │   └── Abandoned           the engine is gone: nobody will record what is done
    ├── HalfMade                an instance was made and could not be finished: keep what there is of it
    ├── Unforeseen              a fault of the provider, or of what it is built on: report it
    └── ApiError                a call to the platform failed: what was tried, the status, the platform's words
        ├── BadCredentials      401: set other secrets
        ├── Forbidden           403: ask for the privilege; nothing is known to be gone
        ├── NotFound            404 in the platform's own words: the instance or element does not exist
        ├── RejectedInput       any other 4xx: change the declaration
        ├── RateLimited         429: wait, or ask for less at a time
        ├── Unavailable         5xx, or no answer to a request that may be repeated: run again later
        ├── AmbiguousWrite      a write that may or may not have taken effect: look before running again
        └── ForeignAnswer       not the platform's answer (HTML, broken JSON, a redirect): check baseUrl and proxies

A message is one line: what was tried, what came back, what to do. `redact` keeps what is secret out of it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class CloudElementsError(Exception):
    """The root: whatever the provider raises on purpose."""


class ConfigurationError(CloudElementsError):
    """The provider's own configuration is missing something or holds something unusable."""


class AnotherAccount(CloudElementsError):
    """The credentials are valid on another account than the one that the instance belongs to. Nothing was written."""


class AdoptionRefused(CloudElementsError):
    """The instance is not one that this resource may own, or no longer."""


class Interrupted(CloudElementsError):
    """The run is being ended, and what had not been sent was not sent."""


class Abandoned(Interrupted):
    """The engine that asked is gone, and what had not been sent was not sent."""


class HalfMade(CloudElementsError):
    """An instance was made, and what belongs to its making besides failed.

    Attributes:
        state: the `model.InstanceState` that there is.
    """

    def __init__(self, message: str, state: Any) -> None:
        super().__init__(message)
        self.state = state


class Unforeseen(CloudElementsError):
    """Whatever else went wrong: a fault of the provider itself, or of what it is built on."""


class ApiError(CloudElementsError):
    """A call to the platform failed. Its text is the whole story, in one line.

    Attributes:
        overdue: the time of whoever asked was over, which says nothing of what others can get.
    """

    advice = ""
    overdue = False

    def __init__(self, attempt: str, outcome: str, advice: str = "") -> None:
        """Describe one failed call.

        Parameters:
            attempt: what was tried, such as ``POST /instances``.
            outcome: what came back, already redacted.
            advice: what to do, where that is not the same for all errors of the kind.
        """
        advice = advice or self.advice
        super().__init__(f"{attempt}: {outcome}" + (f" ({advice})" if advice else ""))
        self.attempt, self.outcome = attempt, outcome


class BadCredentials(ApiError):
    """The platform does not accept the user or organization secret."""

    advice = (
        "check cloudelements:userSecret and cloudelements:organizationSecret, and that they belong to this baseUrl; "
        "refresh and destroy use those of the last up, unless they are run with --run-program"
    )


class Forbidden(ApiError):
    """The account lacks a privilege."""

    advice = "the account lacks a privilege for this"


class NotFound(ApiError):
    """The platform itself says that the thing does not exist."""


class RejectedInput(ApiError):
    """The platform refused what was sent."""


class RateLimited(ApiError):
    """Too many requests, even after waiting."""

    advice = "run again later, or with a lower --parallel"


class Unavailable(ApiError):
    """The platform cannot be reached or is not well; what was asked can be asked again."""

    advice = "check cloudelements:baseUrl and the network, or run again later"


class AmbiguousWrite(ApiError):
    """The answer to a write was lost: it may have taken effect.

    Attributes:
        not_handled: the platform answered, and said that it did not handle the request (503).
    """

    not_handled = False
    advice = "it may have taken effect: look in the console before you run again"


class ForeignAnswer(ApiError):
    """Something answered, but not the platform's API."""

    advice = "check cloudelements:baseUrl, and any proxy on the way"


def plainly(convert: Callable[[CloudElementsError], Exception]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function for users: an error reaches them converted, and without the chain of errors beneath it."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def plain(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except CloudElementsError as error:
                raise convert(error) from None

        return plain

    return decorate
