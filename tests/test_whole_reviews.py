"""What a review finds is said in so many words: code, sentence, severity, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from competencies import Competency, Draft, Finding, Level
from competencies.review import review

Found = list[tuple[Callable[[], Iterable[Finding]], list[str]]]


def reviewed(
    names: str, *, words: str = "Says.", levels: str = "words", longest_chain: int = 20, **more: Any
) -> tuple[Finding, ...]:
    """Review a draft of competencies called so; `a=A` has the code A, and a name that ends with `-` says nothing."""
    made = []
    for name, _, code in (name.partition("=") for name in names.split()):
        silent = name.endswith("-")
        of = [Level("one", "" if name.endswith("--") else levels)] if not silent or name.endswith("--") else []
        made.append(Competency(name.rstrip("-"), code, "" if silent else words, levels=of))
    return review(Draft("small", made, **more), longest_chain=longest_chain)


REVIEWS: Found = [
    (lambda: reviewed(""), ["empty, warning: there is no competency in it <>"]),
    (lambda: reviewed("a b"), ["no-prerequisites, warning: none of 2 competencies requires or recommends another <>"]),
    (
        lambda: reviewed("a a b=a", requires={"b": "a"}),
        [
            "identifier-doubled, error: 2 competencies have the identifier 'a' <a>",
            "code-taken, error: the code 'a' of b is another's identifier <b, a>",
        ],
    ),
    (
        lambda: reviewed("a b x=q y=q", requires={"a": "zz; q", "x": "a or", "y": "80% of b"}, recommends={"q": "b"}),
        [
            "dangling, error: a requires 'zz', which is no competency here <a, zz>",
            "code-ambiguous, error: a requires 'q', which could mean x, y <a, x, y>",
            "code-ambiguous, error: advice is given for 'q', which could mean x, y <x, y>",
            "requirement-unreadable, error: what x requires cannot be read: Cannot read the requirement 'a "
            "or': at column 5 a code was wanted (in double quotes if it holds spaces or is a word such as "
            "'and'), got 'the end'. <x>",
            "share-without-parts, error: y requires 80% of b, which has no parts <y>",
            "code-doubled, warning: 2 competencies have the code 'q' <x, y>",
            "no-prerequisites, warning: none of 4 competencies requires or recommends another <>",
        ],
    ),
    (
        lambda: reviewed("alpha b", requires={"b": "alpah", "bb": "alpha"}),
        [
            "dangling, error: b requires 'alpah', which is no competency here; did you mean alpha? <b, alpah>",
            "dangling, error: a requirement is given for 'bb', which is no competency here <bb>",
            "no-prerequisites, warning: none of 2 competencies requires or recommends another <>",
        ],
    ),
    (
        lambda: reviewed("a=A b c g", requires={"c": "a"}, part_of={"a": "g", "A": "b", "zz": "g", "c": "none"}),
        [
            "dangling, error: the outline names 'zz', which is no competency here <zz>",
            "dangling, error: c is part of 'none', which is no competency here <c, none>",
            "named-twice, error: the outline gives the group of A twice, under two names <A>",
            "orphan, warning: b needs nothing and is needed for nothing <b>",
        ],
    ),
    (
        lambda: reviewed("b c d", requires={"d": "b"}, part_of={"b": "c", "c": "b"}),
        [
            "outline-circle, error: b is part of c, which is part of b <b, c>",
            "orphan, warning: c needs nothing and is needed for nothing <c>",
        ],
    ),
    (
        lambda: reviewed("a=A b c", requires={"a": "b", "A": "c", "c": "b"}),
        ["named-twice, error: what A requires is given twice, under two names <A>"],
    ),
    (
        lambda: reviewed("a b", requires={"b": "a"}, formerly={"a": ("b",), "old": ("none",)}),
        [
            "dangling, error: old is succeeded by 'none', which is no competency here <none>",
            "former-name-taken, error: 'a' is given as a former name and is a competency here <a>",
        ],
    ),
    (
        lambda: reviewed("a=A b c", requires={"b": "a; A", "c": 'b; a; A; "a"'}),
        [
            "prerequisite-doubled, warning: b requires A twice <b, A>",
            "prerequisite-doubled, warning: c requires A twice <c, A>",
            "redundant, note: c needs A; b, which it needs too, needs it already <c, A>",
        ],
    ),
    (
        lambda: reviewed("a b c d", requires={"a": "b", "b": "a", "c": "c", "d": "a"}),
        ["self-loop, error: c needs itself <c>", "cycle, error: a needs b, which needs a <a, b>"],
    ),
    (
        lambda: reviewed("a b c", requires={"b": "a"}, recommends={"a": "c", "c": "b"}),
        ["recommendation-circle, warning: a recommends c, which recommends b, which needs a <a, c, b>"],
    ),
    (
        lambda: reviewed("a b g c", requires={"a": "b", "g": "c", "b": "g"}, part_of={"c": "g"}),
        ["group-never-opens, error: g needs c, which is part of g <g, c>"],
    ),
    (
        lambda: reviewed("a b c", requires={"b": "a"}),
        ["orphan, warning: c needs nothing and is needed for nothing <c>"],
    ),
    (
        lambda: reviewed("a b c d e f", requires={"b": "a"}),
        ["orphan, warning: c, d, e and 1 more need nothing and are needed for nothing <c, d, e, f>"],
    ),
    (
        lambda: reviewed("a- b c", requires={"b": "a", "c": "b"}),
        ["statement-missing, warning: a has no statement <a>", "descriptor-missing, note: a describes no level <a>"],
    ),
    (
        lambda: reviewed("a- b- c d", requires={"b": "a", "c": "b", "d": "c"}),
        [
            "statement-missing, warning: a, b have no statement <a, b>",
            "descriptor-missing, note: a, b describe no level <a, b>",
        ],
    ),
    (
        lambda: reviewed("a-- b", requires={"b": "a"}),
        [
            "statement-missing, warning: a has no statement <a>",
            "descriptor-missing, note: a names a level without saying what it looks like <a>",
        ],
    ),
    (
        lambda: reviewed("a-- b--", requires={"b": "a"}),
        [
            "statement-missing, warning: a, b have no statement <a, b>",
            "descriptor-missing, note: a, b name a level without saying what it looks like <a, b>",
        ],
    ),
    (lambda: reviewed("g a b c", requires={"b": "g", "c": "g"}, part_of={"a": "g"}), []),
    (
        lambda: reviewed("a- b-", requires={"b": "a"}),
        [
            "statement-missing, warning: a, b have no statement <a, b>",
            "descriptor-missing, note: none of 2 competencies describes levels of performance <>",
        ],
    ),
    (
        lambda: reviewed("a b c", requires={"b": "a", "c": "a; b"}),
        ["redundant, note: c needs a; b, which it needs too, needs it already <c, a>"],
    ),
    (
        lambda: reviewed("a b c d", requires={"b": "a", "d": "b; c; (a or c)"}),
        ["redundant, note: d needs (a or c); b, which it needs too, needs it already <d, a, c>"],
    ),
    (
        lambda: reviewed("a b c d e", requires={"d": "a; b; 2 of (a, b, c)", "e": "d"}, recommends={"e": "a"}),
        [
            "redundant, note: d needs 2 of (a, b, c); a and b, which it needs too, imply it together <d, a, b, c>",
            "redundant, note: e recommends a; d, which it needs too, needs it already <e, a>",
        ],
    ),
    (
        lambda: reviewed("a b c d", requires={"d": "a; b; c; 3 of (a, b, c, e)", "c": "a"}, recommends={"d": "b"}),
        [
            "dangling, error: d requires 'e', which is no competency here <d, e>",
            "soft-and-hard, warning: d recommends b, and requires it <d, b>",
            "redundant, note: d needs a; c, which it needs too, needs it already <d, a>",
            "redundant, note: d needs b; 3 of (a, b, c), which it needs too, holds it <d, b>",
            "redundant, note: d needs c; 3 of (a, b, c), which it needs too, holds it <d, c>",
        ],
    ),
    (
        lambda: reviewed("a b c d e", requires={"e": "a; b; c; d; 4 of (a, b, c, d, f)"}),
        [
            "dangling, error: e requires 'f', which is no competency here <e, f>",
            "redundant, note: e needs a; 4 of (a, b, c, d), which it needs too, holds it <e, a>",
            "redundant, note: e needs b; 4 of (a, b, c, d), which it needs too, holds it <e, b>",
            "redundant, note: e needs c; 4 of (a, b, c, d), which it needs too, holds it <e, c>",
            "redundant, note: e needs d; 4 of (a, b, c, d), which it needs too, holds it <e, d>",
        ],
    ),
    (
        lambda: reviewed("a b c d e f", requires={"f": "a; b; c; d; 3 of (a, b, c, e)"}),
        [
            "redundant, note: f needs 3 of (a, b, c, e); a, b and c, which it needs too, imply it together "
            "<f, a, b, c, e>"
        ],
    ),
    (
        lambda: reviewed("g a b c", requires={"g": "c", "a": "c"}, part_of={"a": "g", "b": "g"}),
        ["redundant, note: a needs c; the group around it asks for it too <a, c>"],
    ),
    (
        lambda: reviewed("g a b c", requires={"c": "g; a; b"}, part_of={"a": "g", "b": "g"}),
        ["redundant, note: c needs g; a and b, which it needs too, imply it together <c, g>"],
    ),
    (
        lambda: reviewed("g a b c h d", requires={"c": "g", "d": "g"}, part_of={"a": "g", "b": "g", "c": "h"}),
        [
            "levels-joined, note: once, what is at level 2 of the outline needs something at level 1, and "
            "one of the two is a group: c <c>"
        ],
    ),
    (lambda: reviewed("g a b c", requires={"c": "g"}, part_of={"a": "g", "b": "g"}, recommends={"b": "a"}), []),
    (
        lambda: reviewed("a b c d", requires={"b": "a", "c": "b", "d": "c"}, longest_chain=3),
        [
            "long-chain, warning: d is reached through 4 competencies one after another, from a on; 1 "
            "competency lies beyond level 3 <a, b, c, d>"
        ],
    ),
    (
        lambda: reviewed("a b c d e", requires={"b": "a", "c": "b", "d": "c", "e": "d"}, longest_chain=3),
        [
            "long-chain, warning: e is reached through 5 competencies one after another, from a on; 2 "
            "competencies lie beyond level 3 <a, b, c, d, e>"
        ],
    ),
]


@pytest.mark.parametrize(("found", "said"), REVIEWS)
def test_a_review_says_all_of_this(found: Callable[[], Iterable[Finding]], said: list[str]) -> None:
    """What a review says of one and of several, with all the names that it is about."""
    assert [f"{one.code}, {one.severity}: {one.message} <{', '.join(one.about)}>" for one in found()] == said
