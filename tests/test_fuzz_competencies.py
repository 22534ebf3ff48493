"""Whatever comes from outside is read or refused by an error of ours, and of what is read all holds that we promise."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import fuzz_targets
import pytest
from attrs import evolve
from fuzz_targets import SEEDS, TARGETS
from hypothesis import given
from hypothesis import strategies as st
from test_case_files import mutated
from test_formats import ITEMS, JSON, LINKS
from worlds import BRIEF, profile

from competencies import Competency, FormatError, Framework, text
from competencies.formats import _written, case_out, table
from competencies.testing import frameworks, requirements

SCRAPS = [
    *",;|\t\n\r\"'=\0\u2028é\ufeff()%1a {}[]:",
    '""',
    "\r\n",
    "and",
    " or ",
    "2 of (",
    "50% of ",
    "null",
    "9" * 5_000,
]
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(SCRAPS)), max_size=4)
RAW = st.binary(max_size=80) | st.text(max_size=40).map(lambda some: some.encode("utf-8", "surrogatepass"))


def harmed(source: str, edits: Sequence[tuple[float, int, str]]) -> bytes:
    """Put a scrap in the place of some characters, here and there."""
    for place, length, scrap in edits:
        at = int(place * len(source))
        source = source[:at] + scrap + source[at + length :]
    return source.encode("utf-8", "surrogatepass")


def documents(framework: Framework) -> list[Any]:
    """A framework as the JSON documents that we read."""
    return [case_out.write(framework), framework.to_json()]


# What was found once.

NATIVE = {
    "format": "competencies.framework/1",
    "title": "f",
    "identifier": "",
    "competencies": [{"identifier": "a"}],
    "requires": {},
    "recommends": {},
    "part_of": {},
    "extras": {},
}
A, B, MADE_FOR_B = (f"{start}-cc2a-5df7-8fd2-a38fe6ad4609" for start in ("bf548de3", "9e9", "9e59cefd"))


def native(**damaged: Any) -> bytes:
    return json.dumps({**NATIVE, **damaged}).encode()


def dangling(kind: str, origin: str, then: str, **ours: str) -> bytes:
    """A package in which an item has lost its UUID, and an association names the one that we would make for it."""
    renamed = {"identifier": B, "extensions": {"competencies": {"identifier": "b", **ours}}}
    ends = {"originNodeURI": {"identifier": origin}, "destinationNodeURI": {"identifier": then}}
    package = {
        "CFDocument": {"title": "word"},
        "CFItems": [{"identifier": A}, renamed],
        "CFAssociations": [{"associationType": kind, **ends}],
    }
    return json.dumps(package).encode()


FOUND: dict[str, list[bytes]] = {
    "case": [
        native(title=None),
        native(identifier=1),
        native(requires={"a": 5}),
        native(requires={"a": None}),
        native(recommends={"a": ["b"]}),
        native(part_of={"a": ["b"]}),
        native(part_of={"a": None}),
        native(formerly={"b": [[]]}),
        native(formerly=[]),
        native(competencies=[{"identifier": "a", "code": ["x"]}]),
        native(competencies=[{"identifier": "a", "statement": 1}]),
        native(competencies=[{"identifier": "a", "levels": [["one", 2]]}]),
        native(competencies=[{"identifier": "a", "tags": [1]}]),
        native(competencies=[{"identifier": "a", "tags": "text"}]),
        native(competencies=[{"identifier": "a", "check": [0.5, 1, [{}]]}]),
        native(competencies="text"),
        dangling("precedes", A, MADE_FOR_B),
        dangling("isChildOf", A, MADE_FOR_B),
    ],
    "table": [
        b'code,extras_json\r\na,"{""x"": 1e999}"\r\n',
        b'code,extras_json\r\na,"{""x"": NaN}"\r\n',
        b'code,framework_title,framework_json\r\na,f,"{""extras"": {""x"": -Infinity}}"\r\n',
    ],
    "crosswalk": [b"old,new\n" + b"a" * 200_000 + b",b\n"],
}


@pytest.mark.parametrize(("target", "data"), [(name, data) for name, found in FOUND.items() for data in found])
def test_what_was_found_once_stays_mended(target: str, data: bytes) -> None:
    """Input that once raised something else is read, or refused by an error of ours."""
    TARGETS[target](data)


# Raw input.


@pytest.mark.parametrize("target", TARGETS)
def test_raw_input_is_read_or_refused(target: str) -> None:
    """Any bytes and any text: no target raises anything."""
    profile(60)(given(RAW)(TARGETS[target]))()


# Documents with a few edits. Each test counts how many are still read: where all is refused little is tested.


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a target came to what it does with input that was read."""
    seen = Counter[str]()

    def count(name: str) -> None:
        inner = getattr(fuzz_targets, name)

        def counted(*given: Any, **named: Any) -> Any:
            seen[name] += 1
            return inner(*given, **named)

        monkeypatch.setattr(fuzz_targets, name, counted)

    for name in ("_comes_back", "mentions", "succeeding"):
        count(name)
    return seen


