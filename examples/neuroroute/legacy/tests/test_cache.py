from __future__ import annotations

import pytest

from ..data.cache import CachedAnswer
from ..data.cache.memory import MemoryCache
from ..data.cache.redis import RedisCache, read_answer, write_answer
from ..data.redis_link import Redis, close_redis, open_redis

pytestmark = pytest.mark.anyio

ANSWER = CachedAnswer("gpt-4o", 2, "Grüße, “you” \u2028", 7, 9)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_memory_keeps_an_answer_for_its_time() -> None:
    clock = Clock()
    cache = MemoryCache(10, clock)
    await cache.put("key", ANSWER, 60)
    clock.now = 59.9
    assert await cache.get("key") == ANSWER
    clock.now = 60.0
    assert await cache.get("key") is None
    assert cache.entries() == 0


async def test_memory_gives_up_what_was_not_used_for_longest() -> None:
    cache = MemoryCache(2)
    for key in ("a", "b"):
        await cache.put(key, ANSWER, 60)
    await cache.get("a")
    await cache.put("c", ANSWER, 60)
    assert [await cache.get(key) is not None for key in "abc"] == [True, False, True]


@pytest.mark.parametrize("ttl", [0])
async def test_memory_keeps_nothing_without_time(ttl: int) -> None:
    cache = MemoryCache(2)
    await cache.put("key", ANSWER, ttl)
    assert cache.entries() == 0


def test_an_entry_of_redis_has_the_bytes_that_the_other_face_writes() -> None:
    assert write_answer(ANSWER) == (
        '{"model":"gpt-4o","model_generation":2,"output":"Grüße, “you” \u2028",'
        '"prompt_tokens":7,"completion_tokens":9}'
    )


@pytest.mark.parametrize(
    "kept",
    ["", "nonsense", "[]", "7", '{"model":"gpt-4o"}', write_answer(ANSWER).replace("7", '"7"'),
     write_answer(ANSWER).replace("2", "true"), b"\xff"],
)  # fmt: skip
def test_an_entry_of_redis_that_is_no_answer_is_passed_over(kept: "str | bytes") -> None:
    assert read_answer(kept) is None


async def test_redis_keeps_an_answer_for_its_time(redis: Redis) -> None:
    cache = RedisCache(redis)
    await cache.put("nr:cache:1:0:x", ANSWER, 60)
    assert await cache.get("nr:cache:1:0:x") == ANSWER
    assert 55 <= await redis.ttl("nr:cache:1:0:x") <= 60
    await cache.put("nr:cache:1:0:y", ANSWER, 0)
    assert await cache.get("nr:cache:1:0:y") is None


async def test_redis_that_is_down_is_passed_over_and_said_to_be_down() -> None:
    redis = open_redis("redis://127.0.0.1:1")
    cache = RedisCache(redis)
    await cache.put("key", ANSWER, 60)
    assert await cache.get("key") is None
    assert not await cache.ok()
    await close_redis(redis)
