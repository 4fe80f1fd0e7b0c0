"""Counts in Redis. The clock is Redis's."""

from __future__ import annotations

from uuid import UUID

from ..redis_link import Redis, command
from . import WINDOW_SECONDS, Count

# One script, so that a key never stays without its end.
_COUNT = """
local requests = redis.call('INCR', KEYS[1])
if requests == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { requests, redis.call('PTTL', KEYS[1]) }"""


class RedisRateLimits:
    def __init__(self, redis: Redis) -> None:
        self._count = redis.register_script(_COUNT)

    async def count(self, key_id: UUID) -> Count:
        requests, rest_ms = await command(
            self._count(keys=[f"nr:rate:{key_id}"], args=[WINDOW_SECONDS * 1000])
        )
        return Count(requests, rest_ms)
