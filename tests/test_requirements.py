"""Requirements: text and back, every refusal, and the compiled gate against two oracles written here."""

import random
from collections.abc import Sequence
from itertools import chain, combinations

import pytest
from hypothesis import assume, event, example, given
from hypothesis import strategies as st
from worlds import Tally, cases, profile

from competencies import (
    NOTHING,
    All,
    Any,
    AtLeast,
    Competency,
    Framework,
    FrameworkError,
    Needs,
    Requirement,
    RequirementTextError,
    Share,
    evaluate,
    from_json,
    mentions,
    parse,
    text,
)
from competencies.requirement import normal

PROPERTY = profile(300)

# A small framework: leaves a to f; G holds a and b, H holds c and the group I of d and e; t gets the requirement.
LEAVES = ("a", "b", "c", "d", "e", "f")
OUTLINE = {"a": "G", "b": "G", "c": "H", "I": "H", "d": "I", "e": "I"}
GROUPS = {"G": ("a", "b"), "H": ("c", "I"), "I": ("d", "e")}
AWKWARD = ("6.RP.A.1", "two words", "a,b", "(x)", 'say "hi"', "and", "OR", "3", "50%", "at", "Least", "é;", " a ", '"')


def expressions(names: st.SearchStrategy[str], groups: st.SearchStrategy[str]) -> st.SearchStrategy[Requirement]:
    """Requirements over `names`, with shares of `groups`, nested a few levels deep."""
    leaf = st.one_of(names.map(Needs), names.map(Needs), st.builds(Share, st.integers(1, 100), groups))

    def deeper(inner: st.SearchStrategy[Requirement]) -> st.SearchStrategy[Requirement]:
        parts = st.lists(inner, min_size=1, max_size=4, unique=True)
        k_of_n = parts.flatmap(lambda some: st.builds(AtLeast, st.integers(1, len(some)), st.just(some)))
        return st.one_of(parts.map(All), parts.map(Any), k_of_n)

    return st.recursive(leaf, deeper, max_leaves=8)


def printable(requirement: Requirement) -> Requirement:
    """The normal form, where it has one: brackets taken away may leave one alternative standing twice."""
    try:
        return normal(requirement)
    except ValueError:
        assume(False)
        raise


SMALL = expressions(st.sampled_from([*LEAVES, *GROUPS]), st.sampled_from([*GROUPS])).map(printable)
WILD = expressions(st.sampled_from(AWKWARD) | st.text(min_size=1).filter(str.strip), st.sampled_from(AWKWARD)).map(
    printable
)


def dense(chance: random.Random, depth: int = 2) -> Requirement:
    """A requirement with many alternatives that share leaves, as Hypothesis seldom draws them."""
    if depth == 0 or (depth == 1 and chance.random() < 0.5):
        name = chance.choice([*LEAVES, *LEAVES, *GROUPS])
        return Share(50, name) if name in GROUPS and chance.random() < 0.5 else Needs(name)
    parts = list(dict.fromkeys(dense(chance, depth - 1) for _ in range(chance.randint(2, 5))))
    k = min(len(parts), chance.choice([1, 2, 2, 3]))
    return AtLeast(k, parts) if chance.random() < 0.6 else chance.choice([All, Any])(parts)


def framework_for(requirement: Requirement) -> Framework:
    everyone = [Competency(name) for name in (*LEAVES, *GROUPS, "t")]
    return Framework("small", everyone, requires={"t": requirement}, part_of=OUTLINE)


def subsets(names: Sequence[str]) -> list[frozenset[str]]:
    """All subsets, by size, then in the order of `names`."""
    sizes = (combinations(names, size) for size in range(len(names) + 1))
    return [frozenset(names) for names in chain.from_iterable(sizes)]


def is_met(requirement: Requirement, state: frozenset[str]) -> bool:
    return evaluate(requirement, state, lambda name: GROUPS.get(name, ()))


def brute_force_ways(requirement: Requirement, state: frozenset[str]) -> list[frozenset[str]]:
    """The minimal sets of uncredited leaves whose credit meets `requirement`: try all of them, smaller ones first."""
    found: list[frozenset[str]] = []
    for way in subsets([name for name in LEAVES if name not in state]):
        if is_met(requirement, state | way) and not any(smaller <= way for smaller in found):
            found.append(way)
    return found


