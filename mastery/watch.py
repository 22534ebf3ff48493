"""How what takes long tells how far it is: it calls a `Watch`, and whoever gave that shows it, or does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["Watch", "each_watched", "unwatched", "watched"]

Watch = Callable[[str, int, int], None]
"""Called with what is being done in words, how much of it is done, and how much there is (0: nobody knows)."""

_EVERY = 500


def unwatched(_stage: str, _done: int, _total: int) -> None:
    """Take no notice."""


def watched(lines: Iterable[str], watch: Watch, stage: str) -> Iterator[str]:
    """Yield lines, and tell of every so many."""
    for n, line in enumerate(lines):
        if n % _EVERY == 0:
            watch(stage, n, 0)
        yield line


def each_watched(learners: Sequence[str], watch: Watch, stage: str) -> Iterator[str]:
    """Yield learners, and tell of each."""
    for n, learner in enumerate(learners):
        watch(stage, n, len(learners))
        yield learner
