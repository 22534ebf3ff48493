"""Corners of reading and writing that only one input in thousands turns: each told whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from test_whole_packages import beside, end, link, named, uuid

from competencies import Competency, Draft, Framework, Needs, read
from competencies.formats import case, case_out, table
from competencies.formats.case_shapes import made_identifier
from competencies.gate import Choice, Gate
from competencies.knowledge_space import TooManyStates, clauses
from competencies.review import review


def of(names: str, **more: Any) -> Framework:
    return Framework("small", [Competency(name) for name in names.split()], **more)


def test_a_requirement_beside_an_item_may_name_it() -> None:
    """A requirement of itself is read as it was written: a review says so, not the reader."""
    found = case.read({"CFItems": [{"identifier": "a", **beside(requires="a")}]})
    assert (found.requires, found.findings) == ({"a": Needs("a")}, ())


def test_what_lies_beside_is_ours_only_when_it_is_sound() -> None:
    """Where what was added is no list, nothing beside the item is taken."""
    found = case.read({"CFItems": [{"identifier": "a", **beside(added=5, tags=["t"])}]})
    assert found.competencies[0].tags == ()


def test_a_package_without_associations_has_nothing_wrong() -> None:
    """No associations are no fault, and none are kept; what is no list is kept as it is, also when read again."""
    assert (case.read({"CFItems": []}).findings, case.read({"CFItems": []}).extras) == (
        (),
        {"case": {"CFAssociations": []}},
    )
    odd = case.read({"CFItems": [{"identifier": "a"}], "CFAssociations": {"x": 1}})
    again = case.read(json.loads(json.dumps(case_out.write(odd.framework()))))
    assert again.extras == odd.extras == {"case": {"CFAssociations": {"x": 1}}}


def test_what_is_no_structure_is_kept_and_not_used() -> None:
    """A part of something that is not there, and what comes before the whole document, are other associations."""
    outside, before = link("isChildOf", "a", "z"), link("precedes", "a", "doc")
    top = link("isChildOf", "a", "doc")
    data = {"CFDocument": {"identifier": "doc"}, "CFItems": [{"identifier": "a"}]}
    kept = case.read({**data, "CFAssociations": [outside, before, top]}).extras["case"]
    assert (kept["CFAssociations"], kept["CFAssociationsUsed"]) == ([outside, before], [top])


def test_a_package_of_which_nothing_is_missing_keeps_an_order_of_its_own() -> None:
    """Where the order is not that of the outline, the package says so, and nothing else besides."""
    document = named(uuid(0), title="t", creator="c", caseVersion="1.1")
    items = [named(uuid(n), fullStatement="s") for n in (1, 2)]
    links = [named(uuid(9), **link("isChildOf", end(2), end(1)))]
    framework = case.read({"CFDocument": document, "CFItems": items, "CFAssociations": links}).framework()
    assert "extensions" not in case_out.write(framework)
    turned = evolve(framework, competencies=framework.competencies[::-1])
    assert case_out.write(turned)["extensions"] == {"competencies": {"order": "as filed"}}


def test_a_document_is_called_by_what_the_framework_is_called() -> None:
    """An identifier that is no UUID makes the one of the document; without any, the title does."""
    for framework, name in ((of("a", identifier="doc"), "doc"), (of("a"), "small")):
        assert case_out.write(framework)["CFDocument"]["identifier"] == made_identifier(["document", name])


def test_a_table_names_by_identifier_or_code() -> None:
    """Either may stand in a requirement; with a separator, an empty cell asks for nothing."""
    assert table.read("identifier,code,requires\n1,A,\n2,B,A; 1\n3,C,2\n", title="t").findings == ()
    listed = table.read("code,requires\na,\nb,a\n", title="t", separator="|")
    assert listed.requires == {"b": Needs("a")}


def test_options_reach_the_reader(tmp_path: Path) -> None:
    """Prerequisites are hard unless said otherwise, items below a type are text, two columns are edges."""
    items = [{"identifier": "a", "CFItemType": "T"}, {"identifier": "b"}, {"identifier": "c"}]
    links = [link("isChildOf", "b", "a"), link("precedes", "a", "c")]
    (tmp_path / "f.json").write_text(json.dumps({"CFItems": items, "CFAssociations": links}), "utf-8")
    (tmp_path / "f.csv").write_text("from,to\na,b\n", "utf-8")
    assert read(tmp_path / "f.json").requires == {"c": Needs("a")}
    assert [c.identifier for c in read(tmp_path / "f.json", assess=["T"]).competencies] == ["a", "c"]
    assert read(tmp_path / "f.csv", edges=("from", "to")).requires == {"b": Needs("a")}


def test_clauses_come_fewest_first_and_ways_are_counted_before_they_are_joined() -> None:
    """One competency alone comes before two, and two ways are two where one would lead through the other."""
    framework = of("a b c d", requires={"d": "(a; b) or c"})
    assert list(clauses(framework, "d")) == [frozenset("cd"), frozenset("abd")]
    with pytest.raises(TooManyStates):
        clauses(of("a b d", requires={"b": "a", "d": "a or b"}), "d", 1)


def test_choices_within_choices_open_by_their_first_ways() -> None:
    """Two of three, one of which is a choice itself, open in five ways, ordered by position."""
    a, b, c, d = (Gate(1 << i) for i in range(4))
    gate = Gate(0, (Choice(2, (a, Gate(0, (Choice(1, (b, c)),)), d)),))
    assert gate.ways(0) == ((0b0011, 0b0101, 0b1001, 0b1010, 0b1100), False)
    assert gate.ways(0b0001) == ((0b0010, 0b0100, 0b1000), False)


def test_a_circle_that_a_share_opens_is_told_as_one() -> None:
    """Half of a group can be met without what needs it: the circle is refused, and said to have a way out."""
    draft = Draft(
        "small",
        [Competency(name) for name in ("x", "g", "p", "q")],
        requires={"x": "50% of g", "p": "x"},
        part_of={"p": "g", "q": "g"},
    )
    told = [found.message for found in review(draft) if found.code in ("cycle", "self-loop", "group-never-opens")]
    assert told == [
        "x needs g, and p is part of it and needs x; another alternative could open it, but no circle is let through"
    ]


def test_a_circle_of_shares_that_nothing_opens_is_told_without_a_way_out() -> None:
    """Where all of each of two groups is asked for, no other alternative is said to open the circle."""
    draft = Draft(
        "small",
        [Competency(name) for name in ("g", "h", "p", "x")],
        requires={"x": "100% of g", "p": "100% of h"},
        part_of={"p": "g", "x": "h"},
    )
    told = [found.message for found in review(draft) if found.code == "cycle"]
    assert len(told) == 1
    assert "another alternative" not in told[0]
