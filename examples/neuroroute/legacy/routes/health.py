"""GET /health"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import List

from fastapi import APIRouter, Depends, Response

from .. import __version__
from ..catalogue import CATALOGUE
from ..contracts import ModelHealth
from ..data.pool import Pool
from ..dependencies import services
from ..schemas.enumerations import ModelStatus, Provider
from ..schemas.health import CacheHealth, HealthOut, ModelHealthOut, SystemHealth
from ..services import Services

router = APIRouter(tags=["health"])

_CHECK_SECONDS = 2.0
_STATM = Path("/proc/self/statm")


@router.get(
    "/health", response_model=HealthOut, responses={503: {"model": HealthOut}}, name="Health"
)
async def read_health(
    response: Response, services: Services = Depends(services)
) -> HealthOut:
    database_ok, cache_ok = await asyncio.gather(
        _database_ok(services.pool), services.cache.ok()
    )
    models = _models(services.health)
    if not database_ok:
        response.status_code = 503
    well = all(model.status is ModelStatus.available for model in models)
    return HealthOut(
        status="down" if not database_ok else "ok" if well else "degraded",
        version=__version__,
        uptime_seconds=round(time.monotonic() - services.started_at, 3),
        database="ok" if database_ok else "down",
        cache=CacheHealth(
            kind=services.cache.kind,
            status="ok" if cache_ok else "down",
            entries=services.cache.entries(),
        ),
        models=models,
        system=SystemHealth(
            memory_mb=_memory_mb(), load=os.getloadavg()[0], cpus=os.cpu_count() or 1
        ),
    )


async def _database_ok(pool: Pool) -> bool:
    try:
        # Of a table, so that a database without ours does not count.
        await asyncio.wait_for(pool.fetchval("select 1 from settings"), _CHECK_SECONDS)
    except Exception:
        return False
    return True


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


def _memory_mb() -> float:
    """What the process holds in memory; 0 where the system does not say."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except OSError:
        return 0.0
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000, 1)
