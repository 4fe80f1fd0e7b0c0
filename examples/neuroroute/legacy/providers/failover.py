"""Asks models in the order of their ranking until one answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Callable, Mapping

from ..contracts import Failover, ModelHealth, Provider


def steady_milliseconds() -> float:
    return time.monotonic() * 1000


@dataclass(frozen=True)
class ProviderAccess:
    """Where a provider is, and what it may be asked. ``url`` is without ``/v1``."""

    url: str
    key: str = field(repr=False)
    concurrency: int


@dataclass(frozen=True)
class FailoverOptions:
    """Times are milliseconds."""

    providers: Mapping[Provider, ProviderAccess]
    health: ModelHealth
    timeout_ms: float
    queue_ms: float
    retry_after_ms: float
    now: Callable[[], float] = steady_milliseconds


def create_failover(options: FailoverOptions) -> Failover:
    """Asks OpenAI and Anthropic over their wire formats. To be called on the loop that it serves."""
    raise NotImplementedError