def ways(framework: Framework, state: frozenset[str], limit: int | None = None) -> tuple[list[frozenset[str]], bool]:
    expansion = framework.expansion
    gate = expansion.gates[expansion.position["t"]]
    found, more = gate.ways(expansion.mask_of(state), limit)
    return [frozenset(expansion.names(way)) for way in found], more


@PROPERTY
@given(WILD)
def test_parse_undoes_text(requirement: Requirement) -> None:
    """What text prints, parse reads back as the same requirement, whatever the codes look like."""
    event(type(requirement).__name__)
    assert parse(text(requirement)) == requirement
    assert text(parse(text(requirement))) == text(requirement)


@PROPERTY
@given(expressions(st.sampled_from(LEAVES), st.sampled_from([*GROUPS])), st.sets(st.sampled_from(LEAVES)))
def test_the_normal_form_means_the_same(requirement: Requirement, state: set[str]) -> None:
    """Taking needless brackets away changes neither what is met nor what is mentioned; twice is once."""
    plain = printable(requirement)
    assert is_met(plain, frozenset(state)) == is_met(requirement, frozenset(state))
    assert set(mentions(plain)) == set(mentions(requirement))
    assert normal(plain) == plain


@PROPERTY
@given(
    st.text()
    | st.text(alphabet='ab 2 0%;,()"orandf')
    | st.lists(st.sampled_from([*'ab2(),;"', "of", "and", "or", "at least", "80%", "((a; a), a)"])).map(" ".join)
)
@example("2 of ((a; a), a)")
@example("1 of (x")
@example("at")
@example("9999999999%")
def test_garbage_is_read_or_refused_with_the_place(garbage: str) -> None:
    """Any text is either a requirement or raises RequirementTextError, and nothing else."""
    found, said = NOTHING, ""
    try:
        found = parse(garbage)
    except RequirementTextError as fault:
        said = str(fault)
    event("refused" if said else "read")
    assert repr(garbage) in said if said else parse(text(found)) == found


@PROPERTY
@given(SMALL)
def test_evaluate_equals_the_compiled_gate_in_every_state(requirement: Requirement) -> None:
    """In every state of a small framework the compiled gate is met exactly when the expression is."""
    framework = framework_for(requirement)
    expansion = framework.expansion
    gate = expansion.gates[expansion.position["t"]]
    states = subsets(LEAVES)
    met = [is_met(requirement, state) for state in states]
    event("sometimes met" if any(met) and not all(met) else "always the same")
    assert met == [gate.met(expansion.mask_of(state)) for state in states]


def test_ways_are_the_brute_force_and_with_a_limit_the_first_of_it() -> None:
    """Laws 19, 20: the minimal sets that open the gate, by size and framework order; a limit cuts and `more` tells."""
    tally, chance = Tally(), random.Random(19)
    for _ in range(cases(400)):
        try:
            requirement = normal(dense(chance))
        except ValueError:
            continue
        framework, state = framework_for(requirement), frozenset(chance.sample(LEAVES, chance.choice([0, 0, 1, 2])))
        expected = brute_force_ways(requirement, state)
        assert ways(framework, state) == (expected, False), (requirement, state)
        for limit in range(1, len(expected) + 2):
            assert ways(framework, state, limit) == (expected[:limit], len(expected) > limit), (requirement, state)
        tally.case("19", several=len(expected) > 1, many=len(expected) > 4, open=expected == [frozenset()])
    tally.demand("19", several=0.5, many=0.1, open=0.05)


