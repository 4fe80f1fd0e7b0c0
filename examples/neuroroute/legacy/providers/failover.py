"""Asks models in the order of their ranking until one answers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import AsyncGenerator, Awaitable, Callable, Mapping, Optional, Sequence, TypeVar, Union

from ..contracts import (
    Answer,
    Attempt,
    AttemptOutcome,
    Completion,
    Failover,
    Failure,
    Model,
    ModelHealth,
    Provider,
    StreamDelta,
    StreamEnd,
    StreamEvent,
    StreamFailed,
    StreamStart,
    TokenUsage,
)
from .anthropic import AnthropicWire
from .client import ProviderClient
from .concurrency import Places
from .failure import failure_of
from .fault import ProviderFault
from .limits import Limits
from .openai import OpenAiWire
from .streamed_answer import StreamedAnswer
from .wire import Wire

Said = TypeVar("Said")
Release = Callable[[], None]

_BREATH_MS = 50
"""Before a model that was unavailable is asked once more."""


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
    """Told of every attempt, in the time of ``now``."""
    timeout_ms: float
    """How long one attempt may take: to the last byte of a plain answer, to each next byte of a
    streamed one."""
    queue_ms: float
    """How long a request waits for its turn at a provider that is at its limit."""
    retry_after_ms: float
    """A Retry-After up to this is waited for."""
    limits: Limits = Limits()
    now: Callable[[], float] = steady_milliseconds


def create_failover(options: FailoverOptions) -> Failover:
    """Asks OpenAI and Anthropic over their wire formats, on the loop that it is asked on."""
    return ProviderFailover(options)


@dataclass
class _Way:
    """One request's way through the models."""

    attempts: list[Attempt] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    """What the models that it passed by asked to wait, milliseconds."""


class ProviderFailover:
    """A model that was unavailable, or asks to wait for no longer than ``retry_after_ms``, is asked
    once more; a place at its provider is not held in between.
    """

    def __init__(self, options: FailoverOptions) -> None:
        self._options = options
        self._lanes = {
            "openai": self._lane(OpenAiWire(), options.providers["openai"]),
            "anthropic": self._lane(AnthropicWire(), options.providers["anthropic"]),
        }

    def _lane(self, wire: Wire, access: ProviderAccess) -> tuple[ProviderClient, Places]:
        timeout_ms, limits = self._options.timeout_ms, self._options.limits
        client = ProviderClient(
            wire, access.url, access.key, access.concurrency, timeout_ms, limits
        )
        return client, Places(access.concurrency)

    async def complete(
        self, models: Sequence[Model], completion: Completion
    ) -> Union[Answer, Failure]:
        way = _Way()
        for model in models:

            async def ask(
                client: ProviderClient, release: Release, model: Model = model
            ) -> tuple[str, TokenUsage]:
                return await client.complete(model.id, completion, release)

            reached = await self._reach(model, way, ask)
            if reached is not None:
                (output, usage), latency = reached
                self._record(way, model, "ok", 200, latency)
                return Answer(model, output, usage, tuple(way.attempts))
        return failure_of(way.attempts, way.asked)

    async def stream(
        self, models: Sequence[Model], completion: Completion
    ) -> Union[AsyncGenerator[StreamEvent, None], Failure]:
        way = _Way()
        for model in models:

            async def ask(
                client: ProviderClient, release: Release, model: Model = model
            ) -> tuple[StreamedAnswer, Union[str, TokenUsage]]:
                answer = client.stream(model.id, completion, release)
                try:
                    return answer, await answer.next()
                except asyncio.CancelledError:
                    answer.close()
                    raise

            reached = await self._reach(model, way, ask)
            if reached is not None:
                (answer, first), latency = reached
                events = self._events(model, way, answer, first, latency)
                # Past its first step, so that closing it before its first event closes the answer.
                await events.__anext__()
                return events
        return failure_of(way.attempts, way.asked)

    async def close(self) -> None:
        await asyncio.gather(*(client.close() for client, _ in self._lanes.values()))

    async def _events(
        self,
        model: Model,
        way: _Way,
        answer: StreamedAnswer,
        piece: Union[str, TokenUsage],
        latency: float,
    ) -> AsyncGenerator[StreamEvent, None]:
        start = StreamStart(model)
        try:
            yield start
            yield start
            asked = self._options.now()
            try:
                while isinstance(piece, str):
                    yield StreamDelta(piece)
                    piece = await answer.next()
            except ProviderFault as error:
                fault = error
            else:
                self._record(way, model, "ok", 200, latency)
                yield StreamEnd(piece, tuple(way.attempts))
                return
            took = latency + self._options.now() - asked
            self._record(way, model, fault.outcome, fault.status, took, fault.retry_after_ms)
            yield StreamFailed(tuple(way.attempts))
        finally:
            answer.close()

    async def _reach(
        self,
        model: Model,
        way: _Way,
        ask: Callable[[ProviderClient, Release], Awaitable[Said]],
    ) -> Optional[tuple[Said, float]]:
        """What a model says, and how long it took; None when the next one's turn has come."""
        client, places = self._lanes[model.provider]
        now = self._options.now
        for again in (True, False):
            asked = now()
            release = await places.take(self._options.queue_ms)
            if release is None:
                self._record(way, model, "busy", None, now() - asked)
                return None
            sent = now()
            try:
                said = await ask(client, release)
                return said, now() - sent
            except ProviderFault as error:
                fault = error
            pause = self._pause_before(fault) if again else None
            asks = None if pause is not None else fault.retry_after_ms
            self._record(way, model, fault.outcome, fault.status, now() - sent, asks)
            if pause is None:
                if asks is not None:
                    way.asked.append(asks)
                return None
            await asyncio.sleep(pause / 1000)
        return None

    def _pause_before(self, fault: ProviderFault) -> Optional[float]:
        """Milliseconds before the same model is asked once more; None when it is not to be."""
        if fault.outcome == "unavailable":
            return _BREATH_MS
        if fault.outcome != "rate_limited" or fault.retry_after_ms is None:
            return None
        if fault.retry_after_ms > self._options.retry_after_ms:
            return None
        return fault.retry_after_ms

    def _record(
        self,
        way: _Way,
        model: Model,
        outcome: AttemptOutcome,
        status: Optional[int],
        latency: float,
        retry_after_ms: Optional[float] = None,
    ) -> None:
        latency_ms = max(0, int(latency + 0.5))
        attempt = Attempt(model.id, model.provider, outcome, status, latency_ms)
        way.attempts.append(attempt)
        self._options.health.record(attempt, self._options.now(), retry_after_ms)
