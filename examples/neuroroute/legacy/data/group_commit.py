"""Does together what is asked for at the same time."""

from __future__ import annotations

import asyncio
from contextvars import Context
from typing import Awaitable, Callable, Generic, List, Optional, Sequence, Tuple, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """
    Items that arrive while a group is under way go together with the next one.

    So many requests share one round trip and one commit, and none waits for a timer. ``write``
    does a group, and gives one result an item, in their order.
    """

    def __init__(
        self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], most: int = 500
    ) -> None:
        self._write = write
        self._most = most
        self._waiting: List[Tuple[Item, "asyncio.Future[Result]"]] = []
        self._task: Optional["asyncio.Task[None]"] = None

    async def add(self, item: Item) -> Result:
        """The item's result. Whoever is cancelled meanwhile does not take it back."""
        done: "asyncio.Future[Result]" = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._task is None:
            # In a context of its own: what it logs is not only of the request that began it.
            self._task = Context().run(lambda: asyncio.create_task(self._run()))
        return await done

    async def close(self) -> None:
        """Waits for what is under way, though its requests may have left."""
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            results: Sequence[Result] = ()
            failure: Optional[Exception] = None
            try:
                results = await self._write([item for item, _ in group])
            except Exception as error:
                failure = error
            for index, (_, done) in enumerate(group):
                if done.done():
                    continue
                if failure is None:
                    done.set_result(results[index])
                else:
                    done.set_exception(failure)
        self._task = None
