"""What the parts of this face give each other; types/*.ts says the same of the other one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import AsyncGenerator, Literal, Mapping, Optional, Protocol, Sequence, Union

Provider = Literal["openai", "anthropic"]
ModelStatus = Literal["available", "degraded", "unavailable"]
Category = Literal["code", "math", "creative", "question", "general"]
Strategy = Literal["balanced", "cost", "quality", "latency"]
AttemptOutcome = Literal[
    "ok", "timeout", "unavailable", "rate_limited", "malformed", "cut", "refused", "busy"
]


@dataclass(frozen=True)
class Model:
    """A line of catalog/models.json. Prices are billionths of a US dollar for one token."""

    id: str
    provider: Provider
    name: str
    capabilities: tuple[str, ...]
    context_window: int
    max_output: int
    input_nano_usd: int
    output_nano_usd: int
    latency_ms: int
    quality: int
    released: str


@dataclass(frozen=True)
class Classification:
    category: Category
    language: str
    complexity: int
    """Hundredths, 0 to 100."""
    tokens: int


@dataclass(frozen=True)
class Question:
    prompt: str
    system: Optional[str]
    model: Optional[str]
    max_tokens: int
    temperature: float
    capabilities: tuple[str, ...]
    max_cost: Optional[float]


@dataclass(frozen=True)
class Circumstances:
    strategy: Strategy
    disabled: frozenset[str] = frozenset()
    status: Mapping[str, ModelStatus] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranking:
    outcome: Literal["ranked", "unsatisfiable", "unavailable"]
    models: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attempt:
    model: str
    provider: Provider
    outcome: AttemptOutcome
    status: Optional[int]
    latency_ms: int


@dataclass(frozen=True)
class TokenUsage:
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True)
class Completion:
    prompt: str
    system: Optional[str]
    max_tokens: int
    temperature: float


@dataclass(frozen=True)
class Answer:
    model: Model
    output: str
    usage: TokenUsage
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class Failure:
    """No model answered. ``retry_after``: seconds, when every attempt was limited."""

    all: Literal["timeout", "limited", "mixed"]
    retry_after: Optional[int]
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class StreamStart:
    model: Model


@dataclass(frozen=True)
class StreamDelta:
    text: str


@dataclass(frozen=True)
class StreamEnd:
    usage: TokenUsage
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class StreamFailed:
    attempts: tuple[Attempt, ...]


StreamEvent = Union[StreamStart, StreamDelta, StreamEnd, StreamFailed]


class Failover(Protocol):
    """Asks models in the order of their ranking until one answers.

    A client that leaves cancels its task.
    """

    async def complete(
        self, models: Sequence[Model], completion: Completion
    ) -> Union[Answer, Failure]: ...

    async def stream(
        self, models: Sequence[Model], completion: Completion
    ) -> Union[AsyncGenerator[StreamEvent, None], Failure]:
        """Whoever stops reading the events before their end calls ``aclose`` on them."""
        ...

    async def close(self) -> None: ...


class ModelHealth(Protocol):
    """What this process has seen of the models. ``now``: milliseconds of any steady clock."""

    def status(self, model: str, now: float) -> ModelStatus: ...

    def latency(self, model: str) -> Optional[float]: ...

    def error_rate(self, model: str) -> float: ...

    def record(
        self, attempt: Attempt, now: float, retry_after_ms: Optional[float] = None
    ) -> None: ...

    def clear(self) -> None: ...
