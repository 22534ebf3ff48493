"""One thing to be learnt: `Competency`, its levels, its kind, and the blueprint of its knowledge check."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen, validators

from competencies.converters import mapping, names
from competencies.printing import Printed

__all__ = ["CheckBlueprint", "Competency", "Kind", "Level"]


class Kind(StrEnum):
    """What sort of learning a competency names."""

    KNOWLEDGE = "knowledge"
    SKILL = "skill"
    APPLICATION = "application"
    DISPOSITION = "disposition"


@frozen(repr=False)
class Level(Printed):
    """A level of performance and the words that describe it."""

    name: str = field(validator=validators.min_len(1))
    descriptor: str = ""


def _levels(given: Iterable[Level]) -> tuple[Level, ...]:
    return tuple(given)


@frozen(repr=False)
class CheckBlueprint(Printed):
    """What a knowledge check of one competency looks like.

    `pass_score` is 0..1, `questions` the number of questions, `items` the names of parallel forms: a retake uses a
    form that the learner has not seen.
    """

    pass_score: float = field(validator=[validators.gt(0), validators.le(1)])
    questions: int = field(validator=[validators.instance_of(int), validators.ge(1)])
    items: tuple[str, ...] = field(default=(), converter=names)


@frozen(repr=False)
class Competency(Printed):
    """One competency: a thing that a learner can show.

    `identifier` is stable and unique (a CASE GUID, say), `code` is what people type, `statement` says it in a
    sentence. `extras` keeps what a file said beyond our fields, so that nothing is lost; it never changes meaning.
    """

    identifier: str = field()
    code: str = ""
    statement: str = ""
    kind: Kind | None = field(default=None, validator=validators.optional(validators.instance_of(Kind)))
    item_type: str = ""
    levels: tuple[Level, ...] = field(default=(), converter=_levels)
    tags: tuple[str, ...] = field(default=(), converter=names)
    alignments: tuple[str, ...] = field(default=(), converter=names)
    check: CheckBlueprint | None = None
    extras: Mapping[str, Any] = field(factory=dict, hash=False, converter=mapping)

    @identifier.validator
    def _named(self, _: object, identifier: object) -> None:
        if not isinstance(identifier, str) or not identifier:
            raise ValueError(f"A competency wants an identifier, a text that is not empty, got {identifier!r}.")

    @property
    def label(self) -> str:
        """The code where there is one, else the identifier."""
        return self.code or self.identifier
