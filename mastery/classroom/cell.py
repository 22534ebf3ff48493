"""Where one learner stands on one competency, in a word: what a class map has in each place."""

from __future__ import annotations

from attrs import frozen

from mastery.facts import Basis
from mastery.progress import Progress
from mastery.retention import Currency
from mastery.standing import Overlay, Standing, Status, WaitKind
from mastery.wording import many

__all__ = ["Cell", "cell_of"]

_SUFFIX = {Overlay.PAUSED: "paused", Overlay.HELD: "held", Overlay.PINNED: "pinned"}


@frozen
class Cell:
    """One place of a class map: `word` says the status, `also` what else is so, in a word each.

    The word is that of the status; of credit also how current it is ('met due', 'met lapsed'), of work in progress the
    counted pieces, and how many are wanted where there are too few. `also` names the basis of credit that is not
    demonstrated, then a pause, a hold, a pin, and that the credit is under question. `for_person`: the learner waits
    for a person.
    """

    word: str
    also: tuple[str, ...]
    status: Status
    currency: Currency | None = None
    basis: Basis | None = None
    for_person: bool = False

    @property
    def text(self) -> str:
        """All of it: 'met due, waived, pinned'."""
        return ", ".join((self.word, *self.also))

    @property
    def wants_recheck(self) -> bool:
        """Whether it is credit that is due or has lapsed."""
        return self.currency in (Currency.DUE, Currency.LAPSED)


def cell_of(progress: Progress, i: int) -> Cell:
    """Return the cell of a learner and the leaf at position `i`: their standing there, in words."""
    standing = progress.standing_at(i)
    basis = None if standing.credit is None else standing.credit.basis
    also = [] if basis is None or basis is Basis.DEMONSTRATED else [basis.value]
    also += [word for overlay, word in _SUFFIX.items() if overlay in standing.overlays]
    if standing.under_question:
        also.append("under question")
    wait = standing.wait
    for_person = wait is not None and wait.kind is WaitKind.PERSON
    wanted = progress.rules.rules[i].criteria.pieces
    return Cell(_word(standing, wanted), tuple(also), standing.status, standing.currency, basis, for_person)


def _word(standing: Standing, wanted: int) -> str:
    word = standing.status.value.replace("_", " ")
    if standing.status is Status.IN_PROGRESS:
        has_few = standing.pieces < wanted
        return f"{word} {standing.pieces}/{wanted} pieces" if has_few else f"{word} {many(standing.pieces, 'piece')}"
    if standing.currency in (Currency.DUE, Currency.LAPSED):
        return f"{word} {standing.currency.value}"
    return word
