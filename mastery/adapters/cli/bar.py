"""A bar on the terminal, for what has taken over a second: how far it is. Elsewhere, and before that, nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from attrs import define, field

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["PATIENCE", "Bar", "shown", "take_away"]

PATIENCE = 1.0
"""For so many seconds nobody wants to be told."""

_BETWEEN = 0.1  # seconds from one drawing to the next


@define
class Bar:
    """A `Watch` that draws on standard error, where that is a terminal. It takes itself away when it is closed."""

    clock: Callable[[], float] = monotonic
    quiet: bool = False
    begun: float = field(init=False)
    drawn: float = field(default=float("-inf"), init=False)
    _progress: Progress | None = field(default=None, init=False)
    _task: TaskID | None = field(default=None, init=False)
    _stage: str = field(default="", init=False)

    @begun.default
    def _now(self) -> float:
        return self.clock()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note of how far what is being done is, and draw that if it is time."""
        now = self.clock()
        if now - self.begun < PATIENCE or (stage == self._stage and now - self.drawn < _BETWEEN):
            return
        if self.quiet or not sys.stderr.isatty():
            return
        self._stage, self.drawn = stage, now
        self._draw(stage, done, total)

    def _draw(self, stage: str, done: int, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        if self._progress is None:
            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
            self._progress = Progress(
                *columns,
                console=Console(stderr=True),
                transient=True,
                auto_refresh=False,
                redirect_stdout=False,  # what is printed goes where it was to go
                redirect_stderr=False,
            )
            self._progress.start()
        count = f"{done:,} of {total:,}" if total else f"{done:,}"
        described = stage[:1].upper() + stage[1:]
        if self._task is None:
            self._task = self._progress.add_task(described, count=count)
        self._progress.update(self._task, description=described, completed=done, total=total or None, count=count)
        self._progress.refresh()

    def close(self) -> None:
        """Take the bar away."""
        progress, self._progress, self._task = self._progress, None, None
        if progress is not None:
            progress.stop()


_drawn: list[Bar] = []


def take_away() -> None:
    """Take every bar away, because something is to be printed now."""
    for bar in _drawn:
        bar.close()


@contextmanager
def shown(*, quiet: bool = False) -> Iterator[Bar]:
    """Show a bar while this runs, for whatever calls it; none where it would be in the way (`quiet`)."""
    bar = Bar(quiet=quiet)
    _drawn.append(bar)
    try:
        yield bar
    finally:
        bar.close()
        _drawn.remove(bar)
