"""The settings of the router, and the generations of the cache: what administrators change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Mapping, Optional, Sequence, Tuple

import asyncpg

from ..contracts import Strategy
from .pool import Connection, Pool, Record

EVERY_MODEL = "*"
"""The model of a generation that counts for all of them."""

_COLUMNS = "strategy, cache_ttl_seconds, max_attempts, disabled_models, generation, updated_at"


@dataclass(frozen=True)
class RouterSettings:
    strategy: Strategy
    cache_ttl_seconds: int
    max_attempts: int
    disabled_models: Tuple[str, ...]
    generation: int
    updated_at: datetime


@dataclass(frozen=True)
class RouterState:
    """Settings and generations as of one moment."""

    settings: RouterSettings
    generations: Mapping[str, int] = field(default_factory=dict)

    def generation_of(self, model: str) -> int:
        return self.generations.get(model, 0)


class SchemaMissing(Exception):
    """The database is there, its tables are not."""

    def __init__(self) -> None:
        super().__init__(
            "the database has no tables of neuroroute: apply data/migrations,"
            " as the Fastify face does when it starts"
        )


async def read_state(connection: Connection) -> RouterState:
    """Reads both tables in one statement, so that they belong together."""
    try:
        row = await connection.fetchrow(
            f"select {_COLUMNS},"
            " array(select model from cache_generations order by model) as models,"
            " array(select generation from cache_generations order by model) as generations"
            " from settings"
        )
    except asyncpg.UndefinedTableError:
        raise SchemaMissing() from None
    if row is None:
        raise SchemaMissing()
    return RouterState(_settings(row), dict(zip(row["models"], row["generations"])))


class RouterSettingsTable:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def change(
        self,
        strategy: Optional[Strategy],
        cache_ttl_seconds: Optional[int],
        max_attempts: Optional[int],
        disabled_models: Optional[Sequence[str]],
    ) -> RouterSettings:
        """Changes what is not None, and begins a new generation of the cache."""
        row = await self._pool.fetchrow(
            "update settings set strategy = coalesce($1, strategy),"
            " cache_ttl_seconds = coalesce($2, cache_ttl_seconds),"
            " max_attempts = coalesce($3, max_attempts),"
            " disabled_models = coalesce($4, disabled_models),"
            " generation = generation + 1, updated_at = clock_timestamp()"
            f" returning {_COLUMNS}",
            strategy,
            cache_ttl_seconds,
            max_attempts,
            disabled_models,
        )
        return _settings(row)

    async def forget_answers(self, model: Optional[str]) -> None:
        """Begins a new generation of one model's answers, or of all."""
        await self._pool.execute(
            "insert into cache_generations as known (model, generation) values ($1, 1)"
            " on conflict (model) do update set generation = known.generation + 1",
            EVERY_MODEL if model is None else model,
        )


def _settings(row: Record) -> RouterSettings:
    return RouterSettings(
        row["strategy"],
        row["cache_ttl_seconds"],
        row["max_attempts"],
        tuple(row["disabled_models"]),
        row["generation"],
        row["updated_at"],
    )
