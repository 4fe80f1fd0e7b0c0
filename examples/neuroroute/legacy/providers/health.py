"""What this process has seen of the models."""

from __future__ import annotations

from typing import Optional

from ..contracts import Attempt, ModelStatus


class InMemoryModelHealth:
    def __init__(self, failures: int, pause_ms: float) -> None:
        self._failures = failures
        self._pause_ms = pause_ms

    def status(self, model: str, now: float) -> ModelStatus:
        raise NotImplementedError

    def latency(self, model: str) -> Optional[float]:
        raise NotImplementedError

    def error_rate(self, model: str) -> float:
        raise NotImplementedError

    def record(
        self, attempt: Attempt, now: float, retry_after_ms: Optional[float] = None
    ) -> None:
        raise NotImplementedError

    def clear(self) -> None:
        raise NotImplementedError
