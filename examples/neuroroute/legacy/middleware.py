"""Request ids and the log line of each request, as plain ASGI: nothing is buffered."""

from __future__ import annotations

import logging
import re
import time
from typing import Iterable, Optional, Tuple
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .logs import request_id

logger = logging.getLogger("neuroroute.requests")

_WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{1,128}")


def identify(headers: Iterable[Tuple[bytes, bytes]]) -> str:
    """The client's own x-request-id when it sends one that is well formed, else a new one."""
    given = [value for name, value in headers if name == b"x-request-id"]
    if len(given) == 1 and _WELL_FORMED.fullmatch(given[0]):
        return given[0].decode("ascii")
    return str(uuid4())


class RequestLog:
    """Wraps the whole application: a 500 that Starlette answers has its id, and is logged, too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = identify(scope["headers"])
        request_id.set(identity)
        header = (b"x-request-id", identity.encode("ascii"))
        began = time.perf_counter()
        status: Optional[int] = None
        complete = False

        async def send_identified(message: Message) -> None:
            nonlocal status, complete
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], header]
            elif message["type"] == "http.response.body":
                complete = not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, send_identified)
        except Exception:
            # Starlette has answered 500 and raises all the same; uvicorn would cut the connection.
            logger.exception("the request failed")
            if not complete:
                raise
        finally:
            if logger.isEnabledFor(logging.INFO):
                fields = {
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "duration_ms": round((time.perf_counter() - began) * 1000, 3),
                }
                logger.info("request", extra={"fields": fields})
