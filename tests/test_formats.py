"""Files in: the author's table, CASE packages, what is no framework at all, and the packs that ship."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st
from worlds import profile

import competencies
from competencies import (
    AtLeast,
    CheckBlueprint,
    Competency,
    CycleError,
    Draft,
    FormatError,
    Framework,
    FrameworkError,
    Kind,
    Level,
    Needs,
    Requirement,
    Severity,
    Share,
    load,
    pack,
    packs,
    parse,
    read,
)
from competencies.formats import case, table

NAMES = st.sampled_from(["a", "b", "c", "doc", "", "\ud800"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "identifier": NAMES | JSON,
        "humanCodingScheme": NAMES | JSON,
        "fullStatement": JSON,
        "CFItemType": NAMES | JSON,
    },
)
ENDS = NAMES | st.fixed_dictionaries({}, optional={"identifier": NAMES | JSON}) | JSON
LINKS = st.fixed_dictionaries(
    {"associationType": st.sampled_from(["isChildOf", "precedes", "isRelatedTo"]) | JSON},
    optional={"originNodeURI": ENDS, "destinationNodeURI": ENDS, "sequenceNumber": st.integers() | JSON},
)


def draft(text: str) -> Draft:
    return table.read(text.splitlines(keepends=True), title="t")


def messages(found: Draft, severity: Severity = Severity.ERROR) -> list[str]:
    return [finding.message for finding in found.findings if finding.severity is severity]


def item(identifier: str, **fields: Any) -> dict[str, Any]:
    return {
        "identifier": identifier,
        "humanCodingScheme": identifier.upper(),
        "fullStatement": f"Does {identifier}",
        **fields,
    }


def link(kind: str, origin: str, destination: str, **fields: Any) -> dict[str, Any]:
    ends = {"originNodeURI": {"identifier": origin}, "destinationNodeURI": {"identifier": destination}}
    return {"associationType": kind, **ends, **fields}


def package(items: list[Any], *links: Any, **more: Any) -> dict[str, Any]:
    return {
        "CFDocument": {"identifier": "doc", "title": "Doc"},
        "CFItems": items,
        "CFAssociations": list(links),
        **more,
    }


@profile(300)
@given(st.text() | st.text(alphabet='code,requires\n;"ab \ufeff'))
def test_any_text_is_a_table_or_refused(text: str) -> None:
    """A table reader given anything gives a draft, which builds or says why not, or raises FormatError."""
    try:
        draft(text).framework()
        draft(f"code,requires,check_pass,kind\n{text}").framework()
    except (FormatError, FrameworkError):
        pass


@profile(300)
@example(package([item("a", CFItemType=[]), item("b")], link("isChildOf", "b", "a")), ("a",))
@example(package([item("a"), item("b")], link("isChildOf", "b", "a"), link("isChildOf", "a", "b")), ())
@given(
    st.fixed_dictionaries(
        {"CFItems": st.lists(ITEMS | JSON, max_size=4)},
        optional={"CFAssociations": st.lists(LINKS | JSON), "CFDocument": JSON},
    )
    | JSON,
    st.sampled_from([(), ("a",)]),
)
def test_any_json_is_a_case_package_or_refused(data: Any, assess: tuple[str, ...]) -> None:
    """A CASE reader given any JSON gives a draft, which builds or says why not, or raises FormatError."""
    try:
        event(f"{len(case.read(data, assess=assess).framework().competencies)} competencies")
    except (FormatError, FrameworkError) as refusal:
        event(type(refusal).__name__)


def test_a_table_says_everything_an_author_types() -> None:
    """Each column becomes its field; a missing identifier is the code, byte order mark and blank lines do nothing."""
    framework = draft(
        "\ufeffCode, Statement ,requires,recommends,part_of,kind,levels,tags,alignments,"
        "check_pass,check_questions,check_items\n"
        ",,,,,,,,,,,\n"
        "A,Adds,,,,SKILL,one: first words | two,x; y;,ccss:1;,0.9,5,form a; form b\n"
        "\n"
        '"B, C","Says ""hi"" é",A;,,G,,,,,,,\n'
        'D,,"A; ""B, C""",A,G,knowledge,,,,,,\n'
        "G,,,,,,,,,,,\n"
    ).framework()
    assert framework.competency("A") == Competency(
        "A",
        "A",
        "Adds",
        Kind.SKILL,
        levels=[Level("one", "first words"), Level("two")],
        tags=["x", "y"],
        alignments=["ccss:1"],
        check=CheckBlueprint(0.9, 5, ["form a", "form b"]),
    )
    assert [competency.identifier for competency in framework.competencies] == ["A", "B, C", "D", "G"]
    assert framework.competency("B, C").statement == 'Says "hi" é'
    assert framework.requires == {"B, C": Needs("A"), "D": parse('A; "B, C"')}
    assert (framework.recommends, framework.part_of) == ({"D": Needs("A")}, {"B, C": "G", "D": "G"})


