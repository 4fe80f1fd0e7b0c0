"""GET /settings, PATCH /settings"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Security

from ..data.router_settings import read_state
from ..dependencies import caller, services
from ..schemas.errors import errors
from ..schemas.settings import RouterSettingsIn, RouterSettingsOut
from ..services import Services

router = APIRouter(
    prefix="/settings",
    tags=["settings"],
    dependencies=[Security(caller, scopes=["admin"])],
    responses=errors(401, 403),
)


@router.get("", response_model=RouterSettingsOut)
async def read_settings(services: Services = Depends(services)) -> RouterSettingsOut:
    return RouterSettingsOut.of((await read_state(services.pool)).settings)


@router.patch("", response_model=RouterSettingsOut)
async def change_settings(
    changes: RouterSettingsIn, services: Services = Depends(services)
) -> RouterSettingsOut:
    settings = await services.router_settings.change(
        None if changes.strategy is None else changes.strategy.value,
        changes.cache_ttl_seconds,
        changes.max_attempts,
        changes.disabled_models,
    )
    await services.feed.reload()
    return RouterSettingsOut.of(settings)
