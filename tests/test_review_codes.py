"""Reviews, by example: each code where it should be found, in its words."""

import pytest

from competencies import All, AtLeast, Competency, Draft, Finding, Level, Needs, Severity, review
from competencies.finding_codes import CODES

ERROR, WARNING, NOTE = Severity


def found(draft: Draft, *codes: str, **how: int) -> list[Finding]:
    return [finding for finding in review(draft, **how) if finding.code in codes]


def of(names: str, **fields: object) -> Draft:
    levels = [Level("one", "words")]
    return Draft("small", [Competency(n, statement="Says.", levels=levels) for n in names.split()], **fields)  # type: ignore[arg-type]


def coded(*codes: str) -> list[Competency]:
    return [Competency(f"i{n}", code=code, statement="Says.") for n, code in enumerate(codes)]


LONG = {f"n{n}": f"n{n - 1}" for n in range(1, 22)}
TWICE = All([Needs("a"), Needs("a")])
EXAMPLES: list[tuple[str, Draft, str]] = [
    ("identifier-doubled", of("a a b", requires={"b": "a"}), "2 competencies have the identifier 'a'"),
    ("code-taken", Draft("d", [*coded("b"), Competency("b")]), "the code 'b' of i0 is another's identifier"),
    (
        "dangling",
        of("FR4.1", requires={"FR4.1": "FR44.1"}),
        "'FR44.1', which is no competency here; did you mean FR4.1",
    ),
    ("dangling", of("a", part_of={"a": "G"}), "a is part of 'G', which is no competency here"),
    ("dangling", of("a", requires={"x": "a"}), "a requirement is given for 'x', which is no competency here"),
    ("dangling", of("a", formerly={"old": ["x"]}), "old is succeeded by 'x', which is no competency here"),
    ("code-ambiguous", Draft("d", coded("X", "X", "Y"), {"Y": "X"}), "Y requires 'X', which could mean i0, i1"),
    ("named-twice", Draft("d", coded("X", "Y"), {"X": "Y", "i0": "i1"}), "what X requires is given twice"),
    ("named-twice", Draft("d", coded("X", "Y"), part_of={"X": "Y", "i0": "Y"}), "the group of X twice"),
    ("former-name-taken", of("a", formerly={"a": ["a"]}), "'a' is given as a former name and is a competency here"),
    ("outline-circle", of("a b", part_of={"a": "b", "b": "a"}), "a is part of b, which is part of a"),
    ("requirement-unreadable", of("a b", requires={"a": "b; ("}), "what a requires cannot be read"),
    ("share-without-parts", of("a b", requires={"a": "80% of b"}), "a requires 80% of b, which has no parts"),
    ("self-loop", of("a", requires={"a": "a"}), "a needs itself"),
    ("cycle", of("a b c", requires={"a": "b; zz", "b": "c", "c": "a"}), "a needs b, which needs c, which needs a"),
    ("cycle", of("a b", requires={"a": "b", "b": "(a or c)", "c": ""}), "a needs b, which needs a"),
    (
        "cycle",
        of("a b c", requires={"a": "b", "b": "(a or c)"}),
        "a needs b, which needs a; another alternative could open it, but no circle is let through",
    ),
    (
        "cycle",
        of("G H a b", requires={"a": "H", "b": "G"}, part_of={"a": "G", "b": "H"}),
        "a needs H, and b is part of",
    ),
    (
        "tangle",
        of("a b c", requires={"a": "b; c", "b": "a", "c": "a"}),
        "3 competencies need one another in circles; 2 were found, and all",
    ),
    ("group-never-opens", of("G a", requires={"G": "a"}, part_of={"a": "G"}), "G needs a, which is part of G"),
    ("group-never-opens", of("G a", requires={"a": "G"}, part_of={"a": "G"}), "a needs G, and a is part of it"),
    (
        "group-never-opens",
        of("G a b", requires={"G": "b", "b": "b"}, part_of={"a": "G"}),
        "G waits for b, which can never be met: it lies on or behind a circle",
    ),
    ("empty", of(""), "there is no competency in it"),
    ("code-doubled", Draft("d", coded("X", "X", "Y"), {"Y": "i0; i1"}), "2 competencies have the code 'X'"),
    ("prerequisite-doubled", of("a b", requires={"b": TWICE}), "b requires a twice"),
    ("soft-and-hard", of("a b", requires={"b": "a"}, recommends={"b": "a"}), "b recommends a, and requires it"),
    ("recommendation-circle", of("a b", requires={"a": "b"}, recommends={"b": "a"}), "a needs b, which recommends a"),
    ("no-prerequisites", of("a b"), "none of 2 competencies requires or recommends another"),
    ("orphan", of("a b c", recommends={"b": "a"}), "c needs nothing and is needed for nothing"),
    ("long-chain", of(" ".join(["n0", *LONG]), requires=LONG), "n21 is reached through 22 competencies one after"),
    ("statement-missing", Draft("d", [Competency("a")]), "a has no statement"),
    ("redundant", of("a b c", requires={"b": "a", "c": "a; b"}), "c needs a; b, which it needs too, needs it already"),
    ("redundant", of("a b c", requires={"b": "a", "c": "b"}, recommends={"c": "a"}), "c recommends a; b, which it"),
    (
        "redundant",
        of("G a b x", requires={"G": "x", "a": "x"}, part_of={"a": "G", "b": "G"}),
        "a needs x; the group around it asks for it too",
    ),
    (
        "redundant",
        of("G a b x", requires={"x": "G; a"}, part_of={"a": "G", "b": "G"}),
        "x needs a; G, which it needs too, holds it",
    ),
    ("levels-joined", of("G a x", requires={"x": "a", "a": ""}, part_of={"a": "G"}), ""),
    (
        "levels-joined",
        of("F G a x", requires={"x": "G"}, part_of={"a": "G", "G": "F"}),
        "at level 1 of the outline needs",
    ),
    ("descriptor-missing", Draft("d", coded("a", "b")), "none of 2 competencies describes levels of performance"),
    ("descriptor-missing", Draft("d", [Competency("a", levels=[Level("one")])]), "a names a level without saying"),
]


