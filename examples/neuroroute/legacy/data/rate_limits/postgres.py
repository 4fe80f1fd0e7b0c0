"""Counts in a table. The clock is the database's, so that servers agree on when a window ends."""

from __future__ import annotations

from collections import Counter
from typing import Dict, List, Sequence
from uuid import UUID

from ..group_commit import GroupCommit
from ..pool import Pool
from . import WINDOW_SECONDS, Count

_ENDED = f"counted.window_start + interval '{WINDOW_SECONDS} s' <= excluded.window_start"

# One statement, so that requests at the same moment through different servers are counted one after
# the other; keys in one order, so that two servers cannot wait for each other.
_COUNT = f"""
insert into rate_limits as counted (key_id, window_start, count)
select key_id, clock_timestamp(), requests
from unnest($1::uuid[], $2::int[]) as given (key_id, requests) order by key_id
on conflict (key_id) do update set
  window_start = case when {_ENDED} then excluded.window_start else counted.window_start end,
  count = case when {_ENDED} then excluded.count else counted.count + excluded.count end
returning key_id, count,
          (extract(epoch from window_start - clock_timestamp()) * 1000)::float8
          + {WINDOW_SECONDS * 1000} as rest_ms"""


class PostgresRateLimits:
    """Requests that come during a statement are counted by the next one, each as if alone."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._group: GroupCommit[UUID, Count] = GroupCommit(self._count)

    async def count(self, key_id: UUID) -> Count:
        return await self._group.add(key_id)

    async def _count(self, key_ids: Sequence[UUID]) -> List[Count]:
        given = Counter(key_ids)
        rows = await self._pool.fetch(_COUNT, list(given), list(given.values()))
        last: Dict[UUID, Count] = {
            row["key_id"]: Count(row["count"], row["rest_ms"]) for row in rows
        }
        counts = []
        for key_id in key_ids:
            # From the first of this key in the group to its last.
            given[key_id] -= 1
            counts.append(Count(last[key_id].requests - given[key_id], last[key_id].rest_ms))
        return counts
