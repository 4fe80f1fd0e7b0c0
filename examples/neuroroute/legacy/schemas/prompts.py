"""Prompts and their answers."""

from __future__ import annotations

from datetime import datetime
from typing import List, Optional, Sequence
from uuid import UUID

from pydantic import BaseModel, Field, validator

from ..contracts import Attempt, AttemptOutcome, Category, Classification, Question, TokenUsage
from ..replies import Reply, ReplyEnd, ReplyStart
from .enumerations import Capability, Provider
from .text import check_text

NANO = 1_000_000_000


class PromptIn(BaseModel):
    prompt: str = Field(..., min_length=1, max_length=32000)
    system: Optional[str] = Field(None, max_length=8000)
    model: Optional[str] = Field(None, description="The only model to try")
    max_tokens: int = Field(512, ge=1, le=8192)
    temperature: float = Field(0.0, ge=0, le=2)
    stream: bool = Field(False, description="Answer with server-sent events")
    cache: bool = Field(True, description="Whether an answer that is known will do")
    capabilities: List[Capability] = []
    max_cost: Optional[float] = Field(None, gt=0, description="US dollars for the whole request")

    _text = validator("prompt", "system", allow_reuse=True)(check_text)

    def question(self) -> Question:
        return Question(
            self.prompt,
            self.system,
            self.model,
            self.max_tokens,
            self.temperature,
            tuple(capability.value for capability in self.capabilities),
            self.max_cost,
        )


class ClassificationOut(BaseModel):
    category: Category
    language: str
    complexity: float
    tokens: int

    @classmethod
    def of(cls, classification: Classification) -> ClassificationOut:
        return cls(
            category=classification.category,
            language=classification.language,
            complexity=classification.complexity / 100,
            tokens=classification.tokens,
        )


class UsageOut(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

    @classmethod
    def of(cls, usage: TokenUsage) -> UsageOut:
        return cls(
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            total_tokens=usage.prompt_tokens + usage.completion_tokens,
        )


class AttemptOut(BaseModel):
    model: str
    provider: Provider
    outcome: AttemptOutcome
    status: Optional[int]
    latency_ms: int

    @classmethod
    def of(cls, attempts: Sequence[Attempt]) -> List[AttemptOut]:
        return [
            cls(
                model=attempt.model,
                provider=Provider(attempt.provider),
                outcome=attempt.outcome,
                status=attempt.status,
                latency_ms=attempt.latency_ms,
            )
            for attempt in attempts
        ]


class PromptOut(BaseModel):
    id: UUID
    model: str
    provider: Provider
    classification: ClassificationOut
    output: str
    cached: bool
    usage: UsageOut
    cost: float = Field(..., description="US dollars")
    attempts: List[AttemptOut]
    created_at: datetime

    @classmethod
    def of(cls, reply: Reply) -> PromptOut:
        return cls(
            id=reply.id,
            model=reply.model.id,
            provider=Provider(reply.model.provider),
            classification=ClassificationOut.of(reply.classification),
            output=reply.output,
            cached=reply.cached,
            usage=UsageOut.of(reply.usage),
            cost=reply.cost_nano / NANO,
            attempts=AttemptOut.of(reply.attempts),
            created_at=reply.created_at,
        )


class NotAnsweredOut(BaseModel):
    message: str
    attempts: List[AttemptOut]

    @classmethod
    def of(cls, message: str, attempts: Sequence[Attempt]) -> NotAnsweredOut:
        return cls(message=message, attempts=AttemptOut.of(attempts))


class NotAnsweredError(BaseModel):
    detail: NotAnsweredOut


class StartFrame(BaseModel):
    id: UUID
    model: str
    provider: Provider
    classification: ClassificationOut
    cached: bool

    @classmethod
    def of(cls, start: ReplyStart) -> StartFrame:
        return cls(
            id=start.id,
            model=start.model.id,
            provider=Provider(start.model.provider),
            classification=ClassificationOut.of(start.classification),
            cached=start.cached,
        )


class DeltaFrame(BaseModel):
    text: str


class EndFrame(BaseModel):
    usage: UsageOut
    cost: float
    attempts: List[AttemptOut]
    created_at: datetime

    @classmethod
    def of(cls, end: ReplyEnd) -> EndFrame:
        return cls(
            usage=UsageOut.of(end.usage),
            cost=end.cost_nano / NANO,
            attempts=AttemptOut.of(end.attempts),
            created_at=end.created_at,
        )


class ErrorFrame(BaseModel):
    detail: NotAnsweredOut