def test_columns_we_have_no_word_for_are_kept() -> None:
    """Unknown columns stay in the extras of each row, and short rows are complete."""
    framework = draft("identifier,Room,teacher\na,12,\nb\n").framework()
    assert [dict(competency.extras) for competency in framework.competencies] == [{"room": "12"}, {}]


def test_a_blueprint_has_defaults_for_what_is_left_out() -> None:
    """A pass score alone asks one question, a number of questions alone passes at .8, neither is no blueprint."""
    framework = draft("code,check_pass,check_questions\na,0.7,\nb,,4\nc,,\n").framework()
    assert [c.check for c in framework.competencies] == [CheckBlueprint(0.7, 1), CheckBlueprint(0.8, 4), None]


@pytest.mark.parametrize("row", ["a,0,5,", "a,.8,0,", "a,nan,5,", "a,1.1,5,", "a,80%,5,", "a,,,form a"])
def test_a_blueprint_that_cannot_be_is_a_fault_and_never_another(row: str) -> None:
    """A pass score or number of questions out of range is told as a fault; forms without a blueprint are not lost."""
    found = draft(f"code,check_pass,check_questions,check_items\n{row}\n")
    check = found.competencies[0].check
    assert messages(found) or (check is not None and check.items == ("form a",))


def test_a_column_given_twice_is_refused() -> None:
    """Two columns of one name leave it open which is meant: that is said, and neither is dropped in silence."""
    with pytest.raises((FormatError, FrameworkError)):
        draft("code,statement,Statement\na,one,two\n").framework()


def test_a_table_tells_all_its_faults_with_line_and_column() -> None:
    """Every broken cell is named by line and column in one error, beside what the framework itself finds wrong."""
    found = draft("code,requires,kind,check_pass,part_of\na,b or c; d,skil,,\n\n,x,,,\nb,,,much,\nc,nothing,,,,,over\n")
    assert [message.split(": ")[0] for message in messages(found)] == [
        "line 2, column kind",
        "line 2, column requires",
        "line 4, column identifier",
        "line 5, column check_pass",
        "line 6",
    ]
    assert "did you mean skill?" in messages(found)[0]
    assert found.findings[0].about == ("a",)
    with pytest.raises(FrameworkError) as refused:
        found.framework()
    assert set(messages(found)) < set(refused.value.faults)
    assert "requires of c names 'nothing', which is no competency" in refused.value.faults


