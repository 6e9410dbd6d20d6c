"""The error tree."""

from __future__ import annotations

import pytest

from pulumi_cloudelements import errors
from pulumi_cloudelements.errors import ApiError, CloudElementsError, NotFound, plainly


@pytest.mark.parametrize(
    "name",
    [
        "BadCredentials",
        "Forbidden",
        "NotFound",
        "RejectedInput",
        "RateLimited",
        "Unavailable",
        "AmbiguousWrite",
        "ForeignAnswer",
    ],
)
def test_every_failed_call_is_an_api_error_whose_text_is_one_line(name: str) -> None:
    error = getattr(errors, name)("GET /instances/1", "404 gone")
    assert isinstance(error, ApiError)
    assert isinstance(error, CloudElementsError)
    assert str(error).startswith("GET /instances/1: 404 gone")
    assert "\n" not in str(error)


@pytest.mark.parametrize("name", ["ConfigurationError", "AdoptionRefused"])
def test_what_no_call_caused_is_no_api_error(name: str) -> None:
    error = getattr(errors, name)("said plainly")
    assert isinstance(error, CloudElementsError)
    assert not isinstance(error, ApiError)
    assert str(error) == "said plainly"


def test_an_error_says_what_to_do() -> None:
    text = str(errors.BadCredentials("GET /instances/1", "401 no"))
    assert text == (
        "GET /instances/1: 401 no (check cloudelements:userSecret and cloudelements:organizationSecret, "
        "and that they belong to this baseUrl; refresh and destroy use those of the last up, unless they are run "
        "with --run-program)"
    )


def test_a_function_for_users_raises_its_own_error_without_what_lies_beneath() -> None:
    @plainly(lambda error: RuntimeError(f"told: {error}"))
    def provider(id: str, *, missing: bool) -> str:
        """Look up."""
        if missing:
            raise NotFound(f"GET /instances/{id}", "404 gone") from ValueError("beneath")
        return id

    assert provider("1", missing=False) == "1"
    assert (provider.__name__, provider.__doc__) == ("provider", "Look up.")
    with pytest.raises(RuntimeError) as caught:
        provider("1", missing=True)
    assert str(caught.value) == "told: GET /instances/1: 404 gone"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_fault_of_the_provider_itself_is_not_told_as_an_error_of_the_user() -> None:
    @plainly(lambda error: RuntimeError(f"told: {error}"))
    def provider() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        provider()
