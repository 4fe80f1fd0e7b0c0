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

    Whoever is cancelled meanwhile leaves it to its end: its connection would be lost, or by some
    versions of redis-py be given to its next user with the answer still to come (CVE-2023-28858).
    """
    task = asyncio.ensure_future(sent)
    task.add_done_callback(_take_notice)
    return await asyncio.wait_for(asyncio.shield(task), COMMAND_SECONDS)


def _take_notice(task: "asyncio.Future[T]") -> None:
    """Of an end that nobody waits for any more, which asyncio would report as an error."""
    if not task.cancelled():
        task.exception()
