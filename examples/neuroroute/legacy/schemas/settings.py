"""The settings of the router."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Optional

from pydantic import BaseModel, Field, root_validator, validator

from ..catalogue import model_of
from ..data.router_settings import RouterSettings
from .enumerations import Strategy
from .text import quotable

_MOST_SECONDS = 604800


class RouterSettingsOut(BaseModel):
    strategy: Strategy
    cache_ttl_seconds: int
    max_attempts: int
    disabled_models: List[str]
    generation: int
    updated_at: datetime

    @classmethod
    def of(cls, settings: RouterSettings) -> RouterSettingsOut:
        return cls(
            strategy=Strategy(settings.strategy),
            cache_ttl_seconds=settings.cache_ttl_seconds,
            max_attempts=settings.max_attempts,
            disabled_models=list(settings.disabled_models),
            generation=settings.generation,
            updated_at=settings.updated_at,
        )


class RouterSettingsIn(BaseModel):
    """What is absent, or null, stays as it is."""

    strategy: Optional[Strategy] = None
    cache_ttl_seconds: Optional[int] = Field(None, ge=0, le=_MOST_SECONDS)
    max_attempts: Optional[int] = Field(None, ge=1, le=5)
    disabled_models: Optional[List[str]] = None

    @validator("disabled_models", each_item=True)
    def _known(cls, model: str) -> str:
        if model_of(model) is None:
            raise ValueError(f"Unknown model: {quotable(model)}")
        return model

    @root_validator(skip_on_failure=True)
    def _something(cls, values: Dict[str, Any]) -> Dict[str, Any]:
        if all(value is None for value in values.values()):
            raise ValueError("nothing to change")
        return values
