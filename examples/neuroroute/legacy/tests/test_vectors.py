"""The decision vectors, which tests/decisions/vectors.test.ts runs in TypeScript."""

from __future__ import annotations

from typing import Any

import pytest

from ..decisions.cases import decide, read_vectors

VECTORS = read_vectors()


def test_there_are_at_least_300() -> None:
    assert len(VECTORS) >= 300
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_python_decides_as_the_vector_says(vector: dict[str, Any]) -> None:
    assert decide(vector) == vector["expected"]
