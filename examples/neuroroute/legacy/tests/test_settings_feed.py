from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import AsyncIterator, Callable, Optional
from uuid import UUID

import asyncpg
import pytest

from ..data.api_keys import ApiKey, ApiKeys, hash_key
from ..data.pool import Connection, Pool
from ..data.router_settings import RouterSettingsTable, SchemaMissing
from ..data.settings_feed import SettingsFeed
from .conftest import CATALOGUE_KEY

pytestmark = pytest.mark.anyio

HASH = hash_key("nr_demo_admin_00000000000000000000000000000001")


class CountingKeys(ApiKeys):
    """Counts look-ups, and can hold their answer back."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self.lookups = 0
        self.answer_when: Optional[asyncio.Event] = None

    async def find(self, key_hash: str) -> Optional[ApiKey]:
        self.lookups += 1
        found = await super().find(key_hash)
        if self.answer_when is not None:
            await self.answer_when.wait()
        return found


class World:
    def __init__(self, pool: Pool, url: str) -> None:
        self.pool = pool
        self.keys = CountingKeys(pool)
        self.table = RouterSettingsTable(pool)
        self.forgot = 0
        self.feed = SettingsFeed(pool, self.keys, url, self._forget)

    def _forget(self) -> None:
        self.forgot += 1

    async def cut(self) -> None:
        """Ends the feed's connection, as a database that restarts does."""
        await self.pool.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where query = 'LISTEN \"neuroroute\"' or query like '%cache_generations%'"
            " and datname = current_database() and pid <> pg_backend_pid()"
        )


@asynccontextmanager
async def _world(pool: Pool, url: str) -> AsyncIterator[World]:
    world = World(pool, url)
    await world.feed.open()
    try:
        yield world
    finally:
        await world.feed.close()


async def _until(condition: Callable[[], bool]) -> None:
    async def poll() -> None:
        while not condition():
            await asyncio.sleep(0.005)

    await asyncio.wait_for(poll(), 10)


async def test_hears_of_settings_that_another_process_changed(
    pool: Pool, database_url: str
) -> None:
    async with _world(pool, database_url) as world:
        assert (await world.feed.state()).settings.strategy == "balanced"
        forgot = world.forgot
        await pool.execute("update settings set strategy = 'cost', generation = 2")
        await _until(lambda: world.forgot == forgot + 1)
        assert (await world.feed.state()).settings.strategy == "cost"


async def test_hears_of_answers_that_are_to_be_forgotten(pool: Pool, database_url: str) -> None:
    async with _world(pool, database_url) as world:
        forgot = world.forgot
        await world.table.forget_answers("gpt-4o")
        await world.table.forget_answers("gpt-4o")
        await world.table.forget_answers(None)
        await _until(lambda: world.forgot > forgot)
        await world.feed.reload()
        state = await world.feed.state()
        assert (state.generation_of("gpt-4o"), state.generation_of("*")) == (2, 1)
        assert state.generation_of("gpt-4.1") == 0


async def test_forgets_once_for_a_change_of_its_own(pool: Pool, database_url: str) -> None:
    async with _world(pool, database_url) as world:
        forgot = world.forgot
        await world.table.change(None, 0, None, None)
        await world.feed.reload()
        assert world.forgot == forgot + 1
        # The notification of that change is heard before that of the next one.
        await world.table.change(None, 1, None, None)
        await _until(lambda: world.forgot == forgot + 2)


async def test_keeps_keys_until_one_changes(pool: Pool, database_url: str) -> None:
    async with _world(pool, database_url) as world:
        for _ in range(3):
            assert await world.feed.api_key(HASH) is not None
        assert world.keys.lookups == 1
        await pool.execute("update api_keys set revoked_at = now() where key_hash = $1", HASH)
        lookups = world.keys.lookups
        while await world.feed.api_key(HASH) is not None:
            await asyncio.sleep(0.005)
        assert world.keys.lookups > lookups


async def test_does_not_keep_a_key_that_was_revoked_while_it_was_read(
    pool: Pool, database_url: str
) -> None:
    async with _world(pool, database_url) as world:
        world.keys.answer_when = asyncio.Event()
        reading = asyncio.ensure_future(world.feed.api_key(HASH))
        await _until(lambda: world.keys.lookups == 1)
        await world.keys.revoke(UUID(CATALOGUE_KEY))
        world.feed.forget_keys()
        world.keys.answer_when.set()
        await reading
        assert await world.feed.api_key(HASH) is None


async def test_without_its_connection_looks_everything_up_and_then_listens_again(
    pool: Pool, database_url: str
) -> None:
    async with _world(pool, database_url) as world:
        await world.feed.api_key(HASH)
        # Its next try must not come before the test has looked.
        refuse = "alter database {} allow_connections {}"
        name = database_url.rpartition("/")[2]
        admin = await asyncpg.connect(database_url.replace(name, "postgres"))
        try:
            await pool.fetchval("select 1")
            await admin.execute(refuse.format(name, "false"))
            forgot = world.forgot
            await world.cut()
            await _until(lambda: not world.feed.live)
            assert world.forgot > forgot
            lookups, forgot = world.keys.lookups, world.forgot
            for _ in range(2):
                assert await world.feed.api_key(HASH) is not None
            assert world.keys.lookups == lookups + 2
            await pool.execute("update settings set strategy = 'cost', generation = 2")
            assert (await world.feed.state()).settings.strategy == "cost"
            await admin.execute(refuse.format(name, "true"))
            await _until(lambda: world.feed.live)
            assert world.forgot > forgot
        finally:
            await admin.close()


async def test_says_what_to_do_when_the_database_has_no_tables(
    pool: Pool, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await pool.execute("drop table settings")
    async with _world(pool, database_url) as world:
        assert "the database has no tables of neuroroute: apply data/migrations" in caplog.text
        with pytest.raises(SchemaMissing):
            await world.feed.state()


async def test_closes_though_a_cancellation_was_lost(pool: Pool, database_url: str) -> None:
    connecting = asyncio.Event()

    async def connect(_: str) -> Connection:
        connecting.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            # As wait_for does when the connection is refused at that very moment.
            raise ConnectionRefusedError() from None

    feed = SettingsFeed(pool, ApiKeys(pool), database_url, lambda: None, connect)
    opening = asyncio.ensure_future(feed.open())
    await connecting.wait()
    await asyncio.wait_for(feed.close(), 5)
    await asyncio.wait_for(opening, 5)
