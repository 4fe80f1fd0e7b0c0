"""Servers for the tests, which tests/python.test.ts starts and says where; failovers to ask."""

from __future__ import annotations

import os
from typing import AsyncIterator, Iterator
from uuid import uuid4

import asyncpg
import pytest

from ..data.pool import Connection, Pool, create_pool
from ..data.redis_link import Redis, close_redis, open_redis
from ..providers import FailoverOptions, InMemoryModelHealth, ProviderAccess, create_failover
from .stand_in import StandIn, start_stand_in

# Its assertions tell as much as those of the tests, if pytest knows before it is imported.
pytest.register_assert_rewrite("legacy.tests.failover_world")

from .failover_world import PATIENT, Create, World

CATALOGUE_KEY = "7d3f0c52-6a0e-4b0f-9d4c-0a5d4c1e0001"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def _need(variable: str) -> str:
    value = os.environ.get(variable, "")
    if value == "":
        pytest.skip(f"{variable} is not set: run them by `npm test -- neuroroute/tests/python`")
    return value


@pytest.fixture
def migrated_url() -> str:
    """A database that is migrated and seeded, and that nobody changes."""
    return _need("TEST_DATABASE_URL")


@pytest.fixture
async def database_url(migrated_url: str) -> AsyncIterator[str]:
    """A copy of its own."""
    server, _, template = migrated_url.rpartition("/")
    name = f"copy_{uuid4().hex}"
    connection: Connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(f"create database {name} template {template}")
        yield f"{server}/{name}"
        await connection.execute(f"drop database {name} with (force)")
    finally:
        await connection.close()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = await create_pool(database_url, 4)
    yield pool
    pool.terminate()


@pytest.fixture
async def redis() -> AsyncIterator[Redis]:
    redis = open_redis(_need("TEST_REDIS_URL"))
    await redis.flushall()
    yield redis
    await close_redis(redis)


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An environment with what a server needs, to be changed by the test."""
    for name in list(os.environ):
        if name not in ("PATH", "HOME", "TEST_DATABASE_URL", "TEST_REDIS_URL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody:secret-word@127.0.0.1:1/none")
    for provider in ("OPENAI", "ANTHROPIC"):
        monkeypatch.setenv(f"{provider}_BASE_URL", "http://127.0.0.1:1")
        monkeypatch.setenv(f"{provider}_API_KEY", "for-the-stand-in")
    yield monkeypatch


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    with start_stand_in() as stand_in:
        yield stand_in


@pytest.fixture
async def create(stand_in: StandIn) -> AsyncIterator[Create]:
    """Makes failovers that ask the stand-in, patiently unless told otherwise."""
    created: list[World] = []

    def create(
        url: str = stand_in.url,
        key: str = "for-the-stand-in",
        concurrency: int = 8,
        timeout_ms: float = PATIENT,
        queue_ms: float = PATIENT,
        retry_after_ms: float = 500,
    ) -> World:
        access = ProviderAccess(url, key, concurrency)
        health = InMemoryModelHealth(3, 60_000)
        options = FailoverOptions(
            {"openai": access, "anthropic": access}, health, timeout_ms, queue_ms, retry_after_ms
        )
        created.append(World(create_failover(options), health))
        return created[-1]

    yield create
    for world in created:
        await world.failover.close()
