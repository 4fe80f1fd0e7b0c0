"""Counts of requests for each key, shared by all processes of both faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Count:
    """Requests of the window, this one included, and the milliseconds that are left of it."""

    requests: int
    rest_ms: float


class RateLimits(Protocol):
    async def count(self, key_id: UUID) -> Count: ...
