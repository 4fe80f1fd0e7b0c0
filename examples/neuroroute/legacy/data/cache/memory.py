"""Answers in memory: the least recently used go first."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Callable, Literal, Optional, Tuple

from . import CachedAnswer


class MemoryCache:
    kind: Literal["memory"] = "memory"

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._now = now
        self._answers: "OrderedDict[str, Tuple[float, CachedAnswer]]" = OrderedDict()

    async def get(self, key: str) -> Optional[CachedAnswer]:
        kept = self._answers.get(key)
        if kept is None:
            return None
        ends_at, answer = kept
        if ends_at <= self._now():
            del self._answers[key]
            return None
        self._answers.move_to_end(key)
        return answer

    async def put(self, key: str, answer: CachedAnswer, ttl_seconds: int) -> None:
        if ttl_seconds == 0:
            return
        self._answers[key] = (self._now() + ttl_seconds, answer)
        self._answers.move_to_end(key)
        if len(self._answers) > self._most:
            self._answers.popitem(last=False)

    async def ok(self) -> bool:
        return True

    def entries(self) -> Optional[int]:
        return len(self._answers)

    def clear(self) -> None:
        self._answers.clear()

    async def close(self) -> None:
        self.clear()
