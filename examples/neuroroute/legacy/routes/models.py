"""GET /models, GET /models/{model_id}"""

from __future__ import annotations

import time
from typing import List, Optional, Sequence

from fastapi import APIRouter, Depends, HTTPException, Query

from ..catalogue import CATALOGUE, model_of
from ..contracts import Model
from ..dependencies import services
from ..schemas.enumerations import Capability, ModelStatus, Provider
from ..schemas.errors import errors
from ..schemas.models import ModelOut, ModelsOut
from ..services import Services

router = APIRouter(prefix="/models", tags=["models"])


@router.get("", response_model=ModelsOut)
async def list_models(
    capability: List[Capability] = Query([], description="All of these"),
    provider: Optional[Provider] = None,
    max_cost: Optional[float] = Query(
        None, ge=0, description="US dollars for a million tokens of output"
    ),
    status: Optional[ModelStatus] = None,
    limit: int = Query(50, ge=1, le=100),
    offset: int = Query(0, ge=0),
    services: Services = Depends(services),
) -> ModelsOut:
    wanted = set(capability)
    found = [
        model
        for model in await _show(services, CATALOGUE)
        if wanted.issubset(model.capabilities)
        and provider in (None, model.provider)
        and (max_cost is None or model.cost.output <= max_cost)
        and status in (None, model.status)
    ]
    return ModelsOut(models=found[offset : offset + limit], total=len(found))


@router.get("/{model_id}", response_model=ModelOut, responses=errors(404))
async def read_model(model_id: str, services: Services = Depends(services)) -> ModelOut:
    model = model_of(model_id)
    if model is None:
        raise HTTPException(404, "Model not found")
    [shown] = await _show(services, (model,))
    return shown


async def _show(services: Services, models: Sequence[Model]) -> List[ModelOut]:
    disabled = (await services.feed.state()).settings.disabled_models
    now = time.monotonic() * 1000
    return [
        ModelOut.of(
            model, ModelStatus(services.health.status(model.id, now)), model.id not in disabled
        )
        for model in models
    ]
