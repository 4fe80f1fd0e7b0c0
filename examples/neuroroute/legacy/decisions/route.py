"""Which models may answer a question, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Collection, Iterable, Mapping, Sequence

from ..contracts import (
    Category,
    Circumstances,
    Classification,
    Model,
    Question,
    Ranking,
    Strategy,
    TokenUsage,
)
from .cost import cost_nano
from .rules import RULES

_NEEDS: Mapping[Category, str] = RULES["route"]["needs"]
_MANY_TOKENS: int = RULES["route"]["manyTokens"]
_PLAIN_LANGUAGES: list[str] = RULES["route"]["plainLanguages"]
_BALANCED: Mapping[str, tuple[int, int]] = RULES["route"]["balanced"]


@dataclass(frozen=True)
class _Candidate:
    model: Model
    cost: int
    """Estimated: the prompt's tokens and the longest answer, billionths of a US dollar."""


_Merit = Callable[[_Candidate], int]


def rank(
    question: Question,
    classification: Classification,
    circumstances: Circumstances,
    catalogue: Sequence[Model],
) -> Ranking:
    """The models that may answer a question, best first; equals in the order of the catalogue.

    A model that the client insists on needs what the client asked for, not what the classifier
    takes the prompt to need. A degraded model keeps its rank: only an answer can show that it is
    well again.
    """
    wanted = set(question.capabilities)
    if question.model is None:
        wanted.update(_needed_for(classification))
    usage = TokenUsage(classification.tokens, question.max_tokens)
    candidates = [_Candidate(model, cost_nano(model, usage)) for model in catalogue]
    satisfying = [
        candidate
        for candidate in candidates
        if _satisfies(candidate, question, classification.tokens, wanted)
        and candidate.model.id not in circumstances.disabled
    ]
    if not satisfying:
        return Ranking("unsatisfiable")
    status = circumstances.status
    well = [each for each in satisfying if status.get(each.model.id) != "unavailable"]
    if not well:
        return Ranking("unavailable")
    merit = _merit(circumstances.strategy, classification.complexity, candidates)
    ranked = sorted(well, key=merit, reverse=True)
    return Ranking("ranked", tuple(candidate.model.id for candidate in ranked))


def _needed_for(classification: Classification) -> Iterable[str]:
    if classification.category in _NEEDS:
        yield _NEEDS[classification.category]
    if classification.language not in _PLAIN_LANGUAGES:
        yield "multilingual"
    if classification.tokens > _MANY_TOKENS:
        yield "long_context"


def _satisfies(
    candidate: _Candidate, question: Question, tokens: int, wanted: Collection[str]
) -> bool:
    model = candidate.model
    return (
        question.model in (None, model.id)
        and all(capability in model.capabilities for capability in wanted)
        and tokens + question.max_tokens <= model.context_window
        and question.max_tokens <= model.max_output
        # Divided, not multiplied: then a cost and a limit that are the same decimal are the same
        # double.
        and (question.max_cost is None or candidate.cost / 1e9 <= question.max_cost)
    )


def _merit(strategy: Strategy, complexity: int, candidates: Sequence[_Candidate]) -> _Merit:
    if strategy == "cost":
        return lambda candidate: -candidate.cost
    if strategy == "latency":
        return lambda candidate: -candidate.model.latency_ms
    if strategy == "quality":
        return lambda candidate: candidate.model.quality
    quality = _scale([candidate.model.quality for candidate in candidates])
    cost = _scale([candidate.cost for candidate in candidates])
    latency = _scale([candidate.model.latency_ms for candidate in candidates])
    of_quality, of_cost, of_latency = (
        base + per_hundredth * complexity
        for base, per_hundredth in (_BALANCED[name] for name in ("quality", "cost", "latency"))
    )
    return lambda candidate: (
        of_quality * quality(candidate.model.quality)
        + of_cost * (100 - cost(candidate.cost))
        + of_latency * (100 - latency(candidate.model.latency_ms))
    )


def _scale(values: Sequence[int]) -> Callable[[int], int]:
    """Where a value stands between the least, 0, and the most, 100; rounded down."""
    least = min(values)
    span = max(values) - least
    return lambda value: 0 if span == 0 else 100 * (value - least) // span
