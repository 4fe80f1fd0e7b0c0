"""A streamed answer, on its way from the provider's task to whoever reads it."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Union

from ..contracts import TokenUsage
from .exchange import Exchange
from .fault import ProviderFault

_MOST_DELTAS = 64


class StreamedAnswer:
    """Its deltas one by one, and what it used at the end."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._items: deque[Union[str, TokenUsage, ProviderFault]] = deque()
        self._came = asyncio.Event()
        self._room = asyncio.Event()

    async def next(self) -> Union[str, TokenUsage]:
        """The next delta, or the usage when there is none any more. Raises ProviderFault."""
        while not self._items:
            self._came.clear()
            await self._came.wait()
        item = self._items.popleft()
        if len(self._items) < _MOST_DELTAS:
            self._room.set()
        if isinstance(item, ProviderFault):
            raise item
        return item

    def close(self) -> None:
        """Closes the connection, if it is still in use."""
        self._exchange.stop()

    def ended(self, task: asyncio.Task[None]) -> None:
        """Tells who reads how the provider's task ended, unless well."""
        error = self._exchange.broken() if task.cancelled() else task.exception()
        if isinstance(error, ProviderFault):
            self.put(error)

    def put(self, item: Union[str, TokenUsage, ProviderFault]) -> None:
        self._items.append(item)
        self._came.set()

    async def room(self) -> None:
        """Until there are few enough deltas that nobody has read."""
        if len(self._items) >= _MOST_DELTAS:
            self._exchange.rest()
            self._room.clear()
            await self._room.wait()
