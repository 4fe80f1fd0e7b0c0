"""What prompts took."""

from __future__ import annotations

from typing import List

from pydantic import BaseModel

from ..data.usage import UsageSummary
from .prompts import NANO


class ModelUsageOut(BaseModel):
    model: str
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost: float


class UsageSummaryOut(BaseModel):
    requests: int
    failed: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    cost: float
    models: List[ModelUsageOut]

    @classmethod
    def of(cls, summary: UsageSummary) -> UsageSummaryOut:
        return cls(
            requests=summary.requests,
            failed=summary.failed,
            cached=summary.cached,
            prompt_tokens=summary.prompt_tokens,
            completion_tokens=summary.completion_tokens,
            cost=summary.cost_nano / NANO,
            models=[
                ModelUsageOut(
                    model=model.model,
                    requests=model.requests,
                    prompt_tokens=model.prompt_tokens,
                    completion_tokens=model.completion_tokens,
                    cost=model.cost_nano / NANO,
                )
                for model in summary.models
            ],
        )
