from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest

from ..contracts import Attempt, TokenUsage
from ..data.pool import Pool
from ..data.usage import ModelUsage, UsageLog, UsageRow, UsageSummary, summarize_usage
from .conftest import CATALOGUE_KEY

pytestmark = pytest.mark.anyio

KEY = UUID(CATALOGUE_KEY)


def _row(model: "str | None" = "gpt-4o", cached: bool = False) -> UsageRow:
    attempts = (Attempt("gpt-4o", "openai", "ok", 200, 12),)
    usage = TokenUsage(10, 20)
    return UsageRow(uuid4(), KEY, model, "code", "ok", cached, False, usage, 5, attempts)


class CountingPool:
    """Counts statements, and lets none begin before it is told."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.statements = 0
        self.may_begin = asyncio.Event()

    async def execute(self, statement: str, *values: object) -> None:
        self.statements += 1
        await self.may_begin.wait()
        await self._pool.execute(statement, *values)


async def test_writes_what_arrives_during_an_insert_with_the_next_one(pool: Pool) -> None:
    counting = CountingPool(pool)
    log = UsageLog(counting)
    rows = [asyncio.ensure_future(log.add(_row())) for _ in range(50)]
    await asyncio.sleep(0)
    rows += [asyncio.ensure_future(log.add(_row())) for _ in range(50)]
    await asyncio.sleep(0)
    counting.may_begin.set()
    await asyncio.gather(*rows)
    assert await pool.fetchval("select count(*) from usage") == 100
    assert counting.statements == 2


async def test_returns_when_the_row_is_there_as_it_was_given(pool: Pool) -> None:
    row = _row()
    await UsageLog(pool).add(row)
    stored = await pool.fetchrow("select *, attempts::text as told from usage")
    assert stored["id"] == row.id and stored["cost_nano"] == 5
    assert stored["told"] == (
        '[{"model": "gpt-4o", "status": 200, "outcome": "ok",'
        ' "provider": "openai", "latency_ms": 12}]'
    )
    assert abs(datetime.now(timezone.utc) - stored["created_at"]) < timedelta(minutes=1)


async def test_one_row_that_is_refused_takes_no_other_with_it(
    pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    log = UsageLog(pool)
    await asyncio.gather(log.add(_row()), log.add(replace(_row(), key_id=uuid4())), log.add(_row()))
    assert await pool.fetchval("select count(*) from usage") == 2
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_a_database_that_is_down_is_logged_and_not_told(
    pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    await pool.close()
    await UsageLog(pool).add(_row())
    assert "1 rows of usage were lost" in caplog.text


async def test_a_row_is_written_though_its_request_was_cancelled(pool: Pool) -> None:
    log = UsageLog(pool)
    adding = asyncio.ensure_future(log.add(_row()))
    await asyncio.sleep(0)
    adding.cancel()
    await log.close()
    assert await pool.fetchval("select count(*) from usage") == 1


async def test_sums_a_keys_rows_by_model(pool: Pool) -> None:
    log = UsageLog(pool)
    failed = replace(_row(None), outcome="failed", usage=TokenUsage(0, 0), cost_nano=0)
    for row in (_row(), _row("claude-3-5-haiku", cached=True), _row(), failed):
        await log.add(row)
    models = [ModelUsage("claude-3-5-haiku", 1, 10, 20, 5), ModelUsage("gpt-4o", 2, 20, 40, 10)]
    assert await summarize_usage(pool, KEY, None, None) == UsageSummary(4, 1, 1, 30, 60, 15, models)
    assert (await summarize_usage(pool, KEY, None, "gpt-4o")).requests == 2
    assert await summarize_usage(pool, uuid4(), None, None) == UsageSummary()
    assert await summarize_usage(pool, KEY, None, "\0") == UsageSummary()
    later = datetime.now(timezone.utc) + timedelta(hours=1)
    assert await summarize_usage(pool, KEY, later, None) == UsageSummary()


async def test_sums_thirty_days_unless_it_is_told_since_when(pool: Pool) -> None:
    await UsageLog(pool).add(_row())
    await pool.execute("update usage set created_at = created_at - interval '31 days'")
    assert (await summarize_usage(pool, KEY, None, None)).requests == 0
    year = datetime.now(timezone.utc) - timedelta(days=365)
    assert (await summarize_usage(pool, KEY, year, None)).requests == 1
