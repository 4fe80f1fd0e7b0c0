"""OpenAI's chat completions: https://platform.openai.com/docs/api-reference/chat."""

from __future__ import annotations

from typing import Mapping, Optional

from ..contracts import Completion, TokenUsage
from .wire import ErrorEvent, FormatError, Json, first, member, parse, text_of, tokens_of


class OpenAiWire:
    path = "/v1/chat/completions"

    def headers(self, key: str) -> Mapping[str, str]:
        return {"authorization": f"Bearer {key}"}

    def body(self, model: str, completion: Completion, stream: bool) -> Mapping[str, Json]:
        messages = [{"role": "user", "content": completion.prompt}]
        if completion.system is not None:
            messages.insert(0, {"role": "system", "content": completion.system})
        body: dict[str, Json] = {
            "model": model,
            "messages": messages,
            "max_tokens": completion.max_tokens,
            "temperature": completion.temperature,
        }
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return body

    def read_answer(self, body: Json) -> tuple[str, TokenUsage]:
        content = member(member(first(member(body, "choices")), "message"), "content")
        return text_of(content), _usage_of(member(body, "usage"))

    def create_reader(self) -> "OpenAiReader":
        return OpenAiReader()


class OpenAiReader:
    def __init__(self) -> None:
        self.usage: Optional[TokenUsage] = None
        self._counted: Optional[TokenUsage] = None

    def read(self, data: str) -> str:
        if data == "[DONE]":
            if self._counted is None:
                raise FormatError("an end without its usage")
            self.usage = self._counted
            return ""
        chunk = parse(data)
        if member(chunk, "error") is not None:
            raise ErrorEvent
        choices = member(chunk, "choices")
        if not isinstance(choices, list):
            raise FormatError("a chunk without choices")
        usage = member(chunk, "usage")
        if usage is not None:
            self._counted = _usage_of(usage)
        content = member(member(first(choices), "delta"), "content")
        return "" if content is None else text_of(content)


def _usage_of(usage: Json) -> TokenUsage:
    return TokenUsage(
        prompt_tokens=tokens_of(member(usage, "prompt_tokens")),
        completion_tokens=tokens_of(member(usage, "completion_tokens")),
    )
