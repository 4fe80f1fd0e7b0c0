"""The stand-in for the providers, as a process: the tests of both faces ask the same one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

_HOME = Path(__file__).resolve().parents[2]


class StandIn:
    def __init__(self, url: str) -> None:
        self.url = url

    def requests(self) -> dict[str, Any]:
        """What it has seen since it started."""
        return self._ask("GET", "/requests")

    def control(self, behaviours: dict[str, Any]) -> None:
        """How it behaves to prompts without a directive."""
        self._ask("PUT", "/control", behaviours)

    def release(self) -> None:
        """Lets all answers go on that ``hold`` holds."""
        self._ask("POST", "/release")

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        with urllib.request.urlopen(request, timeout=20) as response:
            answer: dict[str, Any] = json.load(response)
            return answer


@contextmanager
def start_stand_in() -> Iterator[StandIn]:
    """Ends with the block, or with this process, however that ends."""
    node = os.environ.get("NODE") or shutil.which("node")
    if node is None:
        raise RuntimeError("node is not in the PATH: the stand-in for the providers needs it")
    process = subprocess.Popen(
        [node, "--import", "tsx", "--conditions=cutover-source", "external/stand-in/server.ts"],
        cwd=_HOME,
        env={**os.environ, "PORT": "0", "CLOSE_WITH_STDIN": "true"},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("listening on "):
                break
        else:
            raise RuntimeError("the stand-in did not start: " + "".join(said))
        try:
            yield StandIn(line.removeprefix("listening on ").strip())
        finally:
            process.kill()
