"""Health of this server and of the models, as this server sees them."""

from __future__ import annotations

from typing import List, Literal, Optional

from pydantic import BaseModel

from .enumerations import ModelStatus, Provider


class CacheHealth(BaseModel):
    kind: Literal["memory", "redis"]
    status: Literal["ok", "down"]
    entries: Optional[int]


class ModelHealthOut(BaseModel):
    id: str
    provider: Provider
    status: ModelStatus
    latency_ms: Optional[float]
    error_rate: float


class SystemHealth(BaseModel):
    memory_mb: float
    load: float
    cpus: int


class HealthOut(BaseModel):
    status: Literal["ok", "degraded", "down"]
    version: str
    uptime_seconds: float
    database: Literal["ok", "down"]
    cache: CacheHealth
    models: List[ModelHealthOut]
    system: SystemHealth
