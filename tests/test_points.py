"""Points: a rule counted in points means what it says, in its shortest form, or is refused with everything wrong."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from worlds import BRIEF, profile

from competencies import (
    All,
    Any,
    AtLeast,
    CompetenciesError,
    Competency,
    Framework,
    Needs,
    RequirementError,
    evaluate,
    parse,
    points,
    text,
)

NAMES = "abcdefgh"


@st.composite
def rules(draw: st.DrawFn) -> tuple[int, dict[str, int], list[str]]:
    """Points asked for, what competencies are worth, and those that are always needed."""
    names = NAMES[: draw(st.integers(1, 7))]
    value = st.integers(1, draw(st.sampled_from([1, 3, 10])))
    worth = {name: draw(value) for name in draw(st.permutations(names))}
    always = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    return draw(st.integers(1, sum(worth.values()))), worth, always


def test_points_mean_what_they_say() -> None:
    """In every state the requirement is met exactly when all that is always needed is, and the points come together."""
    seen = Counter[str]()

    @profile(300)
    @given(rules())
    @example((4, {"a": 3, "b": 2, "c": 2}, []))
    @example((3, {"a": 10, "b": 1, "c": 1}, ["a"]))
    def hold(rule: tuple[int, dict[str, int], list[str]]) -> None:
        required, worth, always = rule
        found = points(required, worth, always)
        for size in range(len(worth) + 1):
            for met in combinations(worth, size):
                wanted = set(always) <= set(met) and sum(worth[name] for name in met) >= required
                assert evaluate(found, met) == wanted, met
        assert parse(text(found)) == found
        seen.update(word for word in (";", " or ", " of (") if word in text(found))
        seen.update(["always" if always else "by points alone"])

    hold()
    assert BRIEF or min(seen[event] for event in (";", " or ", "always", "by points alone")) >= 50, seen
    assert BRIEF or seen[" of ("] >= 4, seen


@profile(100)
@given(rules())
def test_the_ways_to_the_points_are_the_smallest_sets(rule: tuple[int, dict[str, int], list[str]]) -> None:
    """The ways to open a gate of points are the sets that reach them and would not without any one of theirs."""
    required, worth, always = rule

    def reaches(some: tuple[str, ...]) -> bool:
        return set(always) <= set(some) and sum(worth[name] for name in some) >= required

    wanted = [
        some
        for size in range(len(worth) + 1)
        for some in combinations(worth, size)
        if reaches(some) and not any(reaches(tuple(n for n in some if n != one)) for one in some)
    ]
    names = [*worth, "t"]
    gated = Framework("f", [Competency(n) for n in names], requires={"t": points(required, worth, always)})
    ways, more = gated.expansion.gates[-1].ways(0)
    assert ([gated.expansion.names(way) for way in ways], more) == (wanted, False)


@pytest.mark.parametrize(
    ("required", "worth", "always", "says"),
    [
        (2, {"a": 1, "b": 1, "c": 1}, (), "2 of (a, b, c)"),
        (10, {"a": 5, "b": 5, "c": 5}, (), "2 of (a, b, c)"),
        (4, {"a": 3, "b": 2, "c": 2}, (), "2 of (a, b, c)"),
        (3, {"a": 1, "b": 1, "c": 1}, (), "a; b; c"),
        (3, {"a": 3, "b": 5, "c": 4}, (), "a or b or c"),
        (11, {"a": 10, "b": 1, "c": 1}, (), "a; (b or c)"),
        (1, {"a": 1, "b": 1}, ["b"], "b"),
        (3, {"a": 1, "b": 1, "c": 2}, ["b"], "b; c"),
        (5, {"a": 2, "b": 3, "c": 5, "d": 3}, (), "c or (a; b) or (a; d) or (b; d)"),
        (5, {"d": 3, "c": 5, "b": 3, "a": 2}, (), "c or (d; b) or (d; a) or (b; a)"),
    ],
)
def test_points_are_said_as_shortly_as_they_can_be(
    required: int, worth: dict[str, int], always: tuple[str, ...], says: str
) -> None:
    """What is needed in any case stands apart; where any k do it is k of n; else fewest first, in the order given."""
    assert text(points(required, worth, always)) == says


def test_points_are_ordinary_requirements() -> None:
    """The requirement is made of All, Any and AtLeast, and nothing else has to know of points."""
    a, b, c = (Needs(name) for name in "abc")
    assert points(2, {"a": 1, "b": 1, "c": 1}) == AtLeast(2, [a, b, c])
    assert points(4, {"a": 4, "b": 2, "c": 2}) == Any([a, All([b, c])])


@pytest.mark.parametrize(
    ("required", "worth", "always", "says"),
    [
        (0, {"a": 1}, (), ["from 1 was wanted, got 0"]),
        (1.5, {"a": 2}, (), ["got 1.5"]),
        (True, {"a": 2}, (), ["got True"]),
        (3, {"a": 1, "b": 1}, (), ["3 points were asked for, and all are worth 2 together"]),
        (1, {}, (), ["got none"]),
        (1, {"a": 0, "b": -1, "c": 0.5, "d": 1}, (), ["a is worth 0", "b is worth -1", "c is worth 0.5"]),
        (1, {"alpha": 1}, ["alpah"], ["'alpah' is always needed", "did you mean alpha?"]),
        (0, {"a": 0}, ["b"], ["got 0;", "a is worth 0", "'b' is always needed"]),
        (1, {" ": 1}, (), ["Needs wants"]),
        (36, {f"c{n}": n % 3 + 1 for n in range(30)}, (), ["more than 1,000 smallest sets", "the same points"]),
    ],
)
def test_points_that_make_no_sense_are_refused(
    required: int, worth: dict[str, int], always: tuple[str, ...], says: list[str]
) -> None:
    """Points that are none, too few or too many to list are refused, everything at once, by an error of ours."""
    with pytest.raises(RequirementError) as refused:
        points(required, worth, always)
    assert [words for words in says if words not in str(refused.value)] == []
    assert isinstance(refused.value, CompetenciesError)


def test_many_equal_points_are_no_list_of_sets() -> None:
    """Ten of two hundred has more smallest sets than there are atoms, and is said in one line all the same."""
    worth = {f"c{n}": 5 for n in range(200)}
    assert points(50, worth) == AtLeast(10, [Needs(name) for name in worth])
