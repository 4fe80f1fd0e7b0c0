"""What this process has seen of the models, in its memory."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from math import inf
from typing import Optional

from ..contracts import Attempt, ModelStatus

_REMEMBERED = 100


@dataclass
class _Seen:
    failures_in_row: int = 0
    paused_until: float = -inf
    latest: deque[Optional[int]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    """The last attempts: how long each took that answered, None for each that failed."""


class InMemoryModelHealth:
    """A model that is busy was not asked, and one that refuses a request does so for what the
    request is: neither says anything about its health.
    """

    def __init__(self, failures: int, pause_ms: float) -> None:
        self._failures = failures
        self._pause_ms = pause_ms
        self._models: dict[str, _Seen] = {}

    def status(self, model: str, now: float) -> ModelStatus:
        seen = self._models.get(model)
        if seen is None:
            return "available"
        if now < seen.paused_until:
            return "unavailable"
        return "degraded" if seen.failures_in_row > 0 else "available"

    def latency(self, model: str) -> Optional[float]:
        seen = self._models.get(model)
        answered = [] if seen is None else [took for took in seen.latest if took is not None]
        return sum(answered) / len(answered) if answered else None

    def error_rate(self, model: str) -> float:
        seen = self._models.get(model)
        if seen is None:
            return 0.0
        return sum(took is None for took in seen.latest) / len(seen.latest)

    def record(
        self, attempt: Attempt, now: float, retry_after_ms: Optional[float] = None
    ) -> None:
        if attempt.outcome in ("busy", "refused"):
            return
        seen = self._models.setdefault(attempt.model, _Seen())
        if attempt.outcome == "ok":
            seen.latest.append(attempt.latency_ms)
            seen.failures_in_row = 0
            return
        seen.latest.append(None)
        seen.failures_in_row += 1
        if seen.failures_in_row >= self._failures:
            pause = self._pause_ms
        else:
            pause = min(retry_after_ms or 0, self._pause_ms)
        seen.paused_until = max(seen.paused_until, now + pause)

    def clear(self) -> None:
        self._models.clear()
