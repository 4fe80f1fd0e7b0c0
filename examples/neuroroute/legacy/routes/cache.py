"""DELETE /cache"""

from __future__ import annotations

from typing import Optional

from fastapi import APIRouter, Depends, HTTPException, Query, Response, Security

from ..catalogue import model_of
from ..dependencies import caller, services
from ..schemas.errors import errors
from ..services import Services

router = APIRouter(
    prefix="/cache",
    tags=["cache"],
    dependencies=[Security(caller, scopes=["admin"])],
    responses=errors(401, 403),
)


@router.delete(
    "",
    status_code=204,
    response_model=None,
    response_class=Response,
    responses=errors(404),
)
async def forget_answers(
    model: Optional[str] = Query(None, description="By default all models"),
    services: Services = Depends(services),
) -> None:
    if model is not None and model_of(model) is None:
        raise HTTPException(404, "Model not found")
    await services.router_settings.forget_answers(model)
    await services.feed.reload()
