"""Connections to PostgreSQL."""

from __future__ import annotations

from typing import Any, Dict

import asyncpg

_CONNECTION: Dict[str, Any] = {
    "timeout": 3.0,
    "command_timeout": 10.0,
    "server_settings": {"application_name": "neuroroute", "timezone": "UTC"},
}

# asyncpg has no types: ``Any`` is what mypy sees of it in any case.
Pool = Any
Connection = Any
Record = Any


async def create_pool(url: str, size: int) -> Pool:
    """Connects when a connection is first needed, so that the server starts while its database is down."""
    return await asyncpg.create_pool(url, min_size=0, max_size=size, **_CONNECTION)


async def connect(url: str) -> Connection:
    """One connection of its own."""
    return await asyncpg.connect(url, **_CONNECTION)
