"""The way of a prompt: cache, classification, ranking, models, usage. No HTTP, no SQL."""

from __future__ import annotations

import time
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import (
    AsyncGenerator,
    AsyncIterator,
    Literal,
    Optional,
    Protocol,
    Sequence,
    Tuple,
    Union,
)
from uuid import UUID, uuid4

from .catalogue import CATALOGUE, model_of
from .contracts import (
    Answer,
    Attempt,
    Circumstances,
    Classification,
    Completion,
    Failover,
    Failure,
    Model,
    ModelHealth,
    Question,
    StreamDelta,
    StreamEnd,
    StreamEvent,
    StreamStart,
    TokenUsage,
)
from .data.cache import AnswerCache, CachedAnswer
from .data.router_settings import EVERY_MODEL, RouterState
from .data.usage import UsageLog, UsageRow
from .decisions import cache_key, classify, cost_nano, rank
from .departures import Client
from .replies import (
    NotAnswered,
    Reply,
    ReplyEnd,
    ReplyEvent,
    ReplyFailed,
    ReplyStart,
    Unavailable,
    UnknownModel,
    Unsatisfiable,
)
from .single_flight import SingleFlight


class States(Protocol):
    async def state(self) -> RouterState: ...


@dataclass(frozen=True)
class _Case:
    """What is known of a prompt before a model is asked. Without ``key`` the cache is not used."""

    id: UUID
    key_id: UUID
    question: Question
    classification: Classification
    state: RouterState
    key: Optional[str]
    streamed: bool


