"""Answers that are kept: in memory, or in Redis, where both faces find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Optional, Protocol


@dataclass(frozen=True)
class CachedAnswer:
    """``model_generation``: the model's generation when it was asked."""

    model: str
    model_generation: int
    output: str
    prompt_tokens: int
    completion_tokens: int


class AnswerCache(Protocol):
    """Never raises: what fails is logged, and the prompt goes to a model."""

    @property
    def kind(self) -> Literal["memory", "redis"]: ...

    async def get(self, key: str) -> Optional[CachedAnswer]: ...

    async def put(self, key: str, answer: CachedAnswer, ttl_seconds: int) -> None: ...

    async def ok(self) -> bool: ...

    def entries(self) -> Optional[int]:
        """How many answers there are, where that is known."""

    def clear(self) -> None:
        """Forgets the answers that are in memory."""

    async def close(self) -> None: ...
