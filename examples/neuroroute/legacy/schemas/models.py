"""Models as clients see them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import List

from pydantic import BaseModel

from ..contracts import Model
from .enumerations import Capability, ModelStatus, Provider

_NANO_USD_OF_A_TOKEN = 1000
"""Of a US dollar for a million tokens."""


class ModelCost(BaseModel):
    """US dollars for a million tokens."""

    input: float
    output: float


class ModelOut(BaseModel):
    id: str
    provider: Provider
    name: str
    capabilities: List[Capability]
    status: ModelStatus
    context_window: int
    max_output: int
    cost: ModelCost
    latency_ms: int
    quality: int
    enabled: bool
    released: date

    class Config:
        frozen = True

    @classmethod
    @lru_cache(maxsize=None)
    def of(cls, model: Model, status: ModelStatus, enabled: bool) -> ModelOut:
        """Made once for each of the few ways in which a model is shown."""
        return cls(
            id=model.id,
            provider=Provider(model.provider),
            name=model.name,
            capabilities=[Capability(capability) for capability in model.capabilities],
            status=status,
            context_window=model.context_window,
            max_output=model.max_output,
            cost=ModelCost(
                input=model.input_nano_usd / _NANO_USD_OF_A_TOKEN,
                output=model.output_nano_usd / _NANO_USD_OF_A_TOKEN,
            ),
            latency_ms=model.latency_ms,
            quality=model.quality,
            enabled=enabled,
            released=date.fromisoformat(model.released),
        )


class ModelsOut(BaseModel):
    models: List[ModelOut]
    total: int
