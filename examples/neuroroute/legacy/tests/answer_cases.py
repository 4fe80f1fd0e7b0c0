"""Answers the cases of tests/external/differential.test.ts, which compares them with its own.

Reads them, and what else it needs, from standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Sequence

from ..catalogue import CATALOGUE
from ..contracts import (
    Attempt,
    Completion,
    Failover,
    Failure,
    Model,
    StreamDelta,
    StreamEnd,
    StreamFailed,
)
from ..providers import FailoverOptions, InMemoryModelHealth, ProviderAccess, create_failover

Case = dict[str, Any]


async def answer(told: dict[str, Any]) -> list[Case]:
    turns = asyncio.Semaphore(told["atOnce"])

    async def take_turn(case: Case) -> Case:
        async with turns:
            return await _answer(told, case)

    return await asyncio.gather(*map(take_turn, told["cases"]))


async def _answer(told: dict[str, Any], case: Case) -> Case:
    options, given = told["options"], case["completion"]
    access = ProviderAccess(told["url"], told["key"], options["concurrency"])
    health = InMemoryModelHealth(options["failures"], options["pauseMs"])
    failover = create_failover(
        FailoverOptions(
            providers={"openai": access, "anthropic": access},
            health=health,
            timeout_ms=case["timeoutMs"],
            queue_ms=options["queueMs"],
            retry_after_ms=options["retryAfterMs"],
            now=lambda: 0.0,
        )
    )
    models = [model for name in case["models"] for model in CATALOGUE if model.id == name]
    completion = Completion(
        given["prompt"], given["system"], given["maxTokens"], given["temperature"]
    )
    answered = await (_stream if case["stream"] else _complete)(failover, models, completion)
    await failover.close()
    seen = {model.id: [health.status(model.id, 0), health.error_rate(model.id)] for model in models}
    return {**answered, "health": seen}


async def _complete(failover: Failover, models: Sequence[Model], completion: Completion) -> Case:
    said = await failover.complete(models, completion)
    if isinstance(said, Failure):
        return _failed(said)
    return {
        "model": said.model.id,
        "output": said.output,
        "usage": [said.usage.prompt_tokens, said.usage.completion_tokens],
        "attempts": _attempts(said.attempts),
    }


async def _stream(failover: Failover, models: Sequence[Model], completion: Completion) -> Case:
    events = await failover.stream(models, completion)
    if isinstance(events, Failure):
        return _failed(events)
    told: list[Any] = []
    async for event in events:
        if isinstance(event, StreamDelta):
            told.append(event.text)
        elif isinstance(event, StreamEnd):
            usage = [event.usage.prompt_tokens, event.usage.completion_tokens]
            told.append({"usage": usage, "attempts": _attempts(event.attempts)})
        elif isinstance(event, StreamFailed):
            told.append({"failed": True, "attempts": _attempts(event.attempts)})
        else:
            told.append({"start": event.model.id})
    return {"events": told}


def _failed(failure: Failure) -> Case:
    return {
        "all": failure.all,
        "retryAfter": failure.retry_after,
        "attempts": _attempts(failure.attempts),
    }


def _attempts(attempts: Sequence[Attempt]) -> list[list[Any]]:
    return [[made.model, made.provider, made.outcome, made.status] for made in attempts]


if __name__ == "__main__":
    json.dump(asyncio.run(answer(json.load(sys.stdin))), sys.stdout)
