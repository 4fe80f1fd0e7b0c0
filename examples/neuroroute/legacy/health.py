"""Health of this server: its database, its cache, its machine."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Awaitable, Callable, Optional

from .data.cache import AnswerCache
from .data.pool import Pool

_PATIENCE_SECONDS = 2.0
_FRESH_SECONDS = 1.0
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class SystemFigures:
    memory_mb: float
    load: float
    """Of the machine: the mean of the last minute."""
    cpus: int


class Shared:
    """Those who ask while somebody's question is under way wait for the same answer."""

    def __init__(self, ask: Callable[[], Awaitable[bool]]) -> None:
        self._ask = ask
        self._asking: Optional["asyncio.Future[bool]"] = None

    async def __call__(self) -> bool:
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._ask())
            self._asking.add_done_callback(self._forget)
        return await asyncio.shield(self._asking)

    def _forget(self, _: "asyncio.Future[bool]") -> None:
        self._asking = None


class ServerHealth:
    def __init__(self, pool: Pool, cache: AnswerCache) -> None:
        self._pool = pool
        self._started_at = time.monotonic()
        self._figures: Optional[SystemFigures] = None
        self._read_at = 0.0
        self.database_ok = Shared(self._ask_database)
        self.cache_ok = Shared(cache.ok)

    def uptime_seconds(self) -> float:
        return round(time.monotonic() - self._started_at, 3)

    def system(self) -> SystemFigures:
        """Read at most once a second: they are files of the system."""
        now = time.monotonic()
        if self._figures is None or now - self._read_at > _FRESH_SECONDS:
            self._read_at = now
            load = round(os.getloadavg()[0], 2)
            self._figures = SystemFigures(_memory_mb(), load, os.cpu_count() or 1)
        return self._figures

    async def _ask_database(self) -> bool:
        try:
            # Of a table, so that a database without ours does not count.
            ask = self._pool.fetchval("select 1 from settings")
            await asyncio.wait_for(ask, _PATIENCE_SECONDS)
        except Exception:
            return False
        return True


def _memory_mb() -> float:
    """What the process holds in memory; 0 where the system does not say."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except OSError:
        return 0.0
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000, 1)
