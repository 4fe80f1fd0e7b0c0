"""One exchange with a provider, which ends whenever it should."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Coroutine, Optional

import httpx

from .fault import ProviderFault


class Exchange:
    """The time of one exchange: until it waits too long, until the client leaves, or until it ends.

    It has a task of its own. Frameworks cancel a task again at each of its awaits (anyio does,
    when a client leaves), which would interrupt httpx in closing the connection. And httpcore
    loses track of its pool when a request is cancelled that is still taking a connection from
    it, so such a one is cancelled as soon as it has its connection.
    """

    def __init__(self, timeout_ms: float, release: Callable[[], None]) -> None:
        self._timeout = timeout_ms / 1000
        self._release = release
        self._task: Optional[asyncio.Task[None]] = None
        self._timer: Optional[asyncio.TimerHandle] = None
        self._connected = False
        self._stopping = False
        self.timed_out = False
        self._closing = False
        self._ended = False
        self.status: Optional[int] = None
        """The provider's status, once its head is there."""

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begins. The place is given back when the connection is closed or free again.

        The task ends well, or cancelled, or with a ProviderFault.
        """
        self._task = asyncio.get_running_loop().create_task(self._run(work))
        return self._task

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            self.wait()
            await work
            return
        except ProviderFault:
            raise
        except asyncio.CancelledError:
            if not self.timed_out:
                raise
            fault = ProviderFault("timeout", self.status)
        except httpx.TimeoutException:
            fault = ProviderFault("timeout", self.status)
        except Exception:
            fault = self.broken()
        finally:
            self.rest()
            self._closing = self._ended = True
            self._release()
        raise fault

    def broken(self) -> ProviderFault:
        """That the connection broke."""
        return ProviderFault("unavailable" if self.status is None else "cut", self.status)

    async def trace(self, event: str, _: object) -> None:
        """For httpcore to tell how far it has come."""
        if event == "http11.send_request_headers.started":
            self._connected = True
            if self._stopping:
                self._close()

    def wait(self) -> None:
        """From now on the provider is waited for."""
        self._after(self._timeout, self._expire)

    def rest(self) -> None:
        """The provider is not waited for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def read_away(self, seconds: float) -> None:
        """The answer is whole. Its connection has a little time to become free."""
        self._ended = True
        self._after(seconds, self._close)

    def finish(self) -> None:
        """Nothing is under way any more: giving back the connection must not be interrupted."""
        self.rest()
        self._closing = self._ended = True

    def stop(self) -> None:
        """Closes the connection, if the answer is not whole."""
        if not self._ended:
            self._stopping = True
            if self._connected:
                self._close()

    def _after(self, seconds: float, then: Callable[[], None]) -> None:
        self.rest()
        self._timer = asyncio.get_running_loop().call_later(seconds, then)

    def _expire(self) -> None:
        self.timed_out = True
        self.stop()

    def _close(self) -> None:
        if self._task is not None and not self._closing:
            self._closing = True
            self._task.cancel()
