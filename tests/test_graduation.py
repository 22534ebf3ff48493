"""Requirements of a course or of graduation: what is met, and the fewest competencies for the rest, by brute force."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import pytest
from worlds import BRIEF
from worlds_classes import classes
from worlds_facts import day

from competencies import All, AtLeast, Competency, Framework, Needs, Requirement, Share, evaluate, parse, text
from mastery import Basis, CheckRule, Criteria, Decision, DecisionKind, Evidence, PlanError, Policy, Progress
from mastery.classroom import Classroom, classroom
from mastery.planning.requirements import (
    Balance,
    Clause,
    LearnerRequirements,
    RequirementBook,
    RequirementVersion,
    assigned,
    requirements_from_toml,
    requirements_of,
)

WORK = frozenset({Basis.DEMONSTRATED, Basis.KEPT})


def drawn(rng: random.Random, framework: Framework) -> RequirementVersion:
    """Return a version of a few clauses over competencies and groups, some on a basis, and at times a balance."""
    names = [one.identifier for one in framework.competencies]
    asks: list[Clause | Balance] = []
    for n in range(rng.randint(1, 3)):
        some = rng.sample(names, min(len(names), rng.randint(1, 4)))
        parts: list[Requirement] = [Needs(name) for name in some]
        groups = [name for name in some if framework.parts(name)]
        asked: Requirement = rng.choice(
            [All(tuple(parts)), AtLeast(rng.randint(1, len(parts)), tuple(parts)), *(Share(60, one) for one in groups)]
        )
        asks.append(Clause(f"clause {n}", text(asked), rng.choice([frozenset(Basis), WORK])))
    if rng.random() < 0.5 and len(names) > 1:
        half = len(names) // 2
        sides = {"one": tuple(names[:half]), "other": tuple(names[half:])}
        asks.append(Balance("balance", rng.choice([30, 50, 80]), sides, rng.choice([frozenset(Basis), WORK])))
    return RequirementVersion("1", asks)


def cases(seed: str, usual: int) -> Iterator[tuple[Classroom, RequirementVersion, dict[str, LearnerRequirements]]]:
    """Yield small classes, a version of requirements for all of them, and what is answered of each learner."""
    for n, (room, _) in enumerate(classes(seed, usual)):
        version = drawn(random.Random(f"{seed}/{n}"), room.framework)
        answer = requirements_of(room, RequirementBook("all", [version]), dict.fromkeys(room.learners, version))
        yield room, version, {one.learner: one for one in answer.learners}


def credited(progress: Progress, basis: frozenset[Basis]) -> set[str]:
    """Return the competencies that are met on one of these bases."""
    return {
        leaf.identifier
        for i, (leaf, one) in enumerate(progress.standings())
        if progress.met >> i & 1 and one.credit is not None and one.credit.basis in basis
    }


def holds(framework: Framework, asked: Clause | Balance, met: set[str]) -> bool:
    """Whether a clause or balance is met, worked out from its words alone."""
    if isinstance(asked, Balance):
        for names in asked.categories.values():
            leaves = {leaf for name in names for leaf in under(framework, name)}
            if 100 * len(leaves & met) < asked.least * len(leaves):
                return False
        return True
    return evaluate(parse(asked.needs), met, lambda name: [one.identifier for one in framework.parts(name)])


def under(framework: Framework, name: str) -> list[str]:
    """Return the competencies without parts under a name."""
    parts = framework.parts(name)
    return [leaf for part in parts for leaf in under(framework, part.identifier)] if parts else [name]


def test_a_clause_is_met_exactly_when_its_words_say_so() -> None:
    """For every clause and balance, met, counted, open and the shares are what the credit on its bases comes to."""
    seen: Counter[str] = Counter()
    for room, version, found in cases("met", 250):
        for learner, progress in room:
            states = found[learner].clauses
            for asked, state in zip(version.asks, states, strict=True):
                met = credited(progress, asked.basis)
                assert state.met is holds(room.framework, asked, met)
                printed = {room.framework.printed_name(name) for name in met}
                assert set(state.counted) <= printed
                assert not set(state.open) & printed
                assert set(state.not_counted) == set(state.open) & {
                    room.framework.printed_name(name) for name in credited(progress, frozenset(Basis))
                }
                for category in state.categories:
                    assert category.met is (category.counted >= category.wanted)
                assert all(one.met for one in state.categories) is state.met or not state.categories
                seen += Counter(met=state.met, open=not state.met, barred=bool(state.not_counted))
            assert found[learner].met is all(state.met for state in states)
    assert BRIEF or min(seen.values()) >= 20, seen


def test_what_remains_would_do_in_its_order_and_nothing_smaller_would() -> None:
    """Met in their order, the legs and what is to be shown meet everything; no smaller set does where that is said."""
    seen: Counter[str] = Counter()
    for room, version, found in cases("remains", 150):
        for learner, progress in room:
            one = found[learner]
            legs = [leg.competency for leg in one.remaining]
            shown = [again.competency for again in one.to_show]
            assert reaches(progress, version, legs, shown)
            least = fewest(progress, version, one.left)
            assert one.left == least or (not one.smallest and one.left > least)
            seen += Counter(legs=len(legs) > 1, shown=bool(shown), sure=one.smallest and one.left > 0)
    assert BRIEF or min(seen["legs"], seen["sure"]) >= 40, seen
    assert BRIEF or seen["shown"] >= 10, seen


def reaches(progress: Progress, version: RequirementVersion, legs: list[str], shown: list[str]) -> bool:
    """Whether each leg is open when it comes, and all of it together meets every clause."""
    framework, state = progress.framework, progress.met
    place, gates = framework.expansion.position, framework.expansion.gates
    for name in legs:
        if progress.status(name) == "locked" and not gates[place[name]].met(state):
            return False
        state |= 1 << place[name]
    return all(holds(framework, asked, credited(progress, asked.basis) | {*legs} | {*shown}) for asked in version.asks)


def fewest(progress: Progress, version: RequirementVersion, enough: int) -> int:
    """Return the size of the smallest set of work that would do, at most `enough`, by trying every set."""
    every = credited(progress, frozenset(Basis))
    names = [leaf.identifier for leaf in progress.framework.leaves]
    for size in range(enough):
        for some in combinations(names, size):
            legs = [name for name in some if name not in every]
            if feasible(progress, legs) and reaches(progress, version, [], [*some]):
                return size
    return enough


def feasible(progress: Progress, legs: list[str]) -> bool:
    """Whether these can be met one after another in some order."""
    place, gates = progress.framework.expansion.position, progress.framework.expansion.gates
    state, left = progress.met, {*legs}
    while left:
        ready = [n for n in left if progress.status(n) != "locked" or gates[place[n]].met(state)]
        if not ready:
            return False
        state |= 1 << place[ready[0]]
        left.discard(ready[0])
    return True


def test_more_credit_never_leaves_more_to_do() -> None:
    """With a grant of anything more, no clause is lost, and where both are sure no more competencies remain."""
    granted = 0
    for n, (room, version, found) in enumerate(cases("more", 120)):
        rng = random.Random(n)
        leaf = rng.choice(room.framework.leaves).identifier
        facts = {}
        for learner, progress in room:
            told = {"by": "the teacher", "why": "shown", "observed_at": room.at, "key": "more"}
            given = Decision(learner=learner, competency=leaf, kind=DecisionKind.GRANT, **told)  # type: ignore[arg-type]
            facts[learner] = [*progress.facts, given]
        after = requirements_of(
            classroom(room.framework, room.policy, facts, room.at),
            RequirementBook("all", [version]),
            dict.fromkeys(room.learners, version),
        )
        for one in after.learners:
            before = found[one.learner]
            if credited(room.progress[one.learner], frozenset(Basis)) >= {leaf}:
                continue  # a grant does not make earned credit of another basis, but it may confirm what had lapsed
            assert all(b.met <= a.met for b, a in zip(before.clauses, one.clauses, strict=True))
            if before.smallest and one.smallest and all(asked.basis == frozenset(Basis) for asked in version.asks):
                assert one.left <= before.left
            granted += before.left > one.left
    assert BRIEF or granted >= 10


# Examples.

SMALL = Framework(
    "small",
    [Competency(n, code=n.upper()) for n in ("a", "b", "c", "d")]
    + [Competency("e1"), Competency("e2"), Competency("g")],
    requires={"b": "a", "d": "b or c"},
    part_of={"e1": "g", "e2": "g"},
)
EASY = Policy(criteria=Criteria(0.8, pieces=1, occasions=1), check=CheckRule(required=False))


def room_of(**credit: str) -> Classroom:
    """Return a class in which each learner has shown the competencies of one text, a waived one in capitals."""
    facts: dict[str, list[Evidence | Decision]] = {}
    for learner, names in credit.items():
        facts[learner] = [
            Evidence(learner, name, 1.0, day(0), key=name)
            if name.islower()
            else Decision(
                learner=learner,
                competency=name.lower(),
                kind=DecisionKind.WAIVE,
                by="the teacher",
                why="placed",
                observed_at=day(0),
                key=name,
            )
            for name in names.split()
        ]
    return classroom(SMALL, EASY, facts, day(1))


def ask(room: Classroom, *asks: Clause | Balance) -> LearnerRequirements:
    version = RequirementVersion("1", asks)
    return requirements_of(room, RequirementBook("x", [version]), dict.fromkeys(room.learners, version)).learners[0]


def test_a_mean_over_the_bar_does_not_hide_a_hole() -> None:
    """Everything of one category and nothing of the other is 50% in the mean, and the balance of 50% is open."""
    one = ask(room_of(ana="a b c d"), Balance("both", 50, {"letters": ("A", "b", "c", "d"), "group": ("g",)}))
    state = one.clauses[0]
    assert [(c.name, c.counted, c.of, c.wanted, c.percent) for c in state.categories] == [
        ("letters", 4, 4, 2, 100),
        ("group", 0, 2, 1, 0),
    ]
    assert (state.mean_percent, state.met, state.ways) == (50, False, ())
    assert [leg.competency for leg in one.remaining] == ["e1"]


def test_waived_credit_does_not_stand_in_for_own_work() -> None:
    """A clause that takes own work alone leaves a waived competency open, and says what stands in its way."""
    own = Clause("own", "a; c", WORK)
    one = ask(room_of(ana="A c"), own, Clause("any", "a"))
    assert [state.met for state in one.clauses] == [False, True]
    assert one.clauses[0].not_counted == ("A",)
    assert [(again.name, again.because) for again in one.to_show] == [
        ("A", "Waived by a person, which work does not replace: a person would have to revoke it first.")
    ]
    assert (one.remaining, one.left, one.smallest) == ((), 1, True)


def test_ways_are_told_for_a_clause_that_is_open() -> None:
    """The smallest sets of what the clause mentions are named, three of them, and that there are more."""
    state = ask(room_of(ana="a"), Clause("some", "2 of (a, b, c, d, e1)")).clauses[0]
    assert (state.ways, state.more) == ((("B",), ("C",), ("D",)), True)
    assert (state.counted, state.open) == (("A",), ("B", "C", "D", "e1"))


def test_a_learner_without_a_version_is_named_and_nothing_is_claimed() -> None:
    """Whose cohort is not known has no clauses, is not met, and is named among what to bear in mind."""
    room = room_of(ana="a", bo="a")
    book = RequirementBook("x", [RequirementVersion("1", [Clause("one", "a")], ("old",))])
    answer = requirements_of(room, book, assigned(book, room.learners, cohorts={"ana": "old"}))
    assert [(one.learner, one.version, one.met, one.left) for one in answer.learners] == [
        ("ana", "1", True, 0),
        ("bo", None, False, 0),
    ]
    assert answer.caveats[0] == "No cohort is known for bo, so nothing can be said of what they have to meet."
    assert [(count.met, count.of) for count in answer.counts] == [(1, 1)]
    assert answer.table().rows[-1] == ("bo", "", "", "all of it", "unknown", "", "", "")


def test_credit_under_question_counts_and_is_named() -> None:
    """What a change of rules left under question still counts, and the answer says for whom."""
    room = room_of(ana="a b")
    facts = list(room.progress["ana"].facts)
    revoke = Decision(
        learner="ana", competency="a", kind="revoke", by="the teacher", why="copied", observed_at=day(0.5), key="r"
    )
    after = classroom(SMALL, EASY, {"ana": [*facts, revoke]}, day(1))
    version = RequirementVersion("1", [Clause("one", "b")])
    answer = requirements_of(after, RequirementBook("x", [version]), {"ana": version})
    assert answer.learners[0].met
    assert answer.caveats == ("Credit that is under question counts here, for ana: a person has still to decide.",)


# Versions.

BOOK = """
title = "Both"
[[version]]
name = "old"
cohorts = ["2026"]
[[version.clause]]
name = "one"
needs = "a"
[[version]]
name = "new"
cohorts = ["2027", "2028"]
[[version.clause]]
name = "one"
needs = "a; b"
[[version.balance]]
name = "two"
least = 50
categories = { letters = "?", group = ["g"] }
"""


def test_each_cohort_lives_by_its_own_version() -> None:
    """A cohort's version is the one that names it; a version or a cohort can be asked about for everybody."""
    book = requirements_from_toml(BOOK)
    given = assigned(book, ["ana", "bo", "cy"], cohorts={"ana": "2026", "bo": "2028"})
    assert {who: one and one.name for who, one in given.items()} == {"ana": "old", "bo": "new", "cy": None}
    assert {one and one.name for one in assigned(book, ["ana"], version="new").values()} == {"new"}
    assert {one and one.name for one in assigned(book, ["ana"], cohort="2026").values()} == {"old"}
    only = RequirementBook("one", book.versions[:1])
    assert {one and one.name for one in assigned(only, ["ana"]).values()} == {"old"}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"version": "newer"}, "there is no version 'newer'; did you mean new?"),
        ({"cohort": "2029"}, "no version is for the cohort '2029'"),
        ({"cohorts": {"ana": "2030", "bo": "1999"}}, "'1999'"),
        ({}, "a version or a cohort has to be named: there are the versions old, new"),
    ],
)
def test_what_names_no_version_is_refused(given: dict[str, object], says: str) -> None:
    """A version or cohort that there is not, or nothing where there are several, is refused with what there is."""
    with pytest.raises(PlanError, match=r".*") as told:
        assigned(requirements_from_toml(BOOK), ["ana", "bo"], **given)  # type: ignore[arg-type]
    assert says in str(told.value)


