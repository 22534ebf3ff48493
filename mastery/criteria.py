"""How much evidence is enough, and which pieces count."""

from collections.abc import Iterable
from datetime import date

from attrs import define, field, frozen, validators

from competencies.converters import names
from competencies.printing import Printed
from mastery.facts import Context, Evidence, Purpose
from mastery.settings import between, member, score, whole

__all__ = ["Counted", "Criteria"]


def _purposes(given: Iterable[str]) -> frozenset[Purpose]:
    return frozenset(member(Purpose, "counts", purpose) for purpose in names(given))


@frozen(repr=False)
class Criteria(Printed):
    """An estimate of `mastered_at` (0..1) from `pieces` counted pieces on `occasions`, `novel` in novel contexts.

    `counts` holds the purposes whose evidence counts. The bar is held in whole millionths, as scores are.
    """

    mastered_at: float = field(default=0.8, converter=score, validator=between(1e-6, 1))
    pieces: int = field(default=3, validator=whole(1))
    occasions: int = field(default=2, validator=whole(1))
    novel: int = field(default=0, validator=whole(0))
    counts: frozenset[Purpose] = field(
        default=frozenset({Purpose.FORMATIVE, Purpose.INTERIM, Purpose.SUMMATIVE, Purpose.CHECK}),
        converter=_purposes,
        validator=validators.min_len(1),
    )


@define
class Counted:
    """The pieces that count since the last revoke, in order of time; one competency's running tally.

    A repeated item counts once, the first time; an occasion is a named one, or one per UTC day and source.
    """

    criteria: Criteria
    pieces: list[Evidence] = field(factory=list)
    items: set[str] = field(factory=set)
    occasions: set[str | tuple[date, str]] = field(factory=set)
    novel: int = 0

    def takes(self, piece: Evidence) -> bool:
        """Count `piece` if it counts, and return whether it did."""
        if piece.purpose not in self.criteria.counts or piece.millionths is None:
            return False
        item = piece.item
        if item:
            if item in self.items:
                return False
            self.items.add(item)
        self.pieces.append(piece)
        self.occasions.add(piece.occasion or (piece.observed_at.date(), piece.source))
        if piece.context is Context.NOVEL:
            self.novel += 1
        return True

    def is_enough(self) -> bool:
        """Return whether pieces, occasions and novel contexts suffice, whatever the estimate."""
        wanted = self.criteria
        return (
            len(self.pieces) >= wanted.pieces and len(self.occasions) >= wanted.occasions and self.novel >= wanted.novel
        )
