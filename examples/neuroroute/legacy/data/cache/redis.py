"""Answers in Redis, in the same bytes as the Fastify face writes them."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Literal, Optional, Union

from ..redis_link import REDIS_FAILURES, Redis, command
from . import CachedAnswer

logger = logging.getLogger("neuroroute.cache")


class RedisCache:
    kind: Literal["redis"] = "redis"

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def get(self, key: str) -> Optional[CachedAnswer]:
        try:
            kept = await command(self._redis.get(key))
        except REDIS_FAILURES as error:
            logger.warning("an answer could not be read: %s", error or type(error))
            return None
        return None if kept is None else read_answer(kept)

    async def put(self, key: str, answer: CachedAnswer, ttl_seconds: int) -> None:
        if ttl_seconds == 0:
            return
        try:
            await command(self._redis.set(key, write_answer(answer), ex=ttl_seconds))
        except REDIS_FAILURES as error:
            logger.warning("an answer could not be kept: %s", error or type(error))

    async def ok(self) -> bool:
        try:
            await command(self._redis.ping())
        except REDIS_FAILURES:
            return False
        return True

    def entries(self) -> Optional[int]:
        # Redis holds more than answers, and counts no part of what it holds.
        return None

    def clear(self) -> None:
        """Nothing: keys hold the generation, so that entries of an old one are not asked for."""

    async def close(self) -> None:
        """Nothing: the connection is its owner's to close."""


def write_answer(answer: CachedAnswer) -> str:
    return json.dumps(asdict(answer), ensure_ascii=False, separators=(",", ":"))


def read_answer(kept: Union[str, bytes]) -> Optional[CachedAnswer]:
    """None for what is no answer, whoever wrote it there."""
    try:
        answer = CachedAnswer(**json.loads(kept))
    except (ValueError, TypeError) as error:
        logger.warning("an entry of the cache is no answer: %s", type(error).__name__)
        return None
    texts = isinstance(answer.model, str) and isinstance(answer.output, str)
    counts = (answer.model_generation, answer.prompt_tokens, answer.completion_tokens)
    return answer if texts and all(type(count) is int for count in counts) else None