@pytest.mark.parametrize("n", [20, 200])
def test_ten_of_many_gives_its_first_five_without_listing_all(n: int) -> None:
    """At least 10 of 20 has 184,756 ways (of 200: 10**16); the first five come without building the others."""
    names = [f"n{i:03}" for i in range(n)]
    of_many = AtLeast(10, [Needs(name) for name in names])
    framework = Framework("many", [Competency(name) for name in [*names, "t"]], requires={"t": of_many})
    found, more = ways(framework, frozenset(), 5)
    assert more
    assert found == [frozenset([*names[:9], names[last]]) for last in range(9, 14)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", NOTHING),
        ("a", Needs("a")),
        ("a; b", All([Needs("a"), Needs("b")])),
        ("a and b", All([Needs("a"), Needs("b")])),
        ("a AND b; c;", All([Needs("a"), Needs("b"), Needs("c")])),
        ("(b or c)", Any([Needs("b"), Needs("c")])),
        ("a; (b or c)", All([Needs("a"), Any([Needs("b"), Needs("c")])])),
        ("2 of (d, e, f)", AtLeast(2, [Needs("d"), Needs("e"), Needs("f")])),
        (
            "at least 2 of (d, e; g, f or h)",
            AtLeast(2, [Needs("d"), All([Needs("e"), Needs("g")]), Any([Needs("f"), Needs("h")])]),
        ),
        ("80% of G", Share(80, "G")),
        ('80 % of "G 1"', Share(80, "G 1")),
        ('"a ""b"", c"', Needs('a "b", c')),
        ('"3"; 3', Needs("3")),
        ("a; a", Needs("a")),
    ],
)
def test_people_type_it_like_this(source: str, expected: Requirement) -> None:
    """The forms that the design names are read as what they say."""
    assert parse(source) == expected


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("a and b or c", "not both"),
        ("a; b or c", "not both"),
        ("(a or b", "closing bracket"),
        ("2 of (a, b", "closing bracket"),
        ('"a', "a code"),
        ("a b", "or the end was wanted"),
        ("a or a", "distinct"),
        ("2 of (a, a)", "distinct"),
        ("2 of (a, (a))", "distinct"),
        ("2 of ((a; a), a)", "distinct"),
        ("0 of (a, b)", "1..2"),
        ("3 of (a, b)", "1..2"),
        ("1 of ()", "a code was wanted"),
        ("()", "a code was wanted"),
        ('""', "a code was wanted"),
        ("a or", "a code was wanted"),
        ("a;; b", "a code was wanted"),
        ("and", "a code was wanted"),
        ("2 of a", "opening bracket"),
        ("at least two of (a, b)", "whole number"),
        ("0% of G", "1..100"),
        ("101% of G", "1..100"),
        ("80% G", "'of'"),
        ("8000000000% of G", "separator was wanted"),
        ("(" * 60 + "a" + ")" * 60, "at most 50 brackets"),
        ("1 of (" * 60 + "a" + ")" * 60, "at most 50 brackets"),
    ],
)
def test_what_cannot_be_meant_is_refused(source: str, says: str) -> None:
    """Each text that says nothing, two things or the impossible is refused, with the text and what was wanted."""
    with pytest.raises(RequirementTextError) as refused:
        parse(source)
    assert says in str(refused.value)
    assert repr(source) in str(refused.value)


def test_expressions_that_nothing_could_meet_do_not_exist() -> None:
    """Empty and doubled alternatives, k and percent out of range, and empty names are refused at construction."""
    a, b = Needs("a"), Needs("b")
    for k, parts in [(0, [a, b]), (3, [a, b]), (1, []), (2, [a, a]), (1.5, [a, b])]:
        with pytest.raises(ValueError, match="AtLeast wants"):
            AtLeast(k, parts)  # type: ignore[arg-type]
    for parts in ([], [a, a]):
        with pytest.raises(ValueError, match="Any wants"):
            Any(parts)
    for percent in (0, 101, -1, 80.5):
        with pytest.raises(ValueError, match=r"1\.\.100"):
            Share(percent, "G")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Needs wants"):
        Needs(" ")
    assert not evaluate(Any([a, b]), set())
    assert evaluate(NOTHING, set())


def test_alternatives_that_turn_out_the_same_are_a_fault_of_the_framework() -> None:
    """Two alternatives that are one once needless brackets are gone are refused as a fault, naming whose they are."""
    twice = AtLeast(2, [All([Needs("a")]), Needs("a")])
    with pytest.raises(FrameworkError, match="requires of b"):
        Framework("twice", [Competency("a"), Competency("b")], requires={"b": twice})


def test_a_share_asks_for_at_least_its_percent_of_the_parts() -> None:
    """80% of n parts is ceil(.8 n), in whole numbers."""
    assert [Share(80, "G").least(n) for n in range(1, 11)] == [1, 2, 3, 4, 4, 5, 6, 7, 8, 8]
    assert Share(70, "G").least(10) == 7  # .7 * 10 as a float is 7.000000000000001 on some roads
    assert Share(1, "G").least(100) == 1
    assert Share(100, "G").least(7) == 7


def test_whatever_a_framework_accepts_it_can_read_back() -> None:
    """A requirement nested deeper than its text may be is refused, or comes back from JSON as it was."""
    deep: Requirement = Needs("a")
    for _ in range(60):
        deep = AtLeast(1, [deep, Needs("b")])
    try:
        framework = Framework("deep", [Competency(name) for name in "abc"], requires={"c": deep})
    except FrameworkError:
        return
    assert from_json(framework.to_json()) == framework
