"""A number of places, taken in the order of asking."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Callable, Optional


class Places:
    """asyncio's semaphore loses permits when a wait for it ends in the moment that it is served."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken = 0
        self._waiting: OrderedDict[asyncio.Future[None], None] = OrderedDict()

    @property
    def taken(self) -> int:
        return self._taken

    async def take(self, wait_ms: float) -> Optional[Callable[[], None]]:
        """Gives the place back, however often it is called; None when the time was up."""
        if self._taken < self._count:
            self._taken += 1
            return self._giver_back()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[turn] = None
        try:
            await asyncio.wait({turn}, timeout=wait_ms / 1000)
        except asyncio.CancelledError:
            if turn.done():
                self._give_back()
            raise
        finally:
            self._waiting.pop(turn, None)
        return self._giver_back() if turn.done() else None

    def _giver_back(self) -> Callable[[], None]:
        given = False

        def give_back() -> None:
            nonlocal given
            if not given:
                given = True
                self._give_back()

        return give_back

    def _give_back(self) -> None:
        # A place goes from one to the next without being free in between, so that nobody overtakes.
        if self._waiting:
            self._waiting.popitem(last=False)[0].set_result(None)
        else:
            self._taken -= 1
