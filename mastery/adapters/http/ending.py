"""The end of a service: a signal that ends the process ends its streams at once, whichever server runs it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import Any

__all__ = ["told_of_the_end"]


@contextmanager
def told_of_the_end(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` when the process is asked to end, before whatever else is done then.

    A server waits for every answer to come to its end before it lets an app end: a stream never would.
    """
    if current_thread() is not main_thread():  # where signals cannot be had: a test, say
        yield
        return
    before: dict[int, Any] = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ended(number: int, frame: FrameType | None) -> None:
        end()
        if callable(before[number]):
            before[number](number, frame)
        elif before[number] is signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    for number in before:
        signal.signal(number, ended)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
