"""How responses look on the wire: JSON, and the form in which the platform refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import Scope

from cloudelements_emulator import jsontext


def json_response(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `value` as a JSON response."""
    return Response(jsontext.dump(value), status, headers, media_type="application/json")


def refusal(scope: Scope, status: int, message: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return the platform's own error, `{"requestId", "message"}` [D], for the request of `scope`."""
    return json_response({"requestId": scope["request_id"], "message": message}, status=status, headers=headers)
