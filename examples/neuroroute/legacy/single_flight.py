"""One question that is asked by many at once goes to a model once."""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable, Dict, Generic, Tuple, TypeVar

T = TypeVar("T")


class _Flight(Generic[T]):
    def __init__(self, task: "asyncio.Future[T]") -> None:
        self.task = task
        self.waiting = 0
        self.taken = False


class SingleFlight(Generic[T]):
    """Those who wait may leave; when the last has left, the work is cancelled."""

    def __init__(self) -> None:
        self._flights: Dict[str, _Flight[T]] = {}

    async def join(self, key: str, begin: Callable[[], Awaitable[T]]) -> Tuple[T, bool]:
        """What the work under this key gave; true for the first who is still there, alone."""
        flight = self._flights.get(key)
        if flight is None:
            flight = self._begin(key, begin)
        flight.waiting += 1
        try:
            value = await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if flight.waiting == 0 and not flight.task.done():
                # Before it ends: nobody may join what is being cancelled.
                self._forget(key, flight)
                flight.task.cancel()
        first, flight.taken = not flight.taken, True
        return value, first

    def clear(self) -> None:
        """Who asks from now on begins anew."""
        self._flights.clear()

    def _begin(self, key: str, begin: Callable[[], Awaitable[T]]) -> _Flight[T]:
        flight = self._flights[key] = _Flight(asyncio.ensure_future(begin()))
        flight.task.add_done_callback(lambda _: self._end(key, flight))
        return flight

    def _end(self, key: str, flight: _Flight[T]) -> None:
        self._forget(key, flight)
        if not flight.task.cancelled():
            # All may have left: asyncio would report a failure that nobody has seen as an error.
            flight.task.exception()

    def _forget(self, key: str, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
