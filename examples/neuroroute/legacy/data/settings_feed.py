"""A snapshot of what changes seldom, kept true by PostgreSQL's notifications."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Awaitable, Callable, Optional, Set, Tuple

from .api_keys import ApiKey, ApiKeys
from .pool import Connection, Pool, connect
from .router_settings import RouterState, read_state

logger = logging.getLogger("neuroroute.settings")

CHANNEL = "neuroroute"
_MOST_KEYS = 10_000
_SHORTEST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0
_HEARTBEAT_SECONDS = 5.0


class SettingsFeed:
    """
    Settings, cache generations, and API keys once they were asked for.

    ``forget`` is called when settings or generations changed, or may have: what was learnt under
    the old ones does not count any more. A notification that only repeats what is known, as that
    of a change of our own does, calls nothing.
    """

    def __init__(
        self,
        pool: Pool,
        keys: ApiKeys,
        url: str,
        forget: Callable[[], None],
        open_connection: Callable[[str], Awaitable[Connection]] = connect,
    ) -> None:
        self._pool = pool
        self._keys = keys
        self._url = url
        self._forget = forget
        self._open_connection = open_connection
        self._state: Optional[RouterState] = None
        self._known: "OrderedDict[str, ApiKey]" = OrderedDict()
        self._forgotten = 0
        self._loading = asyncio.Lock()
        self._task: Optional["asyncio.Task[None]"] = None
        self._tried = asyncio.Event()
        self.live = False
        """Whether changes are heard of."""

    async def open(self) -> None:
        """Begins to listen; returns when that worked, or failed for the first time."""
        self._task = asyncio.create_task(self._run())
        await self._tried.wait()

    async def close(self) -> None:
        # More than once: wait_for of Python 3.11 loses a cancellation that comes as what it waits
        # for ends, such as a connection that is refused.
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=0.1)

    async def state(self) -> RouterState:
        """What is known while changes are heard of; otherwise what the database says now."""
        if self.live and self._state is not None:
            return self._state
        async with self._pool.acquire() as connection:
            return await read_state(connection)

    async def api_key(self, key_hash: str) -> Optional[ApiKey]:
        """The key with this hash. Keys are known only while changes are heard of."""
        known = self._known.get(key_hash)
        if known is not None:
            self._known.move_to_end(key_hash)
            return known
        forgotten = self._forgotten
        found = await self._keys.find(key_hash)
        # A key that was revoked while we read it must not be remembered.
        if found is not None and self.live and forgotten == self._forgotten:
            self._known[key_hash] = found
            if len(self._known) > _MOST_KEYS:
                self._known.popitem(last=False)
        return found

    def forget_keys(self) -> None:
        self._forgotten += 1
        self._known.clear()

    async def reload(self) -> None:
        """Reads settings and generations; for those who have just changed them."""
        async with self._pool.acquire() as connection:
            await self._load(connection)

    async def _load(self, connection: Connection, anew: bool = False) -> None:
        # One at a time, so that an older answer never replaces a newer one.
        async with self._loading:
            before, self._state = self._state, await read_state(connection)
            self.forget_keys()
            if anew or before != self._state:
                self._forget()

    async def _run(self) -> None:
        heard_at = time.monotonic()
        said = ""
        while True:
            try:
                async with self._listening() as (connection, changes):
                    self._tried.set()
                    said = ""
                    try:
                        await self._hear(connection, changes)
                    finally:
                        heard_at = time.monotonic()
            except Exception as error:
                problem = str(error) or type(error).__name__
                if problem != said:
                    logger.warning("changes of settings are not heard of: %s", problem)
                said = problem
            finally:
                self._lose()
                self._tried.set()
            # In proportion to the outage: after a short one, changes are soon heard of again.
            outage = time.monotonic() - heard_at
            await asyncio.sleep(min(max(outage / 4, _SHORTEST_PAUSE), _LONGEST_PAUSE))

    def _lose(self) -> None:
        self.live = False
        self._state = None
        self.forget_keys()
        self._forget()

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator["Tuple[Connection, Changes]"]:
        connection = await self._open_connection(self._url)
        changes = Changes()

        def hear(*notification: Any) -> None:
            # At once: a key that was revoked must not open anything more.
            self.forget_keys()
            changes.add(notification[3])

        try:
            connection.add_termination_listener(lambda _: changes.end())
            await connection.add_listener(CHANNEL, hear)
            # Whatever changed while nobody listened is in what is read now.
            await self._load(connection, anew=True)
            self.live = True
            yield connection, changes
        finally:
            connection.terminate()

    async def _hear(self, connection: Connection, changes: "Changes") -> None:
        while True:
            tables = await changes.take(_HEARTBEAT_SECONDS)
            if changes.ended:
                raise ConnectionResetError("the database ended the connection")
            if tables is None:
                # A peer that vanished sends nothing, not even an end.
                await connection.fetchval("select 1", timeout=_HEARTBEAT_SECONDS)
            elif tables != {"api_keys"}:
                await self._load(connection)


class Changes:
    """Names of tables that changed, kept until they are taken."""

    def __init__(self) -> None:
        self._tables: Set[str] = set()
        self._event = asyncio.Event()
        self.ended = False

    def add(self, table: str) -> None:
        self._tables.add(table)
        self._event.set()

    def end(self) -> None:
        self.ended = True
        self._event.set()

    async def take(self, seconds: float) -> Optional[Set[str]]:
        """Waits for changes; None when there were none for so long."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except asyncio.TimeoutError:
            return None
        self._event.clear()
        tables, self._tables = self._tables, set()
        return tables
