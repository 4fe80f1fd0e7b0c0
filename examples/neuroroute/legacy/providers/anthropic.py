"""Anthropic's messages: https://docs.anthropic.com/en/api/messages."""

from __future__ import annotations

from typing import Mapping, Optional

from ..contracts import Completion, TokenUsage
from .wire import ErrorEvent, FormatError, Json, member, parse, text_of, tokens_of


class AnthropicWire:
    path = "/v1/messages"

    def headers(self, key: str) -> Mapping[str, str]:
        return {"x-api-key": key, "anthropic-version": "2023-06-01"}

    def body(self, model: str, completion: Completion, stream: bool) -> Mapping[str, Json]:
        body: dict[str, Json] = {"model": model}
        if completion.system is not None:
            body["system"] = completion.system
        body |= {
            "messages": [{"role": "user", "content": completion.prompt}],
            "max_tokens": completion.max_tokens,
            # OpenAI's goes up to 2.
            "temperature": min(completion.temperature, 1),
        }
        if stream:
            body["stream"] = True
        return body

    def read_answer(self, body: Json) -> tuple[str, TokenUsage]:
        content = member(body, "content")
        if not isinstance(content, list):
            raise FormatError("a message without content")
        texts = [
            text_of(member(block, "text")) for block in content if member(block, "type") == "text"
        ]
        usage = member(body, "usage")
        return "".join(texts), TokenUsage(
            prompt_tokens=tokens_of(member(usage, "input_tokens")),
            completion_tokens=tokens_of(member(usage, "output_tokens")),
        )

    def create_reader(self) -> "AnthropicReader":
        return AnthropicReader()


class AnthropicReader:
    def __init__(self) -> None:
        self.usage: Optional[TokenUsage] = None
        self._input: Optional[int] = None
        self._output: Optional[int] = None

    def read(self, data: str) -> str:
        event = parse(data)
        kind = member(event, "type")
        if kind == "message_start":
            usage = member(member(event, "message"), "usage")
            self._input = tokens_of(member(usage, "input_tokens"))
        elif kind == "content_block_delta":
            delta = member(event, "delta")
            if member(delta, "type") == "text_delta":
                return text_of(member(delta, "text"))
        elif kind == "message_delta":
            self._output = tokens_of(member(member(event, "usage"), "output_tokens"))
        elif kind == "message_stop":
            if self._input is None or self._output is None:
                raise FormatError("an end without its usage")
            self.usage = TokenUsage(self._input, self._output)
        elif kind == "error":
            raise ErrorEvent
        elif not isinstance(kind, str):
            # Its documentation asks to pass over types that are new.
            raise FormatError("an event without a type")
        return ""
