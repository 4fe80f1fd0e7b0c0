"""API keys: kept as hashes; a key has 256 random bits, to which a slow hash would add nothing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Dict, List, Optional, Sequence, Tuple
from uuid import UUID

from .pool import Pool, Record

_PREFIX_LENGTH = 9
_COLUMNS = "id, name, prefix, scopes, requests_per_minute, created_at, revoked_at"


@dataclass(frozen=True)
class ApiKey:
    """What the owner of a key may do."""

    id: UUID
    scopes: frozenset[str]
    requests_per_minute: int


@dataclass(frozen=True)
class ApiKeyRecord:
    """A key as administrators see it."""

    id: UUID
    name: str
    prefix: str
    scopes: Tuple[str, ...]
    requests_per_minute: int
    created_at: datetime
    revoked_at: Optional[datetime]


def hash_key(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8")).hexdigest()


class ApiKeys:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, key_hash: str) -> Optional[ApiKey]:
        """The key with this hash, unless it is revoked."""
        row = await self._pool.fetchrow(
            "select id, scopes, requests_per_minute from api_keys"
            " where key_hash = $1 and revoked_at is null",
            key_hash,
        )
        if row is None:
            return None
        return ApiKey(row["id"], frozenset(row["scopes"]), row["requests_per_minute"])

    async def list(self) -> List[ApiKeyRecord]:
        rows = await self._pool.fetch(
            f"select {_COLUMNS} from api_keys order by created_at desc, id"
        )
        return [_record(row) for row in rows]

    async def create(
        self, name: str, scopes: Sequence[str], requests_per_minute: int
    ) -> Tuple[ApiKeyRecord, str]:
        """The new key's record, and the key itself, which nobody can read again."""
        key = "nr_" + secrets.token_urlsafe(32)
        row = await self._pool.fetchrow(
            "insert into api_keys (name, prefix, key_hash, scopes, requests_per_minute)"
            f" values ($1, $2, $3, $4, $5) returning {_COLUMNS}",
            name,
            key[:_PREFIX_LENGTH],
            hash_key(key),
            list(scopes),
            requests_per_minute,
        )
        return _record(row), key

    async def revoke(self, key_id: UUID) -> bool:
        """False when there is no such key, or it is revoked already."""
        revoked = await self._pool.fetchval(
            "update api_keys set revoked_at = clock_timestamp()"
            " where id = $1 and revoked_at is null returning id",
            key_id,
        )
        return revoked is not None


def _record(row: Record) -> ApiKeyRecord:
    values: Dict[str, Any] = {**row, "scopes": tuple(row["scopes"])}
    return ApiKeyRecord(**values)
