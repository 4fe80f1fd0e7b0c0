"""API keys as administrators see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Optional
from uuid import UUID

from pydantic import BaseModel, Field, validator

from ..data.api_keys import ApiKeyRecord
from .enumerations import Scope
from .text import check_text


class KeyIn(BaseModel):
    name: str = Field(..., min_length=1, max_length=100)
    scopes: List[Scope] = Field(..., min_items=1, max_items=3)
    requests_per_minute: int = Field(60, ge=1, le=100_000)

    _text = validator("name", allow_reuse=True)(check_text)

    @validator("scopes")
    def _once_each(cls, scopes: List[Scope]) -> List[Scope]:
        return [scope for scope in Scope if scope in scopes]


class KeyOut(BaseModel):
    id: UUID
    name: str
    prefix: str
    scopes: List[Scope]
    requests_per_minute: int
    created_at: datetime
    revoked_at: Optional[datetime]

    @classmethod
    def of(cls, record: ApiKeyRecord) -> KeyOut:
        return cls(**_members(record))


class NewKeyOut(KeyOut):
    key: str = Field(..., description="Told only now")

    @classmethod
    def with_key(cls, record: ApiKeyRecord, key: str) -> NewKeyOut:
        return cls(**_members(record), key=key)


class KeysOut(BaseModel):
    keys: List[KeyOut]


def _members(record: ApiKeyRecord) -> Dict[str, Any]:
    return {name: getattr(record, name) for name in KeyOut.__fields__}
