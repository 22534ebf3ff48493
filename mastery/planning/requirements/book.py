"""What a course, a credential or graduation asks for: versions for cohorts, each of clauses and balances."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from competencies import parse
from competencies.errors import near_miss
from mastery.errors import PlanError
from mastery.facts import Basis
from mastery.settings import member, whole

__all__ = ["Balance", "Clause", "RequirementBook", "RequirementVersion"]


def _text(_: Any, attribute: Any, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{attribute.name}: a text was wanted, got {value!r}")


def _texts(given: object) -> object:
    return tuple(given) if isinstance(given, Iterable) and not isinstance(given, str | bytes) else given


def _categories(given: object) -> object:
    if not isinstance(given, Mapping):
        return given
    return {name: (one,) if isinstance(one, str) else _texts(one) for name, one in given.items()}


def _some(_: Any, attribute: Any, value: Any) -> None:
    if not value:
        what = "clause or balance" if attribute.name == "asks" else "version"
        raise ValueError(f"at least one {what} was wanted, got none")


def _bases(given: Iterable[str]) -> frozenset[Basis]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"basis: a list of bases was wanted, got {given!r}")
    return frozenset(member(Basis, "basis", one) for one in given)


def _with_work(_: object, __: object, value: frozenset[Basis]) -> None:
    if Basis.DEMONSTRATED not in value:
        raise ValueError("basis: demonstrated has to be among them, or no work could ever meet this")


@frozen
class Clause:
    """One thing that is asked: `needs` is a requirement's text, such as `80% of FOPS` or `2 of (RA6.3, RA6.4, RA6.5)`.

    Credit counts whose basis is in `basis` (default: any). Raises ValueError, or RequirementError for the text.
    """

    name: str = field(validator=_text)
    needs: str = field(validator=_text)
    basis: frozenset[Basis] = field(default=frozenset(Basis), converter=_bases, validator=_with_work)

    @needs.validator
    def _readable(self, _: object, needs: str) -> None:
        parse(needs)


@frozen
class Balance:
    """At least `least` percent (1..100) of the competencies of each category: no mean can hide a hole.

    `categories` names competencies for each category: identifiers, codes (of a group: all its parts), or patterns of
    codes such as `FR*`. A competency may be in several. Raises TypeError or ValueError.
    """

    name: str = field(validator=_text)
    least: int = field(validator=whole(1, 100))
    categories: Mapping[str, tuple[str, ...]] = field(converter=_categories)
    basis: frozenset[Basis] = field(default=frozenset(Basis), converter=_bases, validator=_with_work)

    @categories.validator
    def _told(self, _: object, given: object) -> None:
        lists = isinstance(given, Mapping) and all(
            isinstance(one, tuple) and one and all(isinstance(name, str) for name in one) for one in given.values()
        )
        if not lists or len(given) < 2:  # type: ignore[arg-type]
            raise ValueError(f"categories: two or more were wanted, each with a list of codes, got {given!r}")


@frozen
class RequirementVersion:
    """What is asked of some cohorts: every clause and every balance. Raises TypeError or ValueError."""

    name: str = field(validator=_text)
    asks: tuple[Clause | Balance, ...] = field(converter=tuple, validator=_some)
    cohorts: tuple[str, ...] = field(default=(), converter=_texts)

    @cohorts.validator
    def _named(self, _: object, given: object) -> None:
        if not isinstance(given, tuple) or not all(isinstance(one, str) and one.strip() for one in given):
            raise ValueError(f"cohorts: a list of names was wanted, got {given!r}")

    @asks.validator
    def _told_apart(self, _: object, asks: Sequence[Clause | Balance]) -> None:
        _distinct("clause", [one.name for one in asks])


@frozen
class RequirementBook:
    """The versions of one requirement; a cohort is in one of them at most. Raises ValueError."""

    title: str = field(validator=_text)
    versions: tuple[RequirementVersion, ...] = field(converter=tuple, validator=_some)

    @versions.validator
    def _apart(self, _: object, versions: Sequence[RequirementVersion]) -> None:
        _distinct("version", [one.name for one in versions])
        _distinct("cohort", [cohort for one in versions for cohort in one.cohorts])

    def version(self, name: str) -> RequirementVersion:
        """Return the version of this name; raises PlanError with the near miss."""
        found = {one.name: one for one in self.versions}
        if name not in found:
            told = f"there is no version {name!r}{near_miss(name, found)} (there are: {', '.join(found)})"
            raise PlanError(self.title, [told])
        return found[name]

    def for_cohorts(self, cohorts: Iterable[str]) -> dict[str, RequirementVersion]:
        """Return the version that each cohort lives by; raises PlanError, with near misses, for all that have none."""
        found = {name: one for one in self.versions for name in one.cohorts}
        wanted = list(dict.fromkeys(cohorts))
        known = f" (there are: {', '.join(found) or 'none'})"
        strange = [
            f"no version is for the cohort {one!r}{near_miss(one, found)}{known}" for one in wanted if one not in found
        ]
        if strange:
            raise PlanError(self.title, strange)
        return {one: found[one] for one in wanted}

    def only(self) -> RequirementVersion:
        """Return the one version that there is; raises PlanError where there are several."""
        if len(self.versions) > 1:
            names = ", ".join(one.name for one in self.versions)
            raise PlanError(self.title, [f"a version or a cohort has to be named: there are the versions {names}"])
        return self.versions[0]


def _distinct(what: str, names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{what}: each once was wanted, got {', '.join(twice)} more than once")
