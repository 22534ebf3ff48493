"""The path to a goal: every leg can be done when it comes, none can be left out, and no way asks for fewer."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from typing_commands import Run, fits
from worlds import BRIEF, Pick, World, dense, profile, worlds

import competencies
from competencies import Framework
from competencies.gate import OPEN, Gate, bits
from mastery import (
    Action,
    CheckRule,
    Criteria,
    Decision,
    DecisionKind,
    Evidence,
    Lapse,
    Policy,
    Progress,
    Purpose,
    Retention,
    Status,
    evaluate,
    path,
    route,
    shortest,
)
from mastery.goals import goal_of
from mastery.route import gates_ahead

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
PACK = competencies.pack("fractions-to-proportions")
EASY = Policy(criteria=Criteria(pieces=1, occasions=1), check=None)


def asked(world: World, pick: Pick) -> tuple[Progress, str]:
    """A progress and a goal: a competency, a group, or an expression of several."""
    progress = evaluate(world.framework, world.policy, world.facts, world.at)
    names = [f'"{one.identifier}"' for one in world.framework.competencies]
    some = list(dict.fromkeys(pick(names) for _ in range(3)))
    options = [some[0].strip('"'), "; ".join(some), " or ".join(some), f"{len(some)} of ({', '.join(some)})"]
    return progress, pick(options)


def shut(progress: Progress, i: int) -> Gate:
    """What shuts a leaf still, said anew: its gate where it is locked."""
    locked = progress.standings()
    status = [standing.status for _, standing in locked][i]
    return progress.framework.expansion.gates[i] if status is Status.LOCKED else OPEN


def reaches(progress: Progress, allowed: int, goal: Gate) -> bool:
    """Whether the goal is met by taking, of what is allowed, one after the other, whatever is open."""
    state, grew = progress.met, True
    while grew:
        new = [i for i in bits(allowed & ~state) if shut(progress, i).met(state)]
        grew = bool(new)
        for i in new:
            state |= 1 << i
    return goal.met(state)


def fewest(progress: Progress, goal: Gate) -> int:
    """The fewest leaves by which the goal can be reached, by trying every set of them."""
    leaves = [i for i in range(len(progress.framework.leaves)) if not progress.met >> i & 1]
    for size in range(len(leaves) + 1):
        for chosen in combinations(leaves, size):
            if reaches(progress, sum(1 << i for i in chosen), goal):
                return size
    raise AssertionError("nothing reaches the goal, which no framework allows")


def holds(world: World, pick: Pick) -> int:
    progress, text = asked(world, pick)
    found, goal = route(progress, text), goal_of(progress.framework, text).gate
    position = progress.framework.expansion.position
    legs = [position[leg.competency] for leg in found.legs]
    state = progress.met
    for i, leg in zip(legs, found.legs, strict=True):
        assert not state >> i & 1
        assert shut(progress, i).met(state)
        assert leg.missing
        state |= 1 << i
    assert goal.met(state)
    assert found.met is (not legs)
    for i in legs:
        assert not reaches(progress, sum(1 << j for j in legs if j != i), goal)
    if legs:
        first = found.legs[0]
        assert first.action is not None or first.wait is not None
    assert found.shortest
    assert len(legs) == fewest(progress, goal)
    assert found == route(progress, text)
    return len(legs)


@profile(40)
@given(worlds())
def test_a_path_is_feasible_needed_and_shortest(drawn: tuple[World, Pick]) -> None:
    """Each leg is open when it comes, the goal closes without any one of them, and trying all sets finds no fewer."""
    holds(*drawn)


def test_paths_of_dense_worlds_are_feasible_needed_and_shortest() -> None:
    """The same in larger worlds, where many paths have several legs."""
    lengths = [holds(world, rng.choice) for world, rng in dense("path", 60)]
    assert sum(n > 1 for n in lengths) >= len(lengths) // 8


def wide(k: int, n: int, chains: bool) -> Framework:
    """Return a goal that wants k of n, where each of the n may have a prerequisite of its own."""
    names = [f"c{i}" for i in range(n)]
    before = {name: f"p{name}" for name in names} if chains else {}
    given_ = [competencies.Competency(name) for name in [*before.values(), *names, "goal"]]
    return competencies.Framework("wide", given_, requires={**before, "goal": f"{k} of ({', '.join(names)})"})


def test_where_there_are_too_many_ways_the_path_says_so_and_still_works() -> None:
    """A wide choice is beyond trying all: `shortest` is not claimed, yet each leg is needed."""
    found = route(evaluate(wide(7, 14, chains=True), EASY, [], T0), "goal")

    assert not found.shortest
    assert {leg.competency for leg in found.legs} == {f"{p}c{n}" for n in range(7) for p in ("p", "")} | {"goal"}
    assert "a shorter one may exist" in found.because[-1]


def test_a_wide_choice_is_told_to_be_shortest_where_nothing_less_could_do() -> None:
    """As many alternatives as are asked for and nothing else: no way could take fewer, so that is claimed."""
    found = route(evaluate(wide(7, 14, chains=False), EASY, [], T0), "goal")

    assert found.shortest
    assert [leg.competency for leg in found.legs] == [*(f"c{n}" for n in range(7)), "goal"]


def test_a_long_row_before_a_wide_choice_has_a_path() -> None:
    """Behind 1,500 competencies in a row and a choice too wide to try, a path is found all the same."""
    row, alternatives = [f"c{i}" for i in range(1500)], [f"w{i}" for i in range(14)]
    before = {one: f"p{one}" for one in alternatives}
    names = [*row, *before.values(), *alternatives, "goal"]
    wanted = {"goal": f"c1499; 7 of ({', '.join(alternatives)})"}
    requires = {**dict(zip(row[1:], row[:-1], strict=True)), **before, **wanted}
    long = Framework("long", [competencies.Competency(name) for name in names], requires=requires)
    found = route(evaluate(long, EASY, [], T0), "goal")

    assert (len(found.legs), found.shortest) == (1515, False)


def test_without_a_search_what_is_found_works_and_is_claimed_only_where_no_set_is_smaller() -> None:
    """Taken greedily a set still meets the goal in an order that works, needs each leaf, and never claims too much."""
    seen: Counter[str] = Counter()
    for world, rng in dense("greedy", 120):
        progress = evaluate(world.framework, world.policy, world.facts, world.at)
        goal = goal_of(world.framework, rng.choice(world.framework.competencies).identifier)
        gates = gates_ahead(progress, goal.gate.mask)
        least, _ = shortest.fewest(progress.met, goal.gate, gates)
        few, claimed = shortest.fewest(progress.met, goal.gate, gates, most_tried=0)

        assert works(progress.met, few, goal.gate, gates)
        assert not any(works(progress.met, few & ~(1 << i), goal.gate, gates) for i in bits(few))
        assert few.bit_count() == least.bit_count() or not claimed
        seen += Counter(cases=1, claimed=claimed, work=few.bit_count() > 1, more=few.bit_count() > least.bit_count())
    assert BRIEF or (seen["claimed"] > seen["cases"] / 2 and seen["work"] > seen["cases"] / 8), seen


def works(met: int, chosen: int, goal: Gate, gates: Mapping[int, Gate]) -> bool:
    """Whether the leaves can be met one after another, and meet the goal."""
    left = chosen
    while ready := [i for i in bits(left) if gates[i].met(met)]:
        met, left = met | 1 << ready[0], left & ~(1 << ready[0])
    return not left and goal.met(met)


def decided(kind: DecisionKind, code: str, **more: object) -> Decision:
    what = {"learner": "ana", "competency": code, "by": "the teacher", "why": "as agreed", "observed_at": T0, **more}
    return Decision(kind=kind, key=f"{kind}-{code}", **what)  # type: ignore[arg-type]


def test_what_lapsed_and_locks_is_a_leg_to_repair() -> None:
    """A failed recheck that locks stands on the path as a repair, before what needs it."""
    policy = Policy(criteria=EASY.criteria, check=CheckRule(wait_days=1), retention=Retention(lapse=Lapse.LOCK))
    failed = Evidence("ana", "FR3.1", 0.1, T0 + timedelta(days=1), purpose=Purpose.CHECK)
    progress = evaluate(PACK, policy, [decided(DecisionKind.GRANT, "FR3.1"), failed], T0 + timedelta(days=9))
    legs = route(progress, "FR3.2").legs

    assert [(leg.code, leg.action) for leg in legs] == [("FR3.1", Action.REPAIR), ("FR3.2", None)]
    assert legs[0].missing == "it has lapsed: the check, passed at 0.80"
    assert legs[1].after == ("FR3.1",)


def test_a_goal_that_is_met_says_so() -> None:
    """A met goal has no legs."""
    found = route(evaluate(PACK, EASY, [decided(DecisionKind.GRANT, "FR3.1")], T0), "FR3.1")

    assert (found.met, found.legs, found.because) == (True, (), ("FR3.1 is met: nothing is left to do for it.",))


def test_a_leg_that_is_held_says_by_whom_and_why() -> None:
    """The first leg of a path may wait for a person; the path says so."""
    progress = evaluate(PACK, EASY, [decided(DecisionKind.HOLD, "FR3.1")], T0 + timedelta(days=1))
    found = route(progress, "FR3.2")

    assert "The first, FR3.1, waits: held: as agreed, by the teacher." in found.because
    assert found.legs[0].missing.startswith("held: as agreed, by the teacher")


def test_the_command_tells_the_legs_in_words_and_json(school: Run) -> None:
    """`path` prints each leg with what it is missing, and its JSON fits the schema and has the same legs."""
    asked_for = ("path", "ana", "FR3.3; (WN3.2 or WN4.2)", "--as-of", "2026-03-06")
    code, words, _ = school(*asked_for)
    answer = fits(school(*asked_for, "--json")[1], "path")

    assert code == 0
    assert [f"{n}. {leg['code']}" for n, leg in enumerate(answer["legs"], 1)] == [
        line.split(" (")[0] for line in words.splitlines() if re.match(r"\d+\. ", line)
    ]
    assert "1. WN3.1 (check due: check)" in words
    assert "Missing: the check, passed at 0.80." in words
    fits(school("path", "ana", "FR3.1", "--json")[1], "path")


@pytest.mark.parametrize("goal", ["FR3.33", "FR3.3; FR3.33"])
def test_an_unknown_goal_is_refused_with_the_near_miss(school: Run, goal: str) -> None:
    """A name that there is not fails with what may have been meant."""
    code, _, errors = school("path", "ana", goal)

    assert code == 1
    assert "FR3.3" in errors


def test_the_codes_alone() -> None:
    """`path` gives the codes of the legs."""
    assert path(evaluate(PACK, EASY, [], T0), "FR3.2") == ("FR3.1", "FR3.2")