@pytest.mark.parametrize(("code", "draft", "says"), EXAMPLES, ids=[f"{n}-{e[0]}" for n, e in enumerate(EXAMPLES)])
def test_each_code_has_its_example(code: str, draft: Draft, says: str) -> None:
    """Every code is found where it should be, in these words; without words, it is not found at all."""
    messages = [finding.message for finding in found(draft, code)]

    assert any(says in message for message in messages) if says else not messages


def test_every_code_has_an_example() -> None:
    """The table above has all codes that there are."""
    assert {code for code, _, _ in EXAMPLES} == set(CODES)


def test_alternatives_imply_nothing() -> None:
    """A prerequisite of one alternative is not redundant; a prerequisite of them all is not called so either."""
    assert not found(of("a b c d", requires={"b": "a", "c": "a", "d": "a; (b or c)"}), "redundant")
    (one,) = found(of("a b c", requires={"c": "a; (a or b)"}), "redundant")
    assert one.message == "c needs (a or b); a, which it needs too, meets it"


def test_two_large_groups_make_one_circle() -> None:
    """A circle between groups is told once, as it was written, however many parts they have."""
    parts = {f"{group}{n}": group for group in "GH" for n in range(60)}
    draft = of(" ".join(["G", "H", *parts]), requires={"G": "H", "H": "G"}, part_of=parts)

    assert [finding.message for finding in found(draft, "self-loop", "cycle", "group-never-opens")] == [
        "G needs H, which needs G"
    ]


def test_many_circles_are_cut_short_and_counted() -> None:
    """The shortest circles of a tangle are listed, and one finding says how many there are and how far they reach."""
    names = [f"n{n}" for n in range(30)]
    everything = {name: AtLeast(1, [Needs(other) for other in names if other != name]) for name in names}
    draft = of(" ".join(names), requires=everything)

    assert len(found(draft, "cycle", most_circles=7)) == 7
    (tangle,) = found(draft, "tangle", most_circles=7)
    assert (
        tangle.message == "30 competencies need one another in circles; 435 were found, and the 7 shortest are listed"
    )
    assert tangle.about == tuple(names)


def test_loops_are_found_however_large_the_tangle(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the search for circles in a tangle ends early, each that a single mention makes is still named."""
    monkeypatch.setattr("competencies.circles._STEPS", 1)
    draft = of("a b c d", requires={"a": "b", "b": "c", "c": "d; a", "d": "a; d"}, part_of={})

    assert [finding.message for finding in found(draft, "self-loop")] == ["d needs itself"]
    assert [finding.about for finding in found(draft, "tangle")] == []
    assert [finding.about for finding in found(draft, "cycle")] == [("a", "b", "c")]


def test_what_a_reader_found_is_part_of_the_review() -> None:
    """Findings of a reader come first among those of their severity, with what to do, and keep their own."""
    said = [
        Finding("table-cell", ERROR, "line 2: odd", ["a"]),
        Finding("new-code", NOTE, "nice", todo="smile"),
        Finding("new-code", WARNING, "hm"),
    ]
    findings = review(of("a b", requires={"a": "zz"}, findings=said))

    assert [(f.code, f.severity) for f in findings if f.code in ("table-cell", "dangling")] == [
        ("table-cell", ERROR),
        ("dangling", ERROR),
    ]
    assert {f.message: f.todo for f in findings if f.code == "new-code"} == {
        "hm": "look at it in the file; the framework can be used as it is",
        "nice": "smile",
    }
