"""What is refused is refused in so many words: frameworks, requirements, points and what is too large."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from competencies import AtLeast, CompetenciesError, Competency, Framework, Needs, Share, parse, points
from competencies.knowledge_paths import count_paths
from competencies.knowledge_space import attribution, base, clauses, inner_fringe, space_json, states

Refused = list[tuple[Callable[[], object], str]]


def of(names: str, **more: Any) -> Framework:
    """A framework of competencies called so; `a=A` has the code A."""
    parts = [name.partition("=") for name in names.split()]
    return Framework("small", [Competency(name, code=code) for name, _, code in parts], **more)


def wide() -> Framework:
    """Three competencies in any order, and one that needs any two of them."""
    return of("a b c d=D", requires={"d": "2 of (a, b, c)"})


FRAMEWORKS: Refused = [
    (
        lambda: of("a a"),
        "The framework 'small' cannot be built, 1 fault:\n  - two competencies have the identifier 'a'",
    ),
    (
        lambda: of("a a b=a", requires={"x": "a"}, part_of={"a": "zz"}),
        "The framework 'small' cannot be built, 4 faults:\n"
        "  - two competencies have the identifier 'a'\n"
        "  - the code 'a' is the identifier of another competency\n"
        "  - part_of of a names 'zz', which is no competency\n"
        "  - requires names 'x', which is no competency",
    ),
    (
        lambda: of(
            "ab1 x=q y=q", requires={"ab1": "ab11; q; 2 of (a"}, recommends={"q": "x"}, part_of={"x": "ab1", "ab1": "x"}
        ),
        "The framework 'small' cannot be built, 3 faults:\n"
        "  - the outline runs in a circle: x is part of ab1 is part of x\n"
        "  - requires of ab1: Cannot read the requirement 'ab11; q; 2 of (a': at column 17 a comma or a "
        "closing bracket was wanted, got 'the end'.\n"
        "  - recommends: 2 competencies have the code 'q'; name one by its identifier: x, y.",
    ),
    (
        lambda: of("ab1 x=q y=q", requires={"ab1": "ab11; q"}),
        "The framework 'small' cannot be built, 2 faults:\n"
        "  - requires of ab1 names 'ab11', which is no competency; did you mean ab1?\n"
        "  - requires of ab1: 2 competencies have the code 'q'; name one by its identifier: x, y.",
    ),
    (
        lambda: of("a=A b", requires={"a": "b", "A": "b"}),
        "The framework 'small' cannot be built, 1 fault:\n  - requires names 'A' twice, under two names",
    ),
    (
        lambda: of("a=A b c", part_of={"a": "b", "A": "c"}),
        "The framework 'small' cannot be built, 1 fault:\n"
        "  - the outline names the group of 'A' twice, under two names",
    ),
    (
        lambda: of("a b=B", formerly={"a": ("b",), "old": ("B", "none")}),
        "The framework 'small' cannot be built, 2 faults:\n"
        "  - formerly names 'a', which is a competency of this edition too\n"
        "  - formerly of old names 'none', which is no competency",
    ),
    (
        lambda: of("a=A b", requires={"b": "a or A"}),
        "The framework 'small' cannot be built, 1 fault:\n"
        "  - requires of b: Any wants distinct alternatives, got Needs('a') twice: one would count as "
        "two.",
    ),
    (
        lambda: of("a b", recommends={"b": "80% of a"}),
        "The framework 'small' cannot be built, 1 fault:\n  - recommends of b asks for 80% of 'a', which has no parts",
    ),
    (
        lambda: of("a b c", requires={"a": "b", "b": "c", "c": "a"}),
        "The framework 'small' cannot be built, 1 fault:\n"
        "  - prerequisites run in a circle (groups expanded to their parts, every mention an edge, so "
        "that even a ring which any-of could satisfy is refused): a needs b needs c needs a; take one "
        "of these requirements away",
    ),
    (
        lambda: of("a b c g", requires={"a": "b; c", "b": "a", "c": "a"}),
        "The framework 'small' cannot be built, 1 fault:\n"
        "  - prerequisites run in a circle (groups expanded to their parts, every mention an edge, so "
        "that even a ring which any-of could satisfy is refused): a needs b needs a; take one of these "
        "requirements away",
    ),
    (
        lambda: of("a=A g b", requires={"g": "b", "b": "a"}, part_of={"a": "g"}),
        "The framework 'small' cannot be built, 1 fault:\n"
        "  - prerequisites run in a circle (groups expanded to their parts, every mention an edge, so "
        "that even a ring which any-of could satisfy is refused): A needs b needs A; take one of these "
        "requirements away",
    ),
]


REQUIREMENTS: Refused = [
    (
        lambda: parse("a b"),
        "Cannot read the requirement 'a b': at column 3 ';', 'and', 'or' or the end was wanted, got 'b'.",
    ),
    (
        lambda: parse("a; b or c"),
        "Cannot read the requirement 'a; b or c': at column 6 either 'and' or 'or' was wanted, not "
        "both: put brackets round the alternatives, got 'or c'.",
    ),
    (lambda: parse("(a"), "Cannot read the requirement '(a': at column 3 a closing bracket was wanted, got 'the end'."),
    (
        lambda: parse("a )"),
        "Cannot read the requirement 'a )': at column 3 ';', 'and', 'or' or the end was wanted, got ')'.",
    ),
    (lambda: parse("3 of (a, b)"), "Cannot read the requirement '3 of (a, b)': AtLeast wants k in 1..2, got 3."),
    (lambda: parse("0 of (a, b)"), "Cannot read the requirement '0 of (a, b)': AtLeast wants k in 1..2, got 0."),
    (
        lambda: parse("50 of a"),
        "Cannot read the requirement '50 of a': at column 7 an opening bracket was wanted, got 'a'.",
    ),
    (lambda: parse("50% a"), "Cannot read the requirement '50% a': at column 5 'of' was wanted, got 'a'."),
    (
        lambda: parse("120% of G"),
        "Cannot read the requirement '120% of G': A share wants whole percent in 1..100, got 120.",
    ),
    (
        lambda: parse("at least x of (a)"),
        "Cannot read the requirement 'at least x of (a)': at column 10 a whole number was wanted, got 'x of (a)'.",
    ),
    (
        lambda: parse("at least 2 (a)"),
        "Cannot read the requirement 'at least 2 (a)': at column 12 'of' was wanted, got '(a)'.",
    ),
    (
        lambda: parse("a;;b"),
        "Cannot read the requirement 'a;;b': at column 3 a code was wanted (in double quotes if it "
        "holds spaces or is a word such as 'and'), got ';b'.",
    ),
    (
        lambda: parse('""'),
        "Cannot read the requirement '\"\"': at column 1 a code was wanted (in double quotes if it holds "
        "spaces or is a word such as 'and'), got '\"\"'.",
    ),
    (
        lambda: parse('a; "b'),
        "Cannot read the requirement 'a; \"b': at column 3 a code, a bracket or a separator was wanted, got '\"b'.",
    ),
    (
        lambda: parse("1 of (a,"),
        "Cannot read the requirement '1 of (a,': at column 9 a code was wanted (in double quotes if it "
        "holds spaces or is a word such as 'and'), got 'the end'.",
    ),
    (
        lambda: parse("a or a; b"),
        "Cannot read the requirement 'a or a; b': at column 7 either 'and' or 'or' was wanted, not "
        "both: put brackets round the alternatives, got '; b'.",
    ),
    (
        lambda: parse("2 of (a, a)"),
        "Cannot read the requirement '2 of (a, a)': AtLeast wants distinct alternatives, got Needs('a') "
        "twice: one would count as two.",
    ),
    (
        lambda: parse("(" * 51 + "a" + ")" * 51),
        "Cannot read the requirement "
        "'(((((((((((((((((((((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))))))))))))"
        ")))))))))': at column 51 at most 50 brackets within one another were wanted, got "
        "'(a))))))))))))))))))'.",
    ),
    (lambda: AtLeast(2, [Needs("a")]), "AtLeast wants k in 1..1, got 2."),
    (lambda: Share(101, "G"), "A share wants whole percent in 1..100, got 101."),
]


POINTS: Refused = [
    (
        lambda: points(0, {}),
        "These points make no requirement: a whole number of points from 1 was wanted, got 0; "
        "competencies that are worth points were wanted, got none.",
    ),
    (
        lambda: points(True, {"a": 0, "b": 1.5, "c": True}),
        "These points make no requirement: a whole number of points from 1 was wanted, got True; a is "
        "worth 0, and a whole number from 1 was wanted; b is worth 1.5, and a whole number from 1 was "
        "wanted; c is worth True, and a whole number from 1 was wanted.",
    ),
    (
        lambda: points(5, {"a": 2, "b": 2}),
        "These points make no requirement: 5 points were asked for, and all are worth 4 together.",
    ),
    (
        lambda: points(1, {"alpha": 2}, always=["alpho", "z"]),
        "These points make no requirement: 'alpho' is always needed and worth nothing here; did you "
        "mean alpha?; 'z' is always needed and worth nothing here.",
    ),
    (
        lambda: points(1_500, {f"c{n}": 90 + n for n in range(30)}),
        "These points make no requirement: there are more than 1,000 smallest sets of competencies with "
        "1,500 points; give more of them the same points, or ask for a number of them instead.",
    ),
]


SPACES: Refused = [
    (
        lambda: list(states(wide(), 11)),
        "There are more than 11 knowledge states in 'small': ask about a part of them, sample learning "
        "paths, or give a higher limit.",
    ),
    (
        lambda: space_json(wide(), 8),
        "There are more than 8 knowledge states in 'small': ask about a part of them, sample learning "
        "paths, or give a higher limit.",
    ),
    (
        lambda: attribution(wide(), "d", 2),
        "There are more than 2 ways to meet the requirement of D: ask about a part of them, sample "
        "learning paths, or give a higher limit.",
    ),
    (
        lambda: clauses(wide(), "d", 2),
        "There are more than 2 clauses of D: ask about a part of them, sample learning paths, or give a higher limit.",
    ),
    (
        lambda: base(wide(), 5),
        "There are more than 5 states in the base of 'small': ask about a part of them, sample learning "
        "paths, or give a higher limit.",
    ),
    (
        lambda: count_paths(wide(), limit=3),
        "There are more than 3 knowledge states in 'small': ask about a part of them, sample learning "
        "paths, or give a higher limit.",
    ),
    (lambda: inner_fringe(wide(), ["dd"]), "No competency in 'small' has the identifier or code 'dd'."),
    (
        lambda: of("FR3.1 FR3.2 b").competency("FR3.3"),
        "No competency in 'small' has the identifier or code 'FR3.3'; did you mean FR3.2 or FR3.1?",
    ),
    (lambda: of("a b=B c=B").competency("B"), "2 competencies have the code 'B'; name one by its identifier: b, c."),
]


@pytest.mark.parametrize(("refused", "text"), [*FRAMEWORKS, *REQUIREMENTS, *POINTS, *SPACES])
def test_a_refusal_says_all_of_this(refused: Callable[[], object], text: str) -> None:
    """What was wanted, where, and what was there instead, is said in exactly these words."""
    with pytest.raises(CompetenciesError) as caught:
        refused()
    assert str(caught.value) == text
