"""The connection to Redis."""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, TypeVar

from redis import asyncio as aioredis
from redis.exceptions import RedisError

T = TypeVar("T")

COMMAND_SECONDS = 1.0

REDIS_FAILURES = (RedisError, OSError, asyncio.TimeoutError)

Redis = Any


def open_redis(url: str) -> Redis:
    """Connects when a command is first sent, so that the server starts while Redis is down."""
    return aioredis.from_url(
        url, socket_timeout=COMMAND_SECONDS, socket_connect_timeout=COMMAND_SECONDS
    )


async def close_redis(redis: Redis) -> None:
    await redis.close(close_connection_pool=True)


async def command(sent: Awaitable[T]) -> T:
    """
    Waits for a command, a second at most.

    Whoever is cancelled meanwhile leaves it to its end: redis-py 4 gives a connection back with
    the answer still to come, which its next user would take for its own (CVE-2023-28858).
    """
    return await asyncio.wait_for(asyncio.shield(asyncio.ensure_future(sent)), COMMAND_SECONDS)
