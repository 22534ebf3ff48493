"""The smallest plan, the longest row, and what has to follow: against brute force on a few legs."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import pytest
from worlds import BRIEF, cases

from competencies.gate import OPEN, Choice, Gate, bits
from mastery.planning.pace import plan
from mastery.planning.pace.critical import Work
from mastery.planning.pace.plan import at_least, by_tails, smallest_plan


def works(seed: str, usual: int, most: int = 6) -> Iterator[Work]:
    """Yield a few legs each, with requirements of all, any or so many of those before them."""
    for case in range(cases(usual)):
        rng = random.Random(f"{seed}/{case}")
        n = rng.randint(1, most)
        yield Work(tuple(range(n)), {i: drawn(rng, i) for i in range(n)}, 1 << 99)


def drawn(rng: random.Random, i: int) -> Gate:
    """Return a requirement of leg `i`: nothing, or something of what comes before it; 99 is met already."""
    before = [*range(i), 99]
    if i == 0 or rng.random() < 0.3:
        return OPEN
    some = rng.sample(before, min(len(before), rng.choice((1, 1, 2, 2, 3))))
    kind = rng.choice(("all", "all", "any", "both"))
    if kind == "all":
        return Gate(sum(1 << j for j in some))
    of = tuple(Gate(1 << j) for j in some)
    choice = Choice(rng.randint(1, len(of)), of)
    return Gate(1 << rng.randrange(i) if kind == "both" else 0, (choice,))


def does(work: Work, weeks: Sequence[Sequence[int]], size: int) -> bool:
    """Whether a plan has every leg once, so many a week at most, and each after the weeks of what it needs."""
    state = work.met
    for week in weeks:
        if not 1 <= len(week) <= size or not all(work.gates[i].met(state) for i in week):
            return False
        state |= sum(1 << i for i in week)
    return sorted(i for week in weeks for i in week) == sorted(work.legs)


def can(work: Work, size: int, weeks: int) -> bool:
    """Whether so many a week will do, by going through everything that can be done by the end of each week."""
    reached = {0}
    for _ in range(weeks):
        after = set(reached)
        for done in reached:
            opened = [i for i in work.legs if not done >> i & 1 and work.gates[i].met(work.met | done)]
            for n in range(1, size + 1):
                after.update(done | sum(1 << i for i in week) for week in combinations(opened, n))
        reached = after
    return sum(1 << i for i in work.legs) in reached


def test_the_plan_is_as_small_as_brute_force_finds() -> None:
    """A plan keeps its order and its weeks, and no fewer a week would do; where there is none, no size would do."""
    seen: Counter[str] = Counter()
    for work in works("smallest", 400):
        for weeks in range(1, len(work.legs) + 2):
            found = smallest_plan(work, weeks)
            sizes = [size for size in range(1, len(work.legs) + 1) if can(work, size, weeks)]
            if found is None:
                assert not sizes
                seen["too few weeks"] += 1
                continue
            planned, size, proven = found
            assert does(work, planned, size)
            assert len(planned) <= weeks
            assert (size, proven) == (sizes[0], True)
            assert at_least(work, weeks) <= size
            seen["several a week"] += size > 1
            seen["with a choice"] += size > 1 and any(gate.choices for gate in work.gates.values())
        seen["cases"] += 1
    assert BRIEF or min(seen["too few weeks"], seen["several a week"], seen["with a choice"]) >= seen["cases"], seen


def layered(seed: int, n: int, width: int) -> Work:
    """Return legs in layers, each of which needs some of the layer before, all of it where that is three."""
    rng = random.Random(seed)
    gates = {}
    for i in range(n):
        before = range(max(0, (i // width - 1) * width), i // width * width)
        most = len(before) if width == 3 else min(len(before), rng.choice((1, 2, 3)[: width // 2]))
        gates[i] = Gate(sum(1 << j for j in rng.sample(before, most)))
    return Work(tuple(range(n)), gates, 0)


def test_a_plan_that_no_simple_order_finds_is_found() -> None:
    """In layers, too, a plan keeps its order and its weeks, and one fewer a week would not do."""
    seen: Counter[str] = Counter()
    for seed in range(cases(500)):
        work = layered(seed, 8 + seed % 3, 4) if seed % 10 else layered(seed, 4 + seed // 10 % 5, 3)
        for weeks in (work.longest, work.longest + 1):
            found = smallest_plan(work, weeks)
            assert found is not None
            planned, size, proven = found
            assert does(work, planned, size)
            assert len(planned) <= weeks
            assert proven
            assert size == 1 or not can(work, size - 1, weeks)
            seen["by a search"] += len(by_tails(work, size)) > weeks
            seen["more than a bound says"] += size > at_least(work, weeks)
    assert BRIEF or (seen["by a search"] >= 5 and seen["more than a bound says"] >= 1), seen


def test_a_row_is_the_longest_that_has_to_be() -> None:
    """Its legs open one another in turn, and with any number a week the plan takes exactly as many weeks."""
    seen: Counter[int] = Counter()
    for work in works("row", 300):
        row = work.chain()
        assert len(row) == work.longest
        assert all(work.gates[b].mask >> a & 1 for a, b in pairwise(row))
        assert can(work, len(work.legs), work.longest)
        assert not can(work, len(work.legs), work.longest - 1)
        seen[len(row)] += 1
    assert BRIEF or min(seen[n] for n in (1, 2, 3, 4)) >= 10, seen


def test_what_has_to_follow_follows_whatever_is_done_first() -> None:
    """Within so many weeks after a leg as are said to have to follow it, the rest cannot be done before it is."""
    seen = 0
    for work in works("tails", 200):
        for i in work.legs:
            without = sum(1 << j for j in work.legs if j != i)
            state = work.met
            for _ in work.legs:
                state |= sum(1 << j for j in bits(without) if work.gates[j].met(state))
            held = Work(tuple(j for j in work.legs if not state >> j & 1), {**work.gates, i: OPEN}, state)
            assert held.longest >= work.tails[i]
            seen += work.tails[i] > 1
    assert BRIEF or seen >= 100


def test_a_plan_says_when_it_is_not_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more would have to be tried than the bound allows, the plan is whole and said to be unproven."""
    seen: Counter[str] = Counter()
    for seed in range(cases(100)):
        work = layered(seed, 90, 8)
        seen["large"] += sum(unsure(work, work.longest + more) for more in (0, 1, 2))
    monkeypatch.setattr(plan, "MOST_TRIED", 1)
    for seed in range(cases(500)):
        work = layered(seed, 8 + seed % 3, 4)
        seen["small"] += unsure(work, work.longest)
    assert BRIEF or min(seen["large"], seen["small"]) >= 1, seen


def unsure(work: Work, weeks: int) -> bool:
    """Return whether a plan is unproven; it is whole, and the same when it is asked for again."""
    found = smallest_plan(work, weeks)
    assert found is not None
    planned, size, proven = found
    assert does(work, planned, size)
    assert len(planned) <= weeks
    assert proven or size > at_least(work, weeks)
    assert smallest_plan(work, weeks) == found
    return not proven


def test_an_order_that_does_not_work_is_refused() -> None:
    """A leg before what it needs, or one that nothing opens, is refused; nothing to do is a plan of nothing."""
    needs = {0: OPEN, 1: Gate(1)}
    with pytest.raises(ValueError, match="an order that works"):
        Work((1, 0), needs, 0)
    with pytest.raises(ValueError, match="an order that works"):
        Work((0, 1), {0: OPEN, 1: Gate(4)}, 0)
    nothing = Work((), {}, 0)
    assert (nothing.longest, nothing.chain(), smallest_plan(nothing, 1)) == (0, (), ([], 0, True))
