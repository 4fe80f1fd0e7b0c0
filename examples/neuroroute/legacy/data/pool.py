"""Connections to PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Any, Dict

import asyncpg

_STATEMENT_SECONDS = 10.0

_CONNECTION: Dict[str, Any] = {
    "timeout": 3.0,
    "command_timeout": _STATEMENT_SECONDS,
    "server_settings": {"application_name": "neuroroute", "timezone": "UTC"},
}

# asyncpg has no types: ``Any`` is what mypy sees of it in any case.
Pool = Any
Connection = Any
Record = Any


async def create_pool(url: str, size: int) -> Pool:
    """Connects when a connection is first needed: the server starts while its database is down."""
    return await asyncpg.create_pool(url, min_size=0, max_size=size, **_CONNECTION)


async def close_pool(pool: Pool) -> None:
    """Waits for what is under way, and not for longer than a statement may take."""
    try:
        await asyncio.wait_for(pool.close(), _STATEMENT_SECONDS)
    except asyncio.TimeoutError:
        pool.terminate()


async def connect(url: str) -> Connection:
    """One connection of its own."""
    return await asyncpg.connect(url, **_CONNECTION)
