"""Which models may answer a question, best first."""

from __future__ import annotations

from typing import Sequence

from ..contracts import Circumstances, Classification, Model, Question, Ranking


def rank(
    question: Question,
    classification: Classification,
    circumstances: Circumstances,
    catalogue: Sequence[Model],
) -> Ranking:
    models = tuple(
        model.id for model in catalogue if question.model is None or question.model == model.id
    )
    return Ranking("ranked", models) if models else Ranking("unsatisfiable")