def test_edited_documents_are_read_or_refused(read: Counter[str]) -> None:
    """A JSON document of ours, of either kind, with values dropped, doubled, swapped and replaced."""

    @profile(80)
    @given(st.data(), frameworks(most=5, dressed=True), st.integers(0, 3))
    def hold(data: st.DataObject, framework: Framework, edits: int) -> None:
        document = data.draw(st.sampled_from(documents(framework)))
        for _ in range(edits):
            document = mutated(data, document)
        fuzz_targets.case(json.dumps(document).encode())

    hold()
    assert BRIEF or read["_comes_back"] >= 25, read


def test_packages_of_others_are_read_or_refused(read: Counter[str]) -> None:
    """CASE packages whose items and associations are anything."""

    @profile(100)
    @given(st.lists(ITEMS | JSON, max_size=4), st.lists(LINKS | JSON, max_size=5), st.dictionaries(st.text(), JSON))
    def hold(items: list[Any], links: list[Any], more: dict[str, Any]) -> None:
        fuzz_targets.case(json.dumps({"CFItems": items, "CFAssociations": links, **more}).encode())

    hold()
    assert BRIEF or read["_comes_back"] >= 10, read


@pytest.mark.parametrize("target", ["case", "table"])
def test_harmed_files_are_read_or_refused(target: str, read: Counter[str]) -> None:
    """The text of a JSON document or of a table with scraps in it."""

    @profile(80)
    @given(frameworks(most=5, dressed=True), EDITS, st.sampled_from(",;\t"))
    def hold(framework: Framework, edits: Any, delimiter: str) -> None:
        if target == "case":
            written = json.dumps(documents(framework)[len(edits) % 2], ensure_ascii=False)
        else:
            written = table.write(framework, delimiter=delimiter)
        TARGETS[target](harmed(written, edits))

    hold()
    assert BRIEF or read["_comes_back"] >= 8, read


def test_harmed_requirements_are_read_or_refused(read: Counter[str]) -> None:
    """The text of a requirement with scraps in it."""

    @profile(200)
    @given(requirements("abc", "G"), EDITS)
    def hold(requirement: Any, edits: Any) -> None:
        fuzz_targets.requirement_text(harmed(text(requirement), edits))

    hold()
    assert BRIEF or read["mentions"] >= 25, read


def test_harmed_crosswalks_are_read_or_refused(read: Counter[str]) -> None:
    """A crosswalk with scraps in it."""

    @profile(200)
    @given(st.lists(st.tuples(st.sampled_from("aAbBcdD"), st.sampled_from("bCeEf")), max_size=5), EDITS)
    def hold(pairs: list[tuple[str, str]], edits: Any) -> None:
        fuzz_targets.crosswalk(harmed("old,new\n" + "".join(f"{old},{new}\n" for old, new in pairs), edits))

    hold()
    assert BRIEF or read["succeeding"] >= 20, read


@pytest.mark.parametrize(("target", "seed"), [(name, seed) for name in TARGETS for seed in SEEDS[name]])
def test_a_fuzzer_starts_from_what_is_read(target: str, seed: bytes, read: Counter[str]) -> None:
    """The documents from which fuzzing starts are read, so that what follows reading is put to the test."""
    TARGETS[target](seed)
    assert sum(read.values()) == 1, "refused"


@pytest.mark.parametrize("target", ["case", "table"])
def test_a_format_that_loses_something_is_a_defect(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target raises where a promise is broken: here by a writer that loses the requirements."""
    monkeypatch.setattr(
        fuzz_targets, "_written", lambda framework, path: _written(evolve(framework, requires={}), path)
    )
    data = {"case": json.dumps(fuzz_targets.OLD.to_json()), "table": table.write(fuzz_targets.OLD)}[target]
    with pytest.raises(AssertionError, match="comes back equal"):
        TARGETS[target](data.encode())


def test_what_no_json_can_hold_is_not_written() -> None:
    """Numbers that are none are refused on the way out of a table too, which would not be read again."""
    for number in (float("inf"), float("nan")):
        with pytest.raises(FormatError, match="holds what JSON cannot"):
            table.write(Framework("f", [Competency("a", extras={"x": number})]))
