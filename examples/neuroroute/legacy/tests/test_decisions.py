"""What vectors cannot say, because JSON cannot carry it or TypeScript does not have it."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest

from ..catalogue import CATALOGUE, model_of
from ..contracts import Circumstances, Classification, Question, Strategy, TokenUsage
from ..decisions import cache_key, classify, cost_nano, rank
from ..decisions.cache_key import canonical
from ..decisions.rules import RULES

QUESTION = Question("Hi", None, None, 512, 0.0, (), None)


def test_halves_of_a_character_side_by_side_are_that_character() -> None:
    # json.loads makes them of bytes that are no UTF-8 (it decodes with surrogatepass).
    halves = json.loads(b'"write \xed\xa0\xbd\xed\xb8\x80 a poem"')
    assert len(halves) == 15
    whole = "write \U0001f600 a poem"
    assert classify(halves, halves) == classify(whole, whole)
    asked = replace(QUESTION, prompt=whole, system=whole)
    assert cache_key(replace(asked, prompt=halves, system=halves)) == cache_key(asked)


def test_negative_zero_is_zero() -> None:
    assert cache_key(replace(QUESTION, temperature=-0.0)) == cache_key(QUESTION)


def test_an_endless_limit_is_none() -> None:
    # json.loads makes it of Infinity.
    easy = Classification("general", "en", 0, 1)
    endless = replace(QUESTION, max_cost=float("inf"))
    assert len(rank(endless, easy, Circumstances("cost"), CATALOGUE).models) == len(CATALOGUE)


def test_whole_numbers_are_the_same_as_fractions() -> None:
    assert canonical(replace(QUESTION, temperature=1, max_cost=2)) == canonical(
        replace(QUESTION, temperature=1.0, max_cost=2.0)
    )


def test_equals_stay_in_the_order_of_the_catalogue() -> None:
    twins = [replace(CATALOGUE[0], id=name) for name in ("c", "a", "b")]
    easy = Classification("general", "en", 0, 1)
    strategies: tuple[Strategy, ...] = ("balanced", "cost", "quality", "latency")
    for strategy in strategies:
        ranking = rank(QUESTION, easy, Circumstances(strategy), twins)
        assert ranking.models == ("c", "a", "b")


def test_an_empty_catalogue_satisfies_nothing() -> None:
    easy = Classification("general", "en", 0, 1)
    assert rank(QUESTION, easy, Circumstances("balanced"), ()).outcome == "unsatisfiable"


def test_a_model_is_found_by_its_id_only() -> None:
    model = model_of("gpt-4o")
    assert model is not None and model.name == "GPT-4o"
    assert model_of("GPT-4o") is None


def test_a_cost_is_a_whole_number() -> None:
    model = CATALOGUE[0]
    assert cost_nano(model, TokenUsage(10**30, 0)) == 2**53 - 1
    assert type(cost_nano(model, TokenUsage(3, 4))) is int


def test_upper_and_lower_case_are_letter_by_letter() -> None:
    assert len(RULES["upper"]) == len(RULES["lower"]) == len(set(RULES["upper"]))


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "0", "lorem ipsum ", "a(", "select ", "a_", "写一首诗", "привет, ", "\U0001f600"),
        *("\ud83d", "\n", "\U0001d416x", "1 + ", "[", "((((", "sin(", "foo.bar", "a = ", "\u0351"),
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * 32_000)[:32_000]
    asked = replace(QUESTION, prompt=text)
    fastest = float("inf")
    # The fastest of some, as the machine may be busy; each takes about a millisecond or less.
    for _ in range(10):
        started = time.perf_counter()
        classify(text, None)
        cache_key(asked)
        fastest = min(fastest, time.perf_counter() - started)
    assert fastest < 0.02
