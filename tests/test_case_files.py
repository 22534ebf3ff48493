"""Real CASE packages, read from ../shared/data: what each says badly, and that it comes back equal and valid."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import real
from attrs import frozen
from hypothesis import event, given
from hypothesis import strategies as st
from test_case import rich_frameworks
from worlds import profile

from competencies import FormatError, Framework, FrameworkError, Severity, dump, load, pack, read
from competencies.formats import case, case_out

CASE = real.SHARED / "case"
SCHEMA = "schema/case-v1p1-cfpackage.official.json"
SMARTER_BALANCED = "smarter_balanced_math_content_spec_v1p0.json"
HIGH_SCHOOL = "smarter_balanced_hs_math_c1th_v1p0.json"
TEXAS = "teks_math_OFFICIAL.json"
COHERENCE_MAP = "derived_ccssm_coherence_map_v1p1.json"
Validator = Callable[[Any], list[str]]


def wanted(name: str) -> Path:
    return real.wanted(CASE / name)


@cache
def raw(name: str) -> Any:
    return json.loads(wanted(name).read_text("utf-8"))


@cache
def _schema() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    draft = jsonschema.Draft201909Validator
    return draft(raw(SCHEMA), format_checker=draft.FORMAT_CHECKER)


def faults(package: Any) -> list[str]:
    """Return what the official schema of CASE 1.1 finds wrong."""
    return [f"{error.json_path}: {error.message}" for error in _schema().iter_errors(package)]


@frozen
class File:
    """What the README tells of a file: its items, and each finding by code, severity and number."""

    name: str
    items: int
    findings: tuple[tuple[str, Severity, str], ...] = ()


FILES = [
    File(
        SMARTER_BALANCED,
        585,
        (
            ("case-precedes-doubled", Severity.WARNING, "is said twice"),
            ("case-dangling", Severity.NOTE, "1,088 isRelatedTo"),
            ("case-dangling", Severity.NOTE, "914 exactMatchOf"),
            ("case-dangling", Severity.WARNING, "3 precedes"),
        ),
    ),
    File(HIGH_SCHOOL, 86, (("case-dangling", Severity.NOTE, "24 isRelatedTo"),)),
    File(TEXAS, 1_515, (("case-wrong-type", Severity.WARNING, "subject of CFDocument"),)),
    File(COHERENCE_MAP, 685),
    File("opensalt_tests/AdoptedTestFramework.json", 1),
    File("opensalt_tests/EmptyExternalFramework.json", 0),
    File("opensalt_tests/ItemTypeTestFramework.json", 1),
    File("opensalt_tests/MarkdownFramework.json", 2),
    File("opensalt_tests/Ordering.json", 28),
    File("opensalt_tests/SequenceNumberFramework.json", 2),
    File("opensalt_tests/SmartLevelFramework.json", 14),
    File("opensalt_tests/Utf8TestFramework.json", 1),
]
TABLES = [("opensalt_tests/ccsso_ela_item.csv", 1_189), ("opensalt_tests/sample_case.csv", 10)]
PACKAGES = pytest.mark.parametrize("file", FILES, ids=lambda file: Path(file.name).stem)


@PACKAGES
def test_a_real_package_is_read_with_exactly_the_findings_it_deserves(file: File) -> None:
    """Every item is there, and each finding that the README tells, no other."""
    found = read(wanted(file.name))
    assert len(found.framework().competencies) == file.items == len(raw(file.name)["CFItems"])
    told = [(finding.code, finding.severity) for finding in found.findings]
    assert told == [(code, severity) for code, severity, _ in file.findings]
    for finding, (_, _, words) in zip(found.findings, file.findings, strict=True):
        assert words in finding.message


@PACKAGES
def test_a_real_package_keeps_every_field(file: File) -> None:
    """What a file says is in the written package again, each item and association by its identifier."""
    written = case_out.write(load(wanted(file.name)))
    for part in ("CFItems", "CFAssociations"):
        before = {thing["identifier"]: thing for thing in raw(file.name)[part]}
        after = {thing["identifier"]: thing for thing in written[part]}
        assert before.keys() == after.keys()
        assert len(written[part]) == len(raw(file.name)[part])
        for identifier, thing in after.items():
            aside = thing.pop("extensions", {}).get("competencies", {})
            whole = {name: value for name, value in thing.items() if name not in aside.get("added", ())}
            assert {**whole, **aside.get("kept", {})} == before[identifier]


@pytest.mark.parametrize("way", [{}, {"precedes": "soft"}, {"assess": ("Standard", "Target", "Student Expectation")}])
@PACKAGES
def test_a_real_package_comes_back_equal_and_valid(file: File, way: Any, tmp_path: Path) -> None:
    """Law 17, read either way; the official schema finds nothing, and a second dump is the first, to the byte."""
    framework = load(wanted(file.name), **way)
    dump(framework, tmp_path / "once.json")
    assert load(tmp_path / "once.json") == framework
    assert faults(json.loads((tmp_path / "once.json").read_text("utf-8"))) == []
    dump(load(tmp_path / "once.json"), tmp_path / "twice.json")
    once, twice = (json.loads((tmp_path / name).read_text("utf-8")) for name in ("once.json", "twice.json"))
    assert once == twice


@pytest.mark.parametrize(("name", "items"), TABLES)
def test_a_real_table_comes_back_equal_as_case(name: str, items: int, tmp_path: Path) -> None:
    """A table whose identifiers are no UUIDs, or are, comes back equal through a valid CASE package."""
    framework = load(wanted(name))
    assert len(framework.competencies) == items
    dump(framework, tmp_path / "out.json")
    assert load(tmp_path / "out.json") == framework
    assert faults(json.loads((tmp_path / "out.json").read_text("utf-8"))) == []


def test_the_official_schema_finds_what_is_wrong() -> None:
    """The validator is awake: packages of CASE 1.0 and of Texas are not valid as they are."""
    for name in (SMARTER_BALANCED, TEXAS):
        assert faults(raw(name))
    assert faults(raw(COHERENCE_MAP)) == []


@profile(60)
@given(rich_frameworks())
def test_what_is_written_is_valid(framework: Framework) -> None:
    """Whatever a framework holds, the package written is valid by the official schema."""
    wanted(SCHEMA)
    assert faults(case_out.write(framework)) == []


def test_the_pack_is_valid() -> None:
    """The pack that ships, with levels, checks and expressions, is a valid package."""
    wanted(SCHEMA)
    assert faults(case_out.write(pack("fractions-to-proportions"))) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def mutated(draw: st.DataObject, value: Any, deeper: int = 5) -> Any:
    """Return a copy with one random edit at a random place; what is not edited is shared."""
    if not isinstance(value, dict | list) or not value or deeper == 0 or draw.draw(st.integers(0, 9)) == 0:
        return draw.draw(VALUES)
    keys = list(value) if isinstance(value, dict) else range(len(value))
    key = draw.draw(st.sampled_from(keys))
    edit = draw.draw(st.sampled_from(["inside", "inside", "inside", "inside", "drop", "copy", "swap"]))
    copy: Any = value.copy()
    if edit == "inside":
        copy[key] = mutated(draw, value[key], deeper - 1)
    elif edit == "drop":
        del copy[key]
    elif edit == "copy" and isinstance(copy, list):
        copy.append(value[key])
    else:
        other = draw.draw(st.sampled_from(keys))
        copy[key], copy[other] = copy[other], copy[key]
    return copy


@profile(40)
@given(st.data(), st.integers(1, 3))
@pytest.mark.parametrize("file", FILES[:4] + FILES[8:9], ids=lambda file: Path(file.name).stem)
def test_a_mutated_package_is_read_or_refused_and_loses_nothing(file: File, draw: st.DataObject, edits: int) -> None:
    """Random edits never raise anything but our errors, every item is used, kept as unusable or told, all returns."""
    wanted(file.name)
    data = raw(file.name)
    for _ in range(edits):
        data = mutated(draw, data)
    try:
        found = case.read(data)
        framework = found.framework()
    except (FormatError, FrameworkError) as refusal:
        event(type(refusal).__name__)
        return
    listed = data.get("CFPackage", data).get("CFItems", [])
    unusable = framework.extras.get("case", {}).get("CFItems", [])
    assert len(framework.competencies) + len(unusable) == len(listed)
    told = [finding for finding in found.findings if finding.code in ("case-item-unreadable", "case-item-doubled")]
    assert len(told) == len(unusable)
    event("with unusable items" if unusable else "all items used")
    if file.items < 100:
        written = case_out.write(framework)
        assert case.read(written).framework() == framework
        assert faults(written) == []
