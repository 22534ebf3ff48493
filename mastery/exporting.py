"""Writing an export: everything that a store keeps, or one learner's facts, as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from mastery.export_format import Digest, adoption_line, end_line, fact_line, head_line
from mastery.facts import Fact
from mastery.watch import Watch

if TYPE_CHECKING:
    from mastery.store.protocol import Adoption, Store

__all__ = ["exported"]

_STAGE = "writing facts"


def exported(store: Store, learner: str | None, watch: Watch) -> Iterator[str]:
    """Return the lines of an export of what the store keeps at this moment, whatever is recorded meanwhile."""
    while True:
        adoptions, position = store.adoptions(), store.position()
        if store.editions() == len(adoptions):  # nothing was adopted in between: the two belong together
            pages = _pages(store, position, watch) if learner is None else iter([store.facts(learner)[0]])
            return _lines(learner, adoptions, pages)


def _lines(learner: str | None, adoptions: Sequence[Adoption], pages: Iterable[Sequence[Fact]]) -> Iterator[str]:
    digest, facts = Digest(), 0
    for line in (head_line(learner), *(adoption_line(adoption) for adoption in adoptions)):
        digest.add(line)
        yield line
    for page in pages:
        for fact in page:
            line = fact_line(fact)
            digest.add(line)
            facts += 1
            yield line
    yield end_line(len(adoptions), facts, digest.text())


def _pages(store: Store, position: int, watch: Watch) -> Iterator[list[Fact]]:
    at = 0
    while at < position:
        watch(_STAGE, at, position)
        page, after = store.log(at, min(5_000, position - at))
        yield page
        at = after if page else position
