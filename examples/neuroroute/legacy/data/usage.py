"""What prompts took: a row for each that the cache or a model answered, or no model did."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import List, Literal, Optional, Sequence, Tuple
from uuid import UUID

import asyncpg

from ..contracts import Attempt, TokenUsage
from .group_commit import GroupCommit
from .pool import Pool

logger = logging.getLogger("neuroroute.usage")

_INSERT = """
insert into usage (id, key_id, model, category, outcome, cached, streamed,
                   prompt_tokens, completion_tokens, cost_nano, attempts, created_at)
select id, key_id, model, category, outcome, cached, streamed,
       prompt_tokens, completion_tokens, cost_nano, attempts::jsonb, clock_timestamp()
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::bool[],
            $8::int[], $9::int[], $10::bigint[], $11::text[])
     as given (id, key_id, model, category, outcome, cached, streamed,
               prompt_tokens, completion_tokens, cost_nano, attempts)"""

_SUMMARY = """
select model, count(*) as requests,
       count(*) filter (where outcome = 'failed') as failed,
       count(*) filter (where cached) as cached,
       sum(prompt_tokens)::bigint as prompt_tokens,
       sum(completion_tokens)::bigint as completion_tokens,
       sum(cost_nano)::bigint as cost_nano
from usage
where key_id = $1 and created_at >= coalesce($2::timestamptz, now() - interval '30 days')
      and ($3::text is null or model = $3)
group by model order by model collate "C" """


@dataclass(frozen=True)
class UsageRow:
    """``model`` is None when no model answered."""

    id: UUID
    key_id: UUID
    model: Optional[str]
    category: str
    outcome: Literal["ok", "failed"]
    cached: bool
    streamed: bool
    usage: TokenUsage = TokenUsage(0, 0)
    cost_nano: int = 0
    attempts: Tuple[Attempt, ...] = ()


@dataclass(frozen=True)
class ModelUsage:
    model: str
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost_nano: int


@dataclass(frozen=True)
class UsageSummary:
    requests: int = 0
    failed: int = 0
    cached: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_nano: int = 0
    models: List[ModelUsage] = field(default_factory=list)


class UsageLog:
    """Writes rows, those of the same time together."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._group: GroupCommit[UsageRow, None] = GroupCommit(self._write)

    async def add(self, row: UsageRow) -> None:
        """Returns when the row is written. One that cannot be is logged: no answer fails by it."""
        await self._group.add(row)

    async def close(self) -> None:
        """Waits for rows whose requests have left."""
        await self._group.close()

    async def _write(self, rows: Sequence[UsageRow]) -> List[None]:
        await self._insert_group(rows)
        return [None] * len(rows)

    async def _insert_group(self, rows: Sequence[UsageRow]) -> None:
        try:
            await self._insert(rows)
        except asyncpg.IntegrityConstraintViolationError as error:
            if len(rows) == 1:
                logger.error("a row of usage was refused: %s", error)
                return
            # One row that the schema refuses must not take the others with it.
            for row in rows:
                await self._insert_group([row])
        except Exception as error:
            logger.error("%d rows of usage were lost: %s", len(rows), error or type(error))

    async def _insert(self, rows: Sequence[UsageRow]) -> None:
        await self._pool.execute(
            _INSERT,
            [row.id for row in rows],
            [row.key_id for row in rows],
            [row.model for row in rows],
            [row.category for row in rows],
            [row.outcome for row in rows],
            [row.cached for row in rows],
            [row.streamed for row in rows],
            [row.usage.prompt_tokens for row in rows],
            [row.usage.completion_tokens for row in rows],
            [row.cost_nano for row in rows],
            [json.dumps([asdict(attempt) for attempt in row.attempts]) for row in rows],
        )


async def summarize_usage(
    pool: Pool, key_id: UUID, since: Optional[datetime], model: Optional[str]
) -> UsageSummary:
    """What a key's prompts took since then, by default in 30 days; models by their names."""
    if model is not None and "\0" in model:
        # No row has such a model, and PostgreSQL refuses the question.
        return UsageSummary()
    rows = await pool.fetch(_SUMMARY, key_id, since, model)
    return UsageSummary(
        requests=sum(row["requests"] for row in rows),
        failed=sum(row["failed"] for row in rows),
        cached=sum(row["cached"] for row in rows),
        prompt_tokens=sum(row["prompt_tokens"] for row in rows),
        completion_tokens=sum(row["completion_tokens"] for row in rows),
        cost_nano=sum(row["cost_nano"] for row in rows),
        models=[
            ModelUsage(
                row["model"],
                row["requests"],
                row["prompt_tokens"],
                row["completion_tokens"],
                row["cost_nano"],
            )
            for row in rows
            if row["model"] is not None
        ],
    )
