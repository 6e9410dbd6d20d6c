"""What a request shows of itself."""

from __future__ import annotations

from pulumi_cloudelements.api.request import Request as ApiRequest


def test_a_call_shows_what_it_asks_and_neither_its_body_nor_its_secrets() -> None:
    call = ApiRequest(
        "PUT", "/instances/1", {"configuration": {"a": "hunter22"}}, (("reAuthenticate", "true"),), {"hunter33"}
    )
    assert str(call) == "PUT /instances/1"
    assert "hunter" not in repr(call)
