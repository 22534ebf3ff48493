"""What a reader or a review finds is said in so many words: code, sentence, severity, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from competencies import Finding
from competencies.formats import case, table

Found = list[tuple[Callable[[], Iterable[Finding]], list[str]]]


def item(name: str, **more: Any) -> dict[str, Any]:
    return {"identifier": name, **more}


def link(kind: Any, origin: str, then: str, **more: Any) -> dict[str, Any]:
    ends = {"originNodeURI": {"identifier": origin}, "destinationNodeURI": {"identifier": then}}
    return {"associationType": kind, **ends, **more}


def ours(**more: Any) -> dict[str, Any]:
    return {"extensions": {"competencies": more}}


def package(items: list[Any], links: Any = (), **document: Any) -> tuple[Finding, ...]:
    associations = list(links) if isinstance(links, tuple) else links
    data = {"CFDocument": {"identifier": "doc", **document}, "CFItems": items, "CFAssociations": associations}
    return case.read(data).findings


def rows(text: str, **more: Any) -> tuple[Finding, ...]:
    return table.read(text, title="t", **more).findings


OF_PACKAGES: Found = [
    (
        lambda: package([item("a"), {}, item("a"), 5]),
        [
            "case-item-unreadable, warning: item 2 of CFItems has no identifier and is left out <>",
            "case-item-doubled, warning: item 3 of CFItems repeats a; the first stays <a>",
            "case-item-unreadable, warning: item 4 of CFItems has no identifier and is left out <>",
        ],
    ),
    (
        lambda: package(
            [item("a"), item("b"), item("c")],
            (link("isChildOf", "a", "b"), link("isChildOf", "a", "b"), link("isChildOf", "a", "c")),
        ),
        [
            "case-child-doubled, warning: a isChildOf b is said twice <a>",
            "case-second-parent, warning: a has a second parent, c; the first stays <a>",
        ],
    ),
    (
        lambda: package(
            [item("a"), item("b")], (link("precedes", "a", "b"), link("precedes", "a", "b"), link("precedes", "x", "b"))
        ),
        [
            "case-precedes-doubled, warning: a precedes b is said twice <a, b>",
            "case-dangling, warning: 1 precedes with an end that is not in the package, kept and not used: "
            "x precedes b <b>",
        ],
    ),
    (
        lambda: package(
            [item("a", statusEndDate="2020-01-01"), item("b", adoptionStatus="Deprecated", statusEndDate="")]
        ),
        ["case-retired, warning: a was retired on 2020-01-01 <a>", "case-retired, warning: b is deprecated <b>"],
    ),
    (
        lambda: package([], statusEndDate="2020-01-01"),
        ["case-retired, warning: CFDocument was retired on 2020-01-01 <>"],
    ),
    (lambda: package([], adoptionStatus="deprecated"), ["case-retired, warning: CFDocument is deprecated <>"]),
    (
        lambda: package([item("a", title=5, subject="x"), item("b", title=6)], title=7),
        [
            "case-wrong-type, warning: title of CFDocument is a text in CASE and something else here, in 1; "
            "it is kept as it is <>",
            "case-wrong-type, warning: title of CFItems is a text in CASE and something else here, in 2; it "
            "is kept as it is <a, b>",
            "case-wrong-type, warning: subject of CFItems is a list in CASE and something else here, in 1; "
            "it is kept as it is <a>",
        ],
    ),
    (
        lambda: package([item("a", licenseURI=1, CFItemTypeURI=[], language=None, notes=2)]),
        [
            "case-wrong-type, warning: licenseURI of CFItems is an object in CASE and something else here, "
            "in 1; it is kept as it is <a>",
            "case-wrong-type, warning: CFItemTypeURI of CFItems is an object in CASE and something else "
            "here, in 1; it is kept as it is <a>",
            "case-wrong-type, warning: notes of CFItems is a text in CASE and something else here, in 1; it "
            "is kept as it is <a>",
        ],
    ),
    (
        lambda: package([], {}),
        [
            "case-wrong-type, warning: CFAssociations of the package is a list in CASE and something else "
            "here, in 1; it is kept as it is <>"
        ],
    ),
    (
        lambda: package([item("a"), item("b")], (link("replacedBy", "a", "b"), link("replacedBy", "x", "b"), 5)),
        [
            "case-replaced, warning: a is replaced by b <a>",
            "case-dangling, note: 1 replacedBy with an end that is not in the package, kept and not used: x "
            "replacedBy b <b>",
        ],
    ),
    (
        lambda: package([item("a"), item("b")], (link("huh", "a", "b"),)),
        ["case-association-type, note: 1 association of a type that CASE does not know, kept and not used: huh <>"],
    ),
    (
        lambda: package(
            [item("a"), item("b")], (link("huh", "a", "b"), link("huh", "b", "a"), link("ext:own", "a", "b"))
        ),
        ["case-association-type, note: 2 associations of a type that CASE does not know, kept and not used: huh <>"],
    ),
    (
        lambda: package([item("a"), item("b")], (link(None, "a", "b"), link("", "b", "a"), link(5, "a", "z"))),
        [
            "case-dangling, note: 1 association without a type with an end that is not in the package, kept "
            "and not used: a to z <a>",
            "case-association-type, note: 3 associations without a type, kept and not used <>",
        ],
    ),
    (
        lambda: package(
            [item("a"), item("b")],
            (link("precedes", "a", "b", sequenceNumber="1"), link("precedes", "b", "a", sequenceNumber=True)),
        ),
        [
            "case-wrong-type, warning: sequenceNumber of CFAssociations is a whole number in CASE and "
            "something else here, in 2; it is kept as it is <a, b>"
        ],
    ),
    (
        lambda: package([item("a")], tuple(link("isRelatedTo", "a", f"z{n}") for n in range(5))),
        [
            "case-dangling, note: 5 isRelatedTo with an end that is not in the package, kept and not used: "
            "a isRelatedTo z0; a isRelatedTo z1; a isRelatedTo z2; a isRelatedTo z3; a isRelatedTo z4 <a>"
        ],
    ),
    (
        lambda: package(
            [item("a")], (*(link("isRelatedTo", "a", f"z{n}") for n in range(6)), link("isRelatedTo", "", ""))
        ),
        [
            "case-dangling, note: 7 isRelatedTo with an end that is not in the package, kept and not used: "
            "a isRelatedTo z0; a isRelatedTo z1; a isRelatedTo z2; a isRelatedTo z3; a isRelatedTo z4; and "
            "2 more <a>"
        ],
    ),
    (
        lambda: package([item("a", **ours(requires="b or", kind="no"))]),
        [
            "case-extension-unreadable, warning: the requirement beside a cannot be used <a>",
            "case-extension-unreadable, warning: what lies beside a cannot be used: 'no' is not a valid Kind <a>",
        ],
    ),
    (
        lambda: package([item("a", **ours(tags=5)), item("b", **ours(check=[2, 1, []]))]),
        [
            "case-extension-unreadable, warning: what lies beside a cannot be used: a list of texts was "
            "wanted, got 5 <a>",
            "case-extension-unreadable, warning: what lies beside b cannot be used: 'pass_score' must be <= 1: 2 <b>",
        ],
    ),
]


@pytest.mark.parametrize(("found", "said"), OF_PACKAGES)
def test_a_package_says_all_of_this(found: Callable[[], Iterable[Finding]], said: list[str]) -> None:
    """Each warning of a CASE package, alone and with others of its kind."""
    assert [f"{one.code}, {one.severity}: {one.message} <{', '.join(one.about)}>" for one in found()] == said


OF_TABLES: Found = [
    (
        lambda: rows("code,requires\na,b; c or d\nb,2 of b\n"),
        [
            "table-cell, error: line 2, column requires: Cannot read the requirement 'b; c or d': at column "
            "6 either 'and' or 'or' was wanted, not both: put brackets round the alternatives, got 'or d'. "
            "<a>",
            "table-cell, error: line 3, column requires: Cannot read the requirement '2 of b': at column 6 "
            "an opening bracket was wanted, got 'b'. <b>",
        ],
    ),
    (
        lambda: rows("code,Tag,Rooom\na,x,y\n"),
        ["table-column, warning: line 1, column Tag: no column of ours, kept in the extras; did you mean tags? <>"],
    ),
    (
        lambda: rows("code,kind,check pass,check_questions\na,skil,2,x\nb,SKILL,0,0\nc,x,much,1.5\n"),
        [
            "table-cell, error: line 2, column kind: one of knowledge, skill, application, disposition was "
            "wanted, got 'skil'; did you mean skill? <a>",
            "table-cell, error: line 2, column check pass: a score above 0 and up to 1 was wanted, 0.8 say, "
            "got '2' <a>",
            "table-cell, error: line 2, column check_questions: a whole number from 1 was wanted, got 'x' <a>",
            "table-cell, error: line 3, column check pass: a score above 0 and up to 1 was wanted, 0.8 say, "
            "got '0' <b>",
            "table-cell, error: line 3, column check_questions: a whole number from 1 was wanted, got '0' <b>",
            "table-cell, error: line 4, column kind: one of knowledge, skill, application, disposition was "
            "wanted, got 'x' <c>",
            "table-cell, error: line 4, column check pass: a score above 0 and up to 1 was wanted, 0.8 say, "
            "got 'much' <c>",
            "table-cell, error: line 4, column check_questions: a whole number from 1 was wanted, got '1.5' <c>",
        ],
    ),
    (
        lambda: rows("code,check_items\na,f\n"),
        [
            "table-cell, error: line 2, column check_items: a check with forms needs check_pass and "
            "check_questions, got neither <a>"
        ],
    ),
    (
        lambda: rows("code,extras_json\na,{\nb,[1]\n"),
        [
            "table-cell, error: line 2, column extras_json: a JSON object, as we write it, was wanted, and "
            "this is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1) "
            "<a>",
            "table-cell, error: line 3, column extras_json: a JSON object, as we write it, was wanted, got [1] <b>",
        ],
    ),
    (lambda: rows("code,\na,b\n"), ["table-cell, error: line 2: 2 cells under 1 column <a>"]),
    (
        lambda: rows("code,,says\na,b,c\n"),
        ["table-column, warning: line 2: what stands in a column without a name is left out <>"],
    ),
    (
        lambda: rows("code,says\n,b\na,b,,\nc,b,,d\n"),
        [
            "table-cell, error: line 2, column identifier: an identifier or a code was wanted, got neither <>",
            "table-cell, error: line 4: 4 cells under 2 columns <c>",
        ],
    ),
    (
        lambda: rows("code,requires,Part Of,recommends\nabcde,abcdf,q,zz\nb,a or abcde,,\n"),
        [
            "table-name, warning: line 2, column requires: 'abcdf' is no competency; did you mean abcde? <>",
            "table-name, warning: line 3, column requires: 'a' is no competency <>",
            "table-name, warning: line 2, column recommends: 'zz' is no competency <>",
            "table-name, warning: line 2, column Part Of: 'q' is no competency <>",
        ],
    ),
    (
        lambda: rows("code,framework_title\na,x\nb,y\n"),
        ["table-cell, error: line 3, column framework_title: 'y' was wanted to be 'x' as above <b>"],
    ),
    (
        lambda: rows("from,to\na,b\n,c\nd\n", edges=("from", "to")),
        [
            "table-cell, error: line 3, column from: a name was wanted, got nothing <>",
            "table-cell, error: line 4, column to: a name was wanted, got nothing <>",
        ],
    ),
]


@pytest.mark.parametrize(("found", "said"), OF_TABLES)
def test_a_table_says_all_of_this(found: Callable[[], Iterable[Finding]], said: list[str]) -> None:
    """Each fault of a table stands with its line and its column."""
    assert [f"{one.code}, {one.severity}: {one.message} <{', '.join(one.about)}>" for one in found()] == said
