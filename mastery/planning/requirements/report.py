"""`requirements_of`: what each learner of a class has met of what their version asks, and what remains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from competencies.gate import bits
from mastery.classroom.answer import Table
from mastery.classroom.room import Classroom
from mastery.planning.requirements.book import RequirementBook, RequirementVersion
from mastery.planning.requirements.compiled import compiled
from mastery.planning.requirements.met import LearnerRequirements, learner_requirements
from mastery.standing import Overlay
from mastery.wording import listed, many

__all__ = ["ClauseCount", "RequirementReport", "assigned", "requirements_of"]


@frozen
class ClauseCount:
    """How many of the learners of a version meet one of its clauses."""

    version: str
    clause: str
    met: int
    of: int


@frozen
class RequirementReport:
    """Where each learner is, in the order of the class, and how many meet each clause."""

    title: str
    learners: tuple[LearnerRequirements, ...]
    counts: tuple[ClauseCount, ...]
    because: tuple[str, ...]
    caveats: tuple[str, ...]

    def table(self) -> Table:
        """Return a row for each learner and clause, and one for each learner with all that remains."""
        header = ("learner", "version", "clause", "asks", "met", "counted", "open", "remaining")
        return Table(header, tuple(row for one in self.learners for row in _rows(one)))


def _rows(one: LearnerRequirements) -> Iterator[tuple[str, ...]]:
    version = one.version or ""
    for clause in one.clauses:
        said = "yes" if clause.met else "no"
        counted, left = (", ".join(names) for names in (clause.counted, clause.open))
        yield one.learner, version, clause.name, clause.asks, said, counted, left, ""
    names = [leg.code or leg.competency for leg in one.remaining] + [again.name for again in one.to_show]
    said = "yes" if one.met else "no" if one.version else "unknown"
    yield one.learner, version, "", "all of it", said, "", "", ", ".join(names)


def assigned(
    book: RequirementBook,
    learners: Iterable[str],
    *,
    version: str | None = None,
    cohort: str | None = None,
    cohorts: Mapping[str, str] | None = None,
) -> dict[str, RequirementVersion | None]:
    """Return the version of each learner: the one named, else by their cohort, else the only one that there is.

    With `cohorts` (cohort by learner), a learner who is not in it has None. Raises PlanError for a version or a cohort
    that there is not, with every such name, and where there are several versions and nothing says which.
    """
    if cohorts is None:
        named = book.version(version) if version else book.for_cohorts([cohort])[cohort] if cohort else book.only()
        return dict.fromkeys(learners, named)
    by_cohort = book.for_cohorts(cohorts.values())
    return {learner: by_cohort[cohorts[learner]] if learner in cohorts else None for learner in learners}


def requirements_of(
    room: Classroom, book: RequirementBook, versions: Mapping[str, RequirementVersion | None]
) -> RequirementReport:
    """Return what each learner has met of their version and the fewest competencies for the rest.

    What counts as met at gates counts here: credit, and where the policy has a lapse lock, no lapsed credit; a clause
    may take credit on some bases only. Same input, same answer. Raises PlanError for names that the framework does
    not know.
    """
    asks = compiled(book, room.framework)
    found = []
    for learner, progress in room:
        version = versions.get(learner)
        found.append(
            LearnerRequirements(learner, None)
            if version is None
            else learner_requirements(learner, progress, version, asks[version.name])
        )
    told = tuple(found)
    return RequirementReport(book.title, told, _counts(book, told), _rule(book, told), tuple(_caveats(room, told)))


def _counts(book: RequirementBook, learners: Iterable[LearnerRequirements]) -> tuple[ClauseCount, ...]:
    by_version: dict[str, list[LearnerRequirements]] = {}
    for one in learners:
        if one.version is not None:
            by_version.setdefault(one.version, []).append(one)
    return tuple(
        ClauseCount(version.name, asked.name, sum(one.clauses[n].met for one in theirs), len(theirs))
        for version in book.versions
        if (theirs := by_version.get(version.name))
        for n, asked in enumerate(version.asks)
    )


def _rule(book: RequirementBook, learners: Iterable[LearnerRequirements]) -> tuple[str, ...]:
    used = {one.version for one in learners}
    told = [
        f"{version.name}{f' (for {listed(version.cohorts)})' if version.cohorts else ''}"
        for version in book.versions
        if version.name in used
    ]
    which = f"Version {listed(told)} of {book.title}." if told else f"No version of {book.title} applies."
    return (
        which,
        "Met is what counts as met at gates; every clause has to be met, and every category of a balance by itself.",
        "What remains: as few competencies as can be, with the prerequisites that they still need.",
    )


def _caveats(room: Classroom, learners: Iterable[LearnerRequirements]) -> Iterator[str]:
    told = list(learners)
    without = [one.learner for one in told if one.version is None]
    if without:
        yield f"No cohort is known for {listed(without)}, so nothing can be said of what they have to meet."
    unsure = [one.learner for one in told if not one.smallest]
    if unsure:
        yield f"For {listed(unsure)} there are too many ways to try them all: fewer competencies may do."
    questioned = [one.learner for one in told if _leans_on_questions(room, one)]
    if questioned:
        yield f"Credit that is under question counts here, for {listed(questioned)}: a person has still to decide."
    by_hand = sum(len(one.to_show) for one in told)
    if by_hand:
        yield f"{many(by_hand, 'credit')} rest on a basis that a clause does not take: see why at each."
    yield from room.caveats()


def _leans_on_questions(room: Classroom, one: LearnerRequirements) -> bool:
    """Whether anything that counts for a clause is credit under question."""
    counted = {name for clause in one.clauses for name in clause.counted}
    progress = room.progress[one.learner]
    return any(
        room.rules.printed[i] in counted and Overlay.UNDER_QUESTION in progress.standing_at(i).overlays
        for i in bits(progress.met)
    )
