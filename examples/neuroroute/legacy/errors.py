"""What clients are told when a prompt is not answered."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from starlette.responses import JSONResponse

from .departures import ClientLeft
from .replies import NotAnswered, Unavailable, UnknownModel, Unsatisfiable
from .schemas.prompts import NotAnsweredOut

_CLIENT_CLOSED_REQUEST = 499


def _problem(
    status: int, detail: Any, headers: Optional[Mapping[str, str]] = None
) -> JSONResponse:
    return JSONResponse({"detail": detail}, status, headers=dict(headers or {}))


async def _unknown_model(request: Request, error: UnknownModel) -> Response:
    return _problem(404, "Model not found")


async def _unsatisfiable(request: Request, error: Unsatisfiable) -> Response:
    return _problem(400, "No model satisfies the request")


async def _unavailable(request: Request, error: Unavailable) -> Response:
    return _problem(503, "No model is available", {"Retry-After": "1"})


async def _not_answered(request: Request, error: NotAnswered) -> Response:
    failure = error.failure
    detail: Dict[str, Any] = jsonable_encoder(
        NotAnsweredOut.of("No model answered", failure.attempts)
    )
    if failure.all == "timeout":
        return _problem(504, detail)
    if failure.all == "limited":
        return _problem(503, detail, {"Retry-After": str(failure.retry_after or 1)})
    return _problem(502, detail)


async def _client_left(request: Request, error: ClientLeft) -> Response:
    # Nobody reads it; the log shows it.
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(UnknownModel, _unknown_model)
    app.add_exception_handler(Unsatisfiable, _unsatisfiable)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(NotAnswered, _not_answered)
    app.add_exception_handler(ClientLeft, _client_left)
