from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from ..data.pool import Pool
from ..data.rate_limits.postgres import PostgresRateLimits
from ..data.rate_limits.redis import RedisRateLimits
from ..data.redis_link import Redis

pytestmark = pytest.mark.anyio


async def test_postgres_counts_each_request_once_and_each_key_by_itself(pool: Pool) -> None:
    servers, keys = [PostgresRateLimits(pool) for _ in range(2)], [uuid4() for _ in range(3)]
    counts = await asyncio.gather(
        *(server.count(key) for _ in range(20) for key in keys for server in servers)
    )
    for index in range(3):
        of_key = counts[index * 2 :: 6] + counts[index * 2 + 1 :: 6]
        assert sorted(count.requests for count in of_key) == list(range(1, 41))
    assert all(55_000 < count.rest_ms <= 60_000 for count in counts)


async def test_postgres_begins_a_new_window_when_one_has_ended(pool: Pool) -> None:
    limits, key = PostgresRateLimits(pool), uuid4()
    await limits.count(key)
    await pool.execute("update rate_limits set window_start = window_start - interval '59 s'")
    count = await limits.count(key)
    assert count.requests == 2 and 0 < count.rest_ms <= 1000
    await pool.execute("update rate_limits set window_start = window_start - interval '1 s'")
    count = await limits.count(key)
    assert count.requests == 1 and count.rest_ms > 55_000


async def test_redis_counts_each_request_once_and_ends_the_window(redis: Redis) -> None:
    limits, key = RedisRateLimits(redis), uuid4()
    counts = await asyncio.gather(*(limits.count(key) for _ in range(20)))
    assert sorted(count.requests for count in counts) == list(range(1, 21))
    assert all(55_000 < count.rest_ms <= 60_000 for count in counts)
    assert 55_000 < await redis.pttl(f"nr:rate:{key}") <= 60_000
    await redis.pexpire(f"nr:rate:{key}", 1)
    while await redis.exists(f"nr:rate:{key}"):
        await asyncio.sleep(0.001)
    assert (await limits.count(key)).requests == 1