def test_a_circle_in_a_broken_table_is_told_with_the_rest() -> None:
    """A circle of prerequisites does not hide the faults of cells."""
    with pytest.raises(CycleError) as refused:
        draft("code,requires,kind\na,b,skil\nb,a,\n").framework()
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize("wrap", [lambda bare: bare, lambda bare: {"CFPackage": bare}])
def test_a_case_package_bare_or_wrapped(wrap: Any) -> None:
    """`precedes` is a prerequisite and `isChildOf` the outline; what we have no word for is kept in extras."""
    related = link("isRelatedTo", "a", "b", sequenceNumber=4)
    data = package(
        [item("g"), item("a", CFItemType="Standard", uri="u"), item("b", educationLevel=["06"])],
        link("isChildOf", "g", "doc"),
        link("isChildOf", "b", "g"),
        link("precedes", "a", "b"),
        related,
        CFDefinitions={"x": 1},
    )
    found = case.read(wrap(data))
    framework = found.framework()
    assert (found.findings, framework.title, framework.identifier) == ((), "Doc", "doc")
    assert (framework.requires, framework.recommends, framework.part_of) == ({"b": Needs("a")}, {}, {"b": "g"})
    assert framework.competency("A") == Competency(
        "a", "A", "Does a", item_type="Standard", extras={"case": {"uri": "u"}}
    )
    assert framework.competency("b").extras == {"case": {"educationLevel": ["06"]}}
    assert framework.extras["case"]["CFDefinitions"] == {"x": 1}
    assert framework.extras["case"]["CFAssociations"] == [related]
    soft = case.read(data, precedes="soft").framework()
    assert (soft.requires, soft.recommends) == ({}, {"b": Needs("a")})


def test_what_a_package_says_badly_is_a_warning_and_not_lost() -> None:
    """Dangling and doubled associations, second parents and unreadable items are warnings; the rest is used."""
    dangling = link("precedes", "gone", "a")
    data = package(
        [item("a"), item("b"), item("g"), item("h"), item("a"), {"fullStatement": "nobody"}, "text"],
        link("precedes", "a", "b"),
        link("precedes", "a", "b"),
        dangling,
        link("isChildOf", "b", "g"),
        link("isChildOf", "b", "h"),
        link("isChildOf", "b", "gone"),
        "text",
    )
    found = case.read(data)
    assert sorted(finding.code for finding in found.findings) == [
        "case-dangling",
        "case-dangling",
        "case-item-doubled",
        "case-item-unreadable",
        "case-item-unreadable",
        "case-precedes-doubled",
        "case-second-parent",
    ]
    assert not messages(found)
    framework = found.framework()
    assert (framework.requires, framework.part_of) == ({"b": Needs("a")}, {"b": "g"})
    assert dangling in framework.extras["case"]["CFAssociations"]


def test_sequence_numbers_order_siblings_and_the_outline_is_depth_first() -> None:
    """Framework order is the outline from top to bottom, siblings by sequenceNumber and then as filed."""
    data = package(
        [item(name) for name in ("late", "early", "x", "g", "in-g", "first-in-g")],
        link("isChildOf", "g", "doc", sequenceNumber=2),
        link("isChildOf", "early", "doc", sequenceNumber=1),
        link("isChildOf", "in-g", "g", sequenceNumber=10),
        link("isChildOf", "first-in-g", "g", sequenceNumber=9),
    )
    order = [competency.identifier for competency in case.read(data).framework().competencies]
    assert order == ["early", "g", "first-in-g", "in-g", "late", "x"]


def test_assess_ends_the_outline_at_the_types_named() -> None:
    """Items below an assessed type are text of it, kept in its extras; what precedes them does so for that item."""
    data = package(
        [
            item("g", CFItemType="Domain"),
            item("s", CFItemType="Standard"),
            item("part"),
            item("part-of-part"),
            item("z"),
        ],
        link("isChildOf", "s", "g"),
        link("isChildOf", "part", "s"),
        link("isChildOf", "part-of-part", "part"),
        link("precedes", "z", "part"),
        link("precedes", "part", "part-of-part"),
    )
    framework = case.read(data, assess=["Standard"]).framework()
    assert [competency.identifier for competency in framework.competencies] == ["g", "s", "z"]
    assert (framework.requires, framework.part_of) == ({"s": Needs("z")}, {"s": "g"})
    assert [below["identifier"] for below in framework.competency("s").extras["case"]["below"]] == [
        "part",
        "part-of-part",
    ]