@pytest.mark.parametrize(
    ("text_", "says"),
    [
        ("title = ", "is not TOML"),
        ("title = 'x'", "at least one version was wanted"),
        (BOOK.replace('title = "Both"', "titel = 'x'"), "'titel' is no setting; did you mean title?"),
        (BOOK.replace('needs = "a"', 'needs = "2 of (a"'), "version 1, clause 1: "),
        (BOOK.replace('needs = "a"\n', ""), "version 1, clause 1: needs: a text was wanted, got None"),
        (BOOK.replace('needs = "a"\n', 'needs = "a"\nbasis = ["waived"]\n'), "demonstrated has to be among them"),
        (BOOK.replace('needs = "a"\n', 'needs = "a"\nbasis = ["earned"]\n'), "basis: one of demonstrated"),
        (BOOK.replace('needs = "a"\n', 'needs = "a"\nbasis = "granted"\n'), "basis: a list of bases was wanted"),
        (BOOK.replace("least = 50", "least = 0"), "version 2, balance 1: least: a whole number from 1 was wanted"),
        (BOOK.replace('{ letters = "?", group = ["g"] }', '{ letters = "?" }'), "categories: two or more were wanted"),
        (
            BOOK.replace('{ letters = "?", group = ["g"] }', '{ a = 7, b = ["g"] }'),
            "categories: two or more were wanted",
        ),
        (BOOK.replace('"2028"', '"2026"'), "cohort: each once was wanted, got 2026 more than once"),
        (BOOK.replace('name = "new"', 'name = "old"'), "version: each once was wanted, got old more than once"),
        (BOOK.replace('name = "two"', 'name = "one"'), "clause: each once was wanted, got one more than once"),
        (BOOK.replace("[[version.balance]]", "[version.balance]"), "balance: a list of tables was wanted"),
        ("title = 'x'\nversion = 3", "version: a list of tables was wanted ([[version]] in TOML), got 3"),
        ("title = 'x'\n[[version]]\nname = 'v'", "version 1: at least one clause or balance was wanted"),
        (BOOK.replace('["2026"]', "3"), "version 1: cohorts: a list of names was wanted, got 3"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(text_: str, says: str) -> None:
    """Each fault of a file of requirements is told with its place, and the refusal begins with the file."""
    with pytest.raises(PlanError) as told:
        requirements_from_toml(text_, where="The requirements x.toml")
    assert str(told.value).startswith("The requirements x.toml ")
    assert says in str(told.value)


def test_every_fault_of_a_file_is_told_at_once() -> None:
    """Two faults in two versions are both in the refusal."""
    broken = BOOK.replace('needs = "a"', 'needs = ""').replace("least = 50", "least = 101")
    with pytest.raises(PlanError) as told:
        requirements_from_toml(broken)
    assert [fault.split(":")[0] for fault in told.value.faults] == ["version 1, clause 1", "version 2, balance 1"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (Clause("one", "a; zz"), "version 1, one: "),
        (Clause("one", "80% of a"), "A share wants a group, got 'A', which has no parts."),
        (Balance("two", 50, {"x": ("q*",), "y": ("g",)}), "category x: no code is like 'q*'"),
        (Balance("two", 50, {"x": ("a",), "y": ("gg",)}), "category y: "),
    ],
)
def test_names_that_the_framework_does_not_know_are_refused(asked: Clause | Balance, says: str) -> None:
    """A clause or category about what is not in the framework is refused with its place."""
    with pytest.raises(PlanError) as told:
        ask(room_of(ana="a"), asked)
    assert str(told.value).startswith("x does not fit the framework: ")
    assert says in str(told.value)
