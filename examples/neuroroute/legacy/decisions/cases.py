"""Cases of decisions/vectors.json, and what is decided about them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Mapping, Union

from ..catalogue import CATALOGUE
from ..contracts import Circumstances, Question, Ranking, TokenUsage
from .cache_key import cache_key
from .classify import classify
from .cost import cost_nano
from .route import rank

_FILE = Path(__file__).parent.parent.parent / "decisions" / "vectors.json"


def read_vectors() -> list[dict[str, Any]]:
    vectors: list[dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))
    return vectors


def question_of(asked: Mapping[str, Any]) -> Question:
    return Question(
        prompt=_written(asked["prompt"]),
        system=None if asked["system"] is None else _written(asked["system"]),
        model=asked["model"],
        max_tokens=asked["maxTokens"],
        temperature=asked["temperature"],
        capabilities=tuple(asked["capabilities"]),
        max_cost=asked["maxCost"],
    )


def decide(case: Mapping[str, Any]) -> dict[str, Any]:
    """All decisions about a case, as Python makes them; members are named as in TypeScript."""
    question = question_of(case["question"])
    known = case["circumstances"]
    circumstances = Circumstances(known["strategy"], frozenset(known["disabled"]), known["status"])
    usage = TokenUsage(case["usage"]["prompt_tokens"], case["usage"]["completion_tokens"])
    classification = classify(question.prompt, question.system)
    return {
        "classification": {
            "category": classification.category,
            "language": classification.language,
            "complexity": classification.complexity,
            "tokens": classification.tokens,
        },
        "ranking": _shown(rank(question, classification, circumstances, CATALOGUE)),
        "key": cache_key(question),
        "costs": [cost_nano(model, usage) for model in CATALOGUE],
    }


def _shown(ranking: Ranking) -> dict[str, Any]:
    if ranking.outcome != "ranked":
        return {"outcome": ranking.outcome}
    return {"outcome": "ranked", "models": list(ranking.models)}


def _written(text: Union[str, list[Any]]) -> str:
    """The whole of a text, or of pieces of one, some of them often."""
    if isinstance(text, str):
        return text
    return "".join(
        piece if isinstance(piece, str) else piece["repeat"] * piece["times"] for piece in text
    )