def test_loading_knows_a_format_by_its_file(tmp_path: Path) -> None:
    """`.json` is our own JSON or a CASE package, anything else a table; a byte order mark is nothing."""
    own = draft("code,requires\na,\nb,a\n").framework()
    (tmp_path / "own.json").write_text(json.dumps(own.to_json()), "utf-8")
    (tmp_path / "case.JSON").write_text("\ufeff" + json.dumps(package([item("a")])), "utf-8")
    (tmp_path / "table.csv").write_text("\ufeffcode,statement\r\na,é\r\n", "utf-8")
    assert load(tmp_path / "own.json") == own
    assert load(str(tmp_path / "case.JSON")).competency("A").statement == "Does a"
    assert load(tmp_path / "table.csv").competency("a").statement == "é"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.json", None),
        ("missing.csv", None),
        ("latin.csv", "code\né\n".encode("latin-1")),
        ("latin.json", '"é"'.encode("latin-1")),
        ("broken.json", b'{"CFItems": ['),
        ("deep.json", b"[" * 100_000),
        ("number.json", b"[" + b"1" * 5000 + b"]"),
        ("list.json", b"[1, 2]"),
        ("other.json", b'{"items": []}'),
        ("version.json", b'{"format": "competencies.framework/99"}'),
        ("empty-own.json", b'{"format": "competencies.framework/1"}'),
        (
            "wrong-own.json",
            b'{"format": "competencies.framework/1", "title": "t", "competencies": 5, "requires": {}, '
            b'"recommends": {}, "part_of": {}, "identifier": "", "extras": {}}',
        ),
        ("empty.csv", b""),
        ("header.csv", b"name,age\nana,7\n"),
        ("quote.csv", b'code\n"a\n'),
    ],
)
def test_a_file_that_is_no_framework_is_one_error_that_names_it(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    """Missing, not UTF-8, not JSON, JSON or a table of another kind: each is one FormatError with the file's name."""
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FormatError) as refused:
        load(path)
    assert name in str(refused.value)


def test_a_framework_of_odd_characters_still_has_a_version(tmp_path: Path) -> None:
    """JSON may hold half a surrogate pair: reading it gives a framework with a version, or a refusal, never a crash."""
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(package([item("a", fullStatement="half \ud83d")])), "utf-8")
    try:
        framework = read(path).framework()
    except (FormatError, FrameworkError):
        return
    assert len(framework.version) == 32


def _kinds(requirement: Requirement) -> Iterator[type]:
    yield type(requirement)
    if not isinstance(requirement, Needs | Share):
        for part in requirement.parts:
            yield from _kinds(part)


def test_the_pack_is_complete() -> None:
    """Every leaf of the pack can be taught and checked: statement, levels, check with parallel forms, alignment."""
    assert packs() == ("fractions-to-proportions",)
    framework = pack("fractions-to-proportions")
    assert len(set(framework.part_of.values())) == 3
    for leaf in framework.leaves:
        assert leaf.statement.endswith("."), leaf.code
        assert len(leaf.levels) >= 3, leaf.code
        assert all(level.descriptor for level in leaf.levels), leaf.code
        assert leaf.check is not None, leaf.code
        assert len(set(leaf.check.items)) == len(leaf.check.items) >= 2, leaf.code
        assert any(alignment.startswith("ccssm:") for alignment in leaf.alignments), leaf.code
        assert not leaf.extras, leaf.code
    kinds = {kind for requirement in framework.requires.values() for kind in _kinds(requirement)}
    assert {competencies.Any, AtLeast} <= kinds
    forms = [form for leaf in framework.leaves if leaf.check for form in leaf.check.items]
    assert len(set(forms)) == len(forms)
    assert isinstance(framework, Framework)


def test_a_pack_that_there_is_not_is_refused_with_the_near_miss() -> None:
    """The error names the packs that there are and the one that was meant."""
    with pytest.raises(FormatError, match="did you mean fractions-to-proportions"):
        pack("fraction-to-proportions")
