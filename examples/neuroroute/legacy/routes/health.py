"""GET /health"""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import List

from fastapi import APIRouter, Depends, Response

from .. import __version__
from ..catalogue import CATALOGUE
from ..contracts import ModelHealth
from ..dependencies import services
from ..schemas.enumerations import ModelStatus, Provider
from ..schemas.health import CacheHealth, HealthOut, ModelHealthOut, SystemHealth
from ..services import Services

router = APIRouter(tags=["health"])


@router.get(
    "/health", response_model=HealthOut, responses={503: {"model": HealthOut}}, name="Health"
)
async def read_health(response: Response, services: Services = Depends(services)) -> HealthOut:
    server = services.server_health
    database_ok, cache_ok = await asyncio.gather(server.database_ok(), server.cache_ok())
    models = _models(services.health)
    if not database_ok:
        response.status_code = 503
    well = all(model.status is ModelStatus.available for model in models)
    return HealthOut(
        status="down" if not database_ok else "ok" if well else "degraded",
        version=__version__,
        uptime_seconds=server.uptime_seconds(),
        database="ok" if database_ok else "down",
        cache=CacheHealth(
            kind=services.cache.kind,
            status="ok" if cache_ok else "down",
            entries=services.cache.entries(),
        ),
        models=models,
        system=SystemHealth(**asdict(server.system())),
    )


def _models(health: ModelHealth) -> List[ModelHealthOut]:
    now = time.monotonic() * 1000
    return [
        ModelHealthOut(
            id=model.id,
            provider=Provider(model.provider),
            status=ModelStatus(health.status(model.id, now)),
            latency_ms=health.latency(model.id),
            error_rate=health.error_rate(model.id),
        )
        for model in CATALOGUE
    ]
