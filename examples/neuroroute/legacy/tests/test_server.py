"""The server as a process of its own: what it says, how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import asynccontextmanager
from pathlib import Path
from typing import AsyncIterator, Tuple

import httpx
import pytest

pytestmark = pytest.mark.anyio

HOME = Path(__file__).parent.parent.parent
ADMIN = {"authorization": "Bearer nr_demo_admin_00000000000000000000000000000001"}


async def _start(*arguments: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=HOME, stdout=PIPE, stderr=PIPE, env=dict(os.environ)
    )


async def _output(process: Process) -> Tuple[bytes, bytes]:
    """What it said, when it has ended."""
    return await asyncio.wait_for(process.communicate(), 30)


@asynccontextmanager
async def _server(variables: pytest.MonkeyPatch) -> AsyncIterator[Tuple[Process, str]]:
    variables.setenv("FASTAPI_PORT", "0")
    process = await _start("legacy")
    assert process.stderr is not None
    try:
        line = (await asyncio.wait_for(process.stderr.readline(), 30)).decode()
        assert line.startswith("listening on http://127.0.0.1:"), line
        yield process, line.split()[-1]
    finally:
        if process.returncode is None:
            process.kill()
        await _output(process)


@pytest.mark.parametrize("arguments", [("legacy",), ("uvicorn", "legacy.main:app")])
async def test_ends_with_one_line_when_a_setting_is_missing(
    variables: pytest.MonkeyPatch, arguments: Tuple[str, ...]
) -> None:
    variables.delenv("DATABASE_URL")
    process = await _start(*arguments)
    stdout, stderr = await _output(process)
    assert process.returncode == 2
    assert stderr.decode() == (
        "environment: DATABASE_URL is missing, set a URL that begins with postgres://\n"
    )
    assert stdout == b""


async def test_without_a_database_says_so_in_its_health_and_fails_what_needs_one(
    variables: pytest.MonkeyPatch,
) -> None:
    async with _server(variables) as (process, url), httpx.AsyncClient(base_url=url) as client:
        health = await client.get("/health")
        assert health.status_code == 503
        assert (health.json()["status"], health.json()["database"]) == ("down", "down")
        # Both on one connection, which an exception must not cut.
        connections = set()
        for _ in range(2):
            failed = await client.get("/usage", headers={**ADMIN, "x-request-id": "mine"})
            assert (failed.status_code, failed.text) == (500, "Internal Server Error")
            assert failed.headers["content-type"] == "text/plain; charset=utf-8"
            assert failed.headers["x-request-id"] == "mine"
            connections.add(failed.extensions["network_stream"].get_extra_info("client_addr"))
        assert len(connections) == 1
        process.send_signal(signal.SIGTERM)
        stdout, _ = await _output(process)
        assert b"secret-word" not in stdout and b"for-the-stand-in" not in stdout
        assert b"nr_demo_admin" not in stdout


async def test_logs_each_request_in_a_line_without_its_query(
    variables: pytest.MonkeyPatch, database_url: str
) -> None:
    variables.setenv("DATABASE_URL", database_url)
    async with _server(variables) as (process, url), httpx.AsyncClient(base_url=url) as client:
        await client.get("/models?limit=1", headers={**ADMIN, "x-request-id": "a.b-c_1"})
        odd = await client.get("/nowhere", headers={"x-request-id": "no spaces"})
        process.send_signal(signal.SIGTERM)
        stdout, _ = await _output(process)
        lines = [json.loads(line) for line in stdout.decode().splitlines()]
        requests = [line for line in lines if line["msg"] == "request"]
        shown = [[line[name] for name in ("id", "method", "path", "status")] for line in requests]
        assert shown == [
            ["a.b-c_1", "GET", "/models", 200],
            [odd.headers["x-request-id"], "GET", "/nowhere", 404],
        ]
        assert odd.headers["x-request-id"] != "no spaces"
        assert all(line["duration_ms"] >= 0 for line in requests)
        assert b"nr_demo_admin" not in stdout


async def test_finishes_open_requests_when_it_is_told_to_stop(
    variables: pytest.MonkeyPatch, database_url: str
) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def provide(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await answer.wait()
        body = b"no answer"
        writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 9\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    provider = await asyncio.start_server(provide, "127.0.0.1", 0)
    port = provider.sockets[0].getsockname()[1]
    variables.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}")
    variables.setenv("DATABASE_URL", database_url)
    async with _server(variables) as (process, url), httpx.AsyncClient(base_url=url) as client:
        asking = asyncio.ensure_future(
            client.post("/prompt", headers=ADMIN, json={"prompt": "Hello", "model": "gpt-4o"})
        )
        await asyncio.wait_for(asked.wait(), 10)
        process.send_signal(signal.SIGTERM)
        answer.set()
        answered = await asking
        assert answered.status_code == 502
        assert answered.json()["detail"]["attempts"][0]["outcome"] == "refused"
        assert await asyncio.wait_for(process.wait(), 20) == 0
    provider.close()
    await provider.wait_closed()


async def test_a_client_that_leaves_cancels_the_request_to_the_provider(
    variables: pytest.MonkeyPatch, database_url: str
) -> None:
    asked, ended = asyncio.Event(), asyncio.Event()

    async def provide(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        while await reader.read(1024):
            pass
        ended.set()
        writer.close()

    provider = await asyncio.start_server(provide, "127.0.0.1", 0)
    port = provider.sockets[0].getsockname()[1]
    variables.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{port}")
    variables.setenv("DATABASE_URL", database_url)
    async with _server(variables) as (_, url), httpx.AsyncClient(base_url=url) as client:
        for stream in (False, True):
            asked.clear()
            ended.clear()
            prompt = {"prompt": "Hello", "model": "gpt-4o", "stream": stream}
            asking = asyncio.ensure_future(client.post("/prompt", headers=ADMIN, json=prompt))
            await asyncio.wait_for(asked.wait(), 10)
            asking.cancel()
            await asyncio.wait_for(ended.wait(), 5)
        # Nobody was answered, so nothing is charged.
        usage = (await client.get("/usage", headers=ADMIN)).json()
        assert usage["requests"] == 0
    provider.close()
    await provider.wait_closed()
