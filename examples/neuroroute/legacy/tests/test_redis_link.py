from __future__ import annotations

import asyncio
import gc

import pytest

from ..data.redis_link import Redis, command

pytestmark = pytest.mark.anyio


async def test_one_who_is_cancelled_leaves_the_command_and_its_connection_whole(
    redis: Redis,
) -> None:
    leaving = asyncio.ensure_future(command(redis.blpop("list", timeout=10)))
    while (await redis.info("clients"))["blocked_clients"] == 0:
        await asyncio.sleep(0.005)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert (await redis.info("clients"))["blocked_clients"] == 1
    await redis.rpush("list", "taken")
    while await redis.exists("list"):
        await asyncio.sleep(0.005)
    answers = await asyncio.gather(*(command(redis.ping()) for _ in range(5)))
    assert answers == [True] * 5


async def test_nobody_waits_for_longer_than_a_second() -> None:
    never: "asyncio.Future[None]" = asyncio.get_running_loop().create_future()
    began = asyncio.get_running_loop().time()
    with pytest.raises(asyncio.TimeoutError):
        await command(never)
    assert 0.9 < asyncio.get_running_loop().time() - began < 5


async def test_a_command_that_fails_when_nobody_waits_any_more_is_no_error_of_the_server() -> None:
    failing: "asyncio.Future[None]" = asyncio.get_running_loop().create_future()
    problems: "list[object]" = []
    asyncio.get_running_loop().set_exception_handler(lambda _, problem: problems.append(problem))
    leaving = asyncio.ensure_future(command(asyncio.wait_for(failing, 10)))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    failing.set_exception(ConnectionError("closed"))
    del failing, leaving
    for _ in range(5):
        await asyncio.sleep(0)
    gc.collect()
    assert problems == []
