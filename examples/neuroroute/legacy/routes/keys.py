"""GET /keys, POST /keys, DELETE /keys/{key_id}"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response, Security

from ..dependencies import caller, services
from ..schemas.errors import errors
from ..schemas.keys import KeyIn, KeyOut, KeysOut, NewKeyOut
from ..services import Services

router = APIRouter(
    prefix="/keys",
    tags=["keys"],
    dependencies=[Security(caller, scopes=["admin"])],
    responses=errors(401, 403),
)


@router.get("", response_model=KeysOut)
async def list_keys(services: Services = Depends(services)) -> KeysOut:
    return KeysOut(keys=[KeyOut.of(record) for record in await services.keys.list()])


@router.post("", response_model=NewKeyOut, status_code=201)
async def create_key(wanted: KeyIn, services: Services = Depends(services)) -> NewKeyOut:
    record, key = await services.keys.create(
        wanted.name, [scope.value for scope in wanted.scopes], wanted.requests_per_minute
    )
    services.feed.forget_keys()
    return NewKeyOut.with_key(record, key)


@router.delete(
    "/{key_id}",
    status_code=204,
    response_model=None,
    response_class=Response,
    responses=errors(404),
)
async def revoke_key(key_id: UUID, services: Services = Depends(services)) -> None:
    if not await services.keys.revoke(key_id):
        raise HTTPException(404, "Key not found")
    services.feed.forget_keys()