class Prompts:
    def __init__(
        self,
        states: States,
        cache: AnswerCache,
        failover: Failover,
        health: ModelHealth,
        usage: UsageLog,
    ) -> None:
        self._states = states
        self._cache = cache
        self._failover = failover
        self._health = health
        self._usage = usage
        self._flights: SingleFlight[Union[Answer, Failure]] = SingleFlight()

    def forget(self) -> None:
        """Who asks from now on is not given what others are waiting for."""
        self._flights.clear()

    async def answer(
        self, key_id: UUID, question: Question, use_cache: bool, client: Client
    ) -> Reply:
        """Raises UnknownModel, Unsatisfiable, Unavailable, NotAnswered, ClientLeft."""
        case = await self._open(key_id, question, use_cache, streamed=False)
        known = await self._known(case)
        if known is not None:
            return await self._repeat(case, *known)
        models = self._rank(case)
        if case.key is None:
            result, first = await client.while_there(self._ask(case, models)), True
        else:
            result, first = await client.while_there(
                self._flights.join(case.key, lambda: self._ask(case, models))
            )
        if isinstance(result, Failure):
            await self._record_failure(case, result.attempts if first else ())
            raise NotAnswered(result)
        if not first:
            return await self._repeat(case, result.model, result.output, result.usage)
        cost = cost_nano(result.model, result.usage)
        await self._record(case, result.model, result.usage, cost, result.attempts)
        return Reply(
            case.id,
            result.model,
            case.classification,
            result.output,
            False,
            result.usage,
            cost,
            result.attempts,
            _now(),
        )

    async def stream(
        self, key_id: UUID, question: Question, use_cache: bool, client: Client
    ) -> AsyncIterator[ReplyEvent]:
        """The events of an answer that has begun. Raises what ``answer`` does."""
        case = await self._open(key_id, question, use_cache, streamed=True)
        known = await self._known(case)
        if known is not None:
            return self._replay(case, *known)
        models = self._rank(case)
        events = await client.while_there(self._failover.stream(models, _completion(question)))
        if isinstance(events, Failure):
            await self._record_failure(case, events.attempts)
            raise NotAnswered(events)
        return self._relay(case, events)

    async def _open(
        self, key_id: UUID, question: Question, use_cache: bool, streamed: bool
    ) -> _Case:
        if question.model is not None and model_of(question.model) is None:
            raise UnknownModel()
        state = await self._states.state()
        key = None
        if use_cache:
            generations = f"{state.settings.generation}:{state.generation_of(EVERY_MODEL)}"
            key = f"nr:cache:{generations}:{cache_key(question)}"
        classification = classify(question.prompt, question.system)
        return _Case(uuid4(), key_id, question, classification, state, key, streamed)

    async def _known(self, case: _Case) -> Optional[Tuple[Model, str, TokenUsage]]:
        if case.key is None:
            return None
        answer = await self._cache.get(case.key)
        model = None if answer is None else model_of(answer.model)
        if answer is None or model is None or model.id in case.state.settings.disabled_models:
            return None
        if answer.model_generation != case.state.generation_of(model.id):
            return None
        return model, answer.output, TokenUsage(answer.prompt_tokens, answer.completion_tokens)

    def _rank(self, case: _Case) -> Sequence[Model]:
        settings = case.state.settings
        now = time.monotonic() * 1000
        circumstances = Circumstances(
            settings.strategy,
            frozenset(settings.disabled_models),
            {model.id: self._health.status(model.id, now) for model in CATALOGUE},
        )
        ranking = rank(case.question, case.classification, circumstances, CATALOGUE)
        if ranking.outcome == "unsatisfiable":
            raise Unsatisfiable()
        if ranking.outcome == "unavailable":
            raise Unavailable()
        ranked = [model_of(model) for model in ranking.models[: settings.max_attempts]]
        return [model for model in ranked if model is not None]

    async def _ask(self, case: _Case, models: Sequence[Model]) -> Union[Answer, Failure]:
        result = await self._failover.complete(models, _completion(case.question))
        if isinstance(result, Answer):
            # While the flight is under way: whoever asks after it finds the answer.
            await self._remember(case, result.model, result.output, result.usage)
        return result

    async def _remember(
        self, case: _Case, model: Model, output: str, usage: TokenUsage
    ) -> None:
        if case.key is not None:
            # Of before the question: an answer from before a change never counts after it.
            generation = case.state.generation_of(model.id)
            answer = CachedAnswer(
                model.id, generation, output, usage.prompt_tokens, usage.completion_tokens
            )
            await self._cache.put(case.key, answer, case.state.settings.cache_ttl_seconds)

    async def _repeat(self, case: _Case, model: Model, output: str, usage: TokenUsage) -> Reply:
        """What is told of an answer that somebody else has had, and paid for."""
        await self._record(case, model, usage, cached=True)
        return Reply(
            case.id, model, case.classification, output, True, usage, 0, (), _now()
        )

    async def _replay(
        self, case: _Case, model: Model, output: str, usage: TokenUsage
    ) -> AsyncIterator[ReplyEvent]:
        yield ReplyStart(case.id, model, case.classification, True)
        yield StreamDelta(output)
        await self._record(case, model, usage, cached=True)
        yield ReplyEnd(usage, 0, (), _now())

    async def _relay(
        self, case: _Case, events: AsyncGenerator[StreamEvent, None]
    ) -> AsyncIterator[ReplyEvent]:
        model: Optional[Model] = None
        output = []
        # A client that leaves ends this generator, and with it the provider's request.
        async with aclosing(events):
            async for event in events:
                if isinstance(event, StreamStart):
                    model = event.model
                    yield ReplyStart(case.id, model, case.classification, False)
                elif isinstance(event, StreamDelta):
                    output.append(event.text)
                    yield event
                elif isinstance(event, StreamEnd):
                    assert model is not None
                    cost = cost_nano(model, event.usage)
                    await self._record(case, model, event.usage, cost, event.attempts)
                    await self._remember(case, model, "".join(output), event.usage)
                    yield ReplyEnd(event.usage, cost, event.attempts, _now())
                else:
                    await self._record_failure(case, event.attempts)
                    yield ReplyFailed(event.attempts)

    async def _record(
        self,
        case: _Case,
        model: Model,
        usage: TokenUsage,
        cost: int = 0,
        attempts: Tuple[Attempt, ...] = (),
        cached: bool = False,
    ) -> None:
        await self._usage.add(
            self._row(case, model.id, "ok", cached, usage, cost, attempts)
        )

    async def _record_failure(self, case: _Case, attempts: Tuple[Attempt, ...]) -> None:
        await self._usage.add(
            self._row(case, None, "failed", False, TokenUsage(0, 0), 0, attempts)
        )

    @staticmethod
    def _row(
        case: _Case,
        model: Optional[str],
        outcome: Literal["ok", "failed"],
        cached: bool,
        usage: TokenUsage,
        cost: int,
        attempts: Tuple[Attempt, ...],
    ) -> UsageRow:
        return UsageRow(
            case.id,
            case.key_id,
            model,
            case.classification.category,
            outcome,
            cached,
            case.streamed,
            usage,
            cost,
            attempts,
        )


def _completion(question: Question) -> Completion:
    return Completion(
        question.prompt, question.system, question.max_tokens, question.temperature
    )


def _now() -> datetime:
    return datetime.now(timezone.utc)
