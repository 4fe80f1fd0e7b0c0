"""Counts in a table. The clock is the database's, so that servers agree on when a window ends."""

from __future__ import annotations

from uuid import UUID

from ..pool import Pool
from . import WINDOW_SECONDS, Count

# One statement, so that requests at the same moment are counted one after the other.
_COUNT = f"""
insert into rate_limits as counted (key_id, window_start, count) values ($1, clock_timestamp(), 1)
on conflict (key_id) do update set
  window_start = case when counted.window_start + interval '{WINDOW_SECONDS} s' <= excluded.window_start
                 then excluded.window_start else counted.window_start end,
  count = case when counted.window_start + interval '{WINDOW_SECONDS} s' <= excluded.window_start
          then 1 else counted.count + 1 end
returning count, (extract(epoch from window_start + interval '{WINDOW_SECONDS} s' - clock_timestamp())
                  * 1000)::float8 as rest_ms"""


class PostgresRateLimits:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def count(self, key_id: UUID) -> Count:
        row = await self._pool.fetchrow(_COUNT, key_id)
        return Count(row["count"], row["rest_ms"])
