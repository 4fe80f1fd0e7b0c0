"""What comes of a prompt: an answer, whole or in pieces, or a reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Tuple, Union
from uuid import UUID

from .contracts import Attempt, Classification, Failure, Model, StreamDelta, TokenUsage


class UnknownModel(Exception):
    """The question names a model that the catalogue has not."""


class Unsatisfiable(Exception):
    """No model of the catalogue satisfies the question."""


class Unavailable(Exception):
    """Models satisfy the question, and all of them are paused."""


class NotAnswered(Exception):
    """Models were tried, and none answered."""

    def __init__(self, failure: Failure) -> None:
        super().__init__("no model answered")
        self.failure = failure


@dataclass(frozen=True)
class Reply:
    """A whole answer, as its client is told."""

    id: UUID
    model: Model
    classification: Classification
    output: str
    cached: bool
    usage: TokenUsage
    cost_nano: int
    attempts: Tuple[Attempt, ...]
    created_at: datetime


@dataclass(frozen=True)
class ReplyStart:
    id: UUID
    model: Model
    classification: Classification
    cached: bool


@dataclass(frozen=True)
class ReplyEnd:
    usage: TokenUsage
    cost_nano: int
    attempts: Tuple[Attempt, ...]
    created_at: datetime


@dataclass(frozen=True)
class ReplyFailed:
    attempts: Tuple[Attempt, ...]


ReplyEvent = Union[ReplyStart, StreamDelta, ReplyEnd, ReplyFailed]
