"""CASE packages out, held whole: what a file brought along, what 1.1 demands besides, and what lies beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from competencies import Competency, Framework, dump
from competencies.formats import case, case_out

STAMP = "2024-05-06T07:08:09+00:00"
MADE = ["uri", "lastChangeDateTime"]


def uuid(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


def end(n: int, **more: Any) -> dict[str, Any]:
    return {"title": f"t{n}", "identifier": uuid(n), "uri": f"https://example.org/{n}", **more}


def made_end(name: str, title: str = "") -> dict[str, Any]:
    return {"title": title or name, "identifier": name, "uri": f"urn:uuid:{name}"}


def named(name: str, **more: Any) -> dict[str, Any]:
    """An object with the identifier, address and time that it would have been given."""
    return {"identifier": name, "uri": f"urn:uuid:{name}", "lastChangeDateTime": STAMP, **more}


def link(kind: str, origin: Any, then: Any, **more: Any) -> dict[str, Any]:
    return {"associationType": kind, "originNodeURI": origin, "destinationNodeURI": then, **more}


def beside(**ours: Any) -> dict[str, Any]:
    return {"extensions": {"competencies": ours}}


RUBRIC = {
    "identifier": uuid(31),
    "title": "R",
    "CFRubricCriteria": [
        {
            "weight": 1.5,
            "position": True,
            "CFRubricCriterionLevels": [{"score": 2, "quality": "good", "rubricCriterionId": "x"}],
        }
    ],
}
DEFINITIONS = {
    "CFItemTypes": [{"identifier": uuid(21), "title": "Standard", "hierarchyCode": "1"}, {"title": "x"}],
    "CFLicenses": [{"identifier": uuid(22), "description": "d"}],
    "CFConcepts": 5,
}
RICH = {
    "CFDocument": {
        "identifier": uuid(0),
        "uri": "https://example.org/doc",
        "title": "Rich",
        "creator": 5,
        "publisher": "A school",
        "lastChangeDateTime": STAMP,
        "subject": "maths",
        "own": "kept",
        "statusStartDate": "20240101",
        "statusEndDate": "2024-01-01",
        "extensions": {"theirs": 1},
    },
    "CFItems": [
        {
            "identifier": uuid(1),
            "fullStatement": "Adds.",
            "humanCodingScheme": "A",
            "CFItemType": "Standard",
            "lastChangeDateTime": STAMP,
            "uri": "https://example.org/1",
            "colour": "red",
            "extensions": {"theirs": 2},
        },
        {"identifier": uuid(2), "CFItemTypeURI": end(9), "licenseURI": {"title": "t", "id": "x", "uri": "u"}},
        {"identifier": uuid(3), "fullStatement": "A group"},
        {"fullStatement": "nameless"},
    ],
    "CFAssociations": [
        named(uuid(11), **link("isChildOf", end(1, targetType="CASE"), end(3), sequenceNumber=1)),
        link("isChildOf", {"identifier": uuid(2)}, {"identifier": uuid(3)}, identifier=uuid(12), sequenceNumber=True),
        link("isChildOf", uuid(3), uuid(0), identifier=uuid(15)),
        named(uuid(13), **link("precedes", end(1), end(2, targetType="a b"), notes="n", extra=1)),
        named(uuid(14), **link("precedes", end(1), end(2))),
        named(uuid(16), **link("exactMatchOf", end(1), {"identifier": "elsewhere"})),
        named(uuid(17), **link("odd one", end(1), end(2))),
        {"associationType": "isRelatedTo", "originNodeURI": end(1)},
        7,
    ],
    "CFDefinitions": DEFINITIONS,
    "CFRubrics": [RUBRIC],
    "extensions": {"theirs": 3},
    "version": 9,
}


def rich() -> Framework:
    return case.read(RICH).framework()


def written() -> dict[str, Any]:
    return case_out.write(rich())


def test_a_document_is_written_like_this() -> None:
    """What fits stays, what does not lies beside, and what is demanded is added and said to be."""
    kept = {"creator": 5, "own": "kept", "statusStartDate": "20240101", "subject": "maths"}
    assert written()["CFDocument"] == {
        "identifier": uuid(0),
        "uri": "https://example.org/doc",
        "caseVersion": "1.1",
        "creator": "A school",
        "title": "Rich",
        "lastChangeDateTime": STAMP,
        "publisher": "A school",
        "subject": ["maths"],
        "statusEndDate": "2024-01-01",
        "extensions": {"theirs": 1, "competencies": {"kept": kept, "added": ["caseVersion"]}},
    }


def test_items_are_written_like_this() -> None:
    """In the order of the outline, each with the fields of its own beside it."""
    license_kept = {"licenseURI": {"title": "t", "id": "x", "uri": "u"}}
    assert written()["CFItems"] == [
        {**named(uuid(3), fullStatement="A group"), **beside(added=MADE)},
        {
            "identifier": uuid(1),
            "fullStatement": "Adds.",
            "CFItemType": "Standard",
            "uri": "https://example.org/1",
            "humanCodingScheme": "A",
            "lastChangeDateTime": STAMP,
            "extensions": {"theirs": 2, "competencies": {"kept": {"colour": "red"}}},
        },
        {**named(uuid(2), fullStatement="", CFItemTypeURI=end(9)), **beside(kept=license_kept, added=MADE)},
    ]


def test_associations_are_written_like_this() -> None:
    """Ends as they were given where that is allowed, types of their own renamed, what is said twice left idle."""
    two, three = {"identifier": uuid(2)}, {"identifier": uuid(3)}
    twelve = beside(kept={"destinationNodeURI": three, "originNodeURI": two, "sequenceNumber": True}, added=MADE)
    fifteen = beside(kept={"destinationNodeURI": uuid(0), "originNodeURI": uuid(3)}, added=MADE)
    thirteen = beside(kept={"destinationNodeURI": end(2, targetType="a b"), "extra": 1})
    elsewhere = {"title": "elsewhere", "identifier": "elsewhere", "uri": "elsewhere"}
    assert written()["CFAssociations"] == [
        RICH["CFAssociations"][0],  # type: ignore[index]
        {**named(uuid(12), **link("isChildOf", made_end(uuid(2)), made_end(uuid(3)))), **twelve},
        {**named(uuid(15), **link("isChildOf", made_end(uuid(3)), made_end(uuid(0), "Rich"))), **fifteen},
        {**named(uuid(13), **link("precedes", end(1), end(2), notes="n")), **thirteen},
        {**named(uuid(14), **link("precedes", end(1), end(2))), **beside(idle=True)},
        {
            **named(uuid(16), **link("exactMatchOf", end(1), elsewhere)),
            **beside(kept={"destinationNodeURI": {"identifier": "elsewhere"}}),
        },
        {**named(uuid(17), **link("ext:odd_one", end(1), end(2))), **beside(kept={"associationType": "odd one"})},
    ]


def test_the_rest_of_a_package_is_written_like_this() -> None:
    """Definitions and rubrics are made to fit, all the way down; what cannot be said in 1.1 lies beside the package."""
    found = written()
    types = [
        named(uuid(21), title="Standard", description="Standard", hierarchyCode="1"),
        named("15fd42c8-fc97-56cb-bb10-c134dcaa499c", title="x", description="x", hierarchyCode=""),
    ]
    licenses = [named(uuid(22), title="", description="d", licenseText="")]
    level = named("5addddd8-9b54-5ee4-b12b-79412a18b802", quality="good", score=2)
    criterion = named("9853849a-4f61-558e-b58c-152230ee67fc", weight=1.5, CFRubricCriterionLevels=[level])
    assert found["CFDefinitions"] == {"CFItemTypes": types, "CFLicenses": licenses}
    assert found["CFRubrics"] == [named(uuid(31), title="R", CFRubricCriteria=[criterion])]
    assert list(found) == ["CFDocument", "CFItems", "CFDefinitions", "CFRubrics", "CFAssociations", "extensions"]
    assert found["extensions"] == {
        "theirs": 3,
        "competencies": {
            "others": [[3, {"associationType": "isRelatedTo", "originNodeURI": end(1)}], [4, 7]],
            "unusable": [{"fullStatement": "nameless"}],
            "kept": {"CFDefinitions": DEFINITIONS, "CFRubrics": [RUBRIC], "version": 9},
        },
    }


def test_what_is_read_back_is_as_it_was() -> None:
    """Nothing of what was written beside is left in the extras: they are those of the first reading."""
    again = case.read(json.loads(json.dumps(written())))
    assert again.extras == case.read(RICH).extras
    assert again.framework() == rich()


def made_item(name: str, called: str, **more: Any) -> dict[str, Any]:
    stamped = {"lastChangeDateTime": "1970-01-01T00:00:00+00:00"}
    return {**named(name, fullStatement="", **stamped), **beside(identifier=called, **more, added=MADE)}


def test_a_framework_of_no_file_is_written_like_this(tmp_path: Path) -> None:
    """Identifiers come of the title and the names, places of the order; soft and made are said beside."""
    framework = Framework(
        "plain",
        [Competency("a"), Competency("b", code="B"), Competency("g")],
        requires={"b": "a"},
        recommends={"g": "B"},
        part_of={"a": "g"},
    )
    found = case_out.write(framework)
    document = "cc5d5587-4c8a-59eb-8f20-68294ea9272e"
    a, b = "65a947ee-650a-5654-85a0-4f8c62625104", "2e3b8199-b547-5abd-8423-db2c83409948"
    g = "16d68b35-6dad-525f-820c-861c3e8d2508"
    ends = {"a": made_end(a, "a"), "b": made_end(b, "B"), "g": made_end(g, "g"), "": made_end(document, "plain")}
    assert found["CFItems"] == [made_item(a, "a"), {**made_item(b, "b"), "humanCodingScheme": "B"}, made_item(g, "g")]
    names = {end["identifier"]: name for name, end in ends.items()}
    told = []
    for one in found["CFAssociations"]:
        origin, then = (names[one[end]["identifier"]] for end in ("originNodeURI", "destinationNodeURI"))
        assert [one["originNodeURI"], one["destinationNodeURI"]] == [ends[origin], ends[then]]
        assert one["uri"] == f"urn:uuid:{one['identifier']}"
        told.append(
            (one["associationType"], origin, then, one.get("sequenceNumber"), one["extensions"]["competencies"])
        )
    assert told == [
        ("isChildOf", "a", "g", 1, {"made": True}),
        ("isChildOf", "b", "", 1, {"made": True}),
        ("isChildOf", "g", "", 2, {"made": True}),
        ("precedes", "a", "b", None, {"made": True}),
        ("precedes", "b", "g", None, {"made": True, "soft": True}),
    ]
    assert found["extensions"] == {"competencies": {"added": ["CFDocument", "CFAssociations"], "order": "as filed"}}
    dump(framework, tmp_path / "plain.json")
    assert (tmp_path / "plain.json").read_text("utf-8") == json.dumps(found, indent=1) + "\n"


def test_a_package_without_a_title_has_one_in_words() -> None:
    """A package that says no title is called untitled, in words."""
    assert case.read({"CFItems": []}).title == "Untitled framework"
