"""Names of learners as a page shows them: as they are or, on a projector, as numbers that tell nobody who it is."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping

from attrs import field, frozen
from markupsafe import Markup, escape

from mastery.adapters.pages.catalogue import say
from mastery.adapters.pages.legible import legible
from mastery.adapters.sheets.text import cropped

__all__ = ["People", "hidden", "is_hidden"]

_LONGEST = 60
_HIDDEN = "~p"


@frozen
class People:
    """Learners under the names that a page shows.

    `hidden_by` is the secret of who looks, where names are hidden: with it every learner has a number and an address
    of their own, which say nothing to anybody else. `order` is the order in which they are then listed.
    """

    learners: tuple[str, ...]
    hidden_by: str = field(default="", repr=False)
    _numbers: Mapping[str, int] = field(init=False, repr=False)

    @_numbers.default
    def _in_hidden_order(self) -> Mapping[str, int]:
        if not self.hidden_by:
            return {}
        ordered = sorted(self.learners, key=lambda learner: hidden(learner, self.hidden_by))
        return {learner: n for n, learner in enumerate(ordered, start=1)}

    def name(self, learner: str) -> Markup:
        """Return what a learner is called on the page."""
        if self.hidden_by:
            number = self._numbers.get(learner)
            return say("person.hidden", number=number) if number else say("person.somebody")
        return Markup("<bdi>{}</bdi>").format(legible(cropped(learner, _LONGEST)))

    def address(self, learner: str) -> str:
        """Return what stands for a learner in an address."""
        return hidden(learner, self.hidden_by) if self.hidden_by else learner

    def listed(self, learners: Iterable[str]) -> list[str]:
        """Return learners in the order of a list: as given, or such that it tells nothing."""
        if not self.hidden_by:
            return list(learners)
        return sorted(learners, key=lambda learner: self._numbers.get(learner, 0))

    def text(self, sentence: str) -> Markup:
        """Return a sentence of the engine with the names in it as the page shows names."""
        if not self.hidden_by or not self.learners:
            return escape(legible(sentence))
        longest_first = sorted(self.learners, key=len, reverse=True)
        pattern = "|".join(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" for name in longest_first)
        return escape(legible(re.sub(pattern, lambda found: str(self.name(found[0])), sentence)))


def is_hidden(name: str) -> bool:
    """Return whether this may stand for a learner whose name is hidden."""
    return name.startswith(_HIDDEN)


def hidden(learner: str, secret: str) -> str:
    """Return what stands for a learner in an address where names are hidden by a secret."""
    return (
        _HIDDEN + hmac.new(secret.encode(), learner.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]
    )
