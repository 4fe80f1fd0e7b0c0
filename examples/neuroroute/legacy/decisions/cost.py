"""What an answer costs."""

from __future__ import annotations

from ..contracts import Model, TokenUsage

# 2^53 - 1, the largest whole number that both languages and the database keep exactly.
_MOST = 9_007_199_254_740_991


def cost_nano(model: Model, usage: TokenUsage) -> int:
    """Billionths of a US dollar. More than the most is a provider that counts wrong."""
    cost = (
        usage.prompt_tokens * model.input_nano_usd + usage.completion_tokens * model.output_nano_usd
    )
    return min(cost, _MOST)
