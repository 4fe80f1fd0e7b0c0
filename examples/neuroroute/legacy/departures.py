"""Clients that leave before they are answered."""

from __future__ import annotations

import asyncio
from typing import Awaitable, TypeVar

from starlette.requests import Request

T = TypeVar("T")


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


class Client:
    """Whoever waits for the answer to a request whose body has been read."""

    def __init__(self, request: Request) -> None:
        self._receive = request.receive

    async def while_there(self, work: Awaitable[T]) -> T:
        """Cancels the work when the client leaves, which Starlette does for streams only."""
        task = asyncio.ensure_future(work)
        leaving = asyncio.ensure_future(self._leave())
        try:
            await asyncio.wait((task, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise ClientLeft()
            return task.result()
        finally:
            leaving.cancel()
            if not task.done():
                task.cancel()

    async def _leave(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
