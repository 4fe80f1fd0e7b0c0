"""Classifier, router, cache key and cost: domain/decisions/ of the other face says the same."""

from .cache_key import cache_key
from .classify import classify
from .cost import cost_nano
from .route import rank

__all__ = ["cache_key", "classify", "cost_nano", "rank"]
