"""CASE in and out, on packages made here: what is reported, what is kept, and that what is written comes back equal."""

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from attrs import evolve
from hypothesis import assume, event, given
from hypothesis import strategies as st
from test_formats import ITEMS, JSON, LINKS, item, link, package
from test_frameworks import FULL
from worlds import profile
from worlds_rules import framework as small_framework

from competencies import (
    Competency,
    FormatError,
    Framework,
    FrameworkError,
    Kind,
    Level,
    Needs,
    dump,
    load,
    pack,
    parse,
    text,
)
from competencies.formats import case, case_out

UUID = "00000000-0000-4000-8000-00000000000"
T = TypeVar("T")
FINITE = JSON.filter(lambda value: "Infinity" not in json.dumps(value))  # what a file can hold


def codes(found: Any) -> Counter[str]:
    return Counter(finding.code for finding in found.findings)


def back(framework: Framework) -> Framework:
    return case.read(json.loads(json.dumps(case_out.write(framework)))).framework()


@st.composite
def rich_frameworks(draw: st.DrawFn) -> Framework:
    """Draw a framework with everything that one can say."""

    def pick(options: Sequence[T], /) -> T:
        return draw(st.sampled_from(options))

    built = small_framework(pick, 5)
    names = [c.identifier for c in built.competencies]
    listed = [_dressed(pick, competency, n) for n, competency in enumerate(built.competencies)]
    recommends = {name: Needs(pick(names)) for name in names if pick((False, False, True))}
    recommends |= {names[0]: parse(f"{names[1]} or {names[2]}")} if pick((False, True)) else {}
    return evolve(
        built,
        title=pick(("small", "", "é \ud83d")),
        competencies=listed,
        recommends=recommends,
        identifier=pick(("", "doc", UUID + "0")),
        extras=draw(st.sampled_from([{}, {"more": 1}]) | st.dictionaries(st.sampled_from(["case", "x"]), FINITE)),
        formerly=pick(({}, {"old": (names[0],)})),
    )


def _dressed(pick: Any, given: Competency, n: int) -> Competency:
    return evolve(
        given,
        statement=pick(("", "Says é")),
        kind=pick((None, Kind.SKILL)),
        item_type=pick(("", "Standard")),
        levels=pick(((), (Level("one", "words"), Level("two")))),
        tags=pick(((), ("t", ""))),
        alignments=pick(((), ("x",))),
        extras=pick(({}, {"room": 1}, {"case": {}}, {"case": 5}, {"case": {"uri": "u", "n": [1, None]}})),
    )


@profile(200)
@given(rich_frameworks())
def test_what_is_written_comes_back_equal(framework: Framework) -> None:
    """Law 17: load(dump(f)) == f, and writing what came back writes the same."""
    written = case_out.write(framework)
    again = case.read(json.loads(json.dumps(written))).framework()
    event("expressions" if any(not isinstance(r, Needs) for r in framework.requires.values()) else "plain")
    event("groups" if framework.part_of else "no groups")
    assert again == framework
    assert case_out.write(again) == written


@profile(300)
@given(
    st.lists(ITEMS | JSON, max_size=4),
    st.lists(LINKS | JSON, max_size=6),
    st.dictionaries(st.sampled_from(["CFDocument", "CFDefinitions", "CFRubrics", "extensions", "odd"]), JSON),
    st.sampled_from([(), ("a",)]),
    st.sampled_from(["hard", "soft"]),
)
def test_whatever_can_be_read_can_be_written(
    items: list[Any], links: list[Any], more: dict[str, Any], assess: tuple[str, ...], precedes: case.Precedes
) -> None:
    """Law 17 on packages that say things badly: what builds at all comes back equal, its oddities with it."""
    data = {"CFItems": items, "CFAssociations": links, **more}
    assume("Infinity" not in json.dumps(data))  # no number of JSON: no file holds it
    try:
        framework = case.read(data, assess=assess, precedes=precedes).framework()
    except (FormatError, FrameworkError):
        return
    event(f"{len(framework.competencies)} competencies")
    assert back(framework) == framework


@profile(100)
@given(st.data())
def test_an_edited_framework_is_written_as_it_is_now(data: st.DataObject) -> None:
    """What a file said and the framework says no more is not written as structure; what is new is; all comes back."""
    names = [f"{UUID}{n}" for n in range(5)]
    filed = package(
        [item(name) for name in names],
        *[link("isChildOf", name, "doc", sequenceNumber=n) for n, name in enumerate(names)],
        link("isChildOf", names[1], names[0], identifier=UUID + "7"),
        link("precedes", names[2], names[3], identifier=UUID + "8"),
        link("precedes", names[2], names[3]),
        link("precedes", names[1], names[4], notes="n"),
    )
    rng = data.draw(st.randoms(use_true_random=False))
    framework = case.read(filed).framework()
    edited = evolve(
        framework,
        requires=data.draw(st.sampled_from([{}, framework.requires, {names[4]: f"{names[2]}; {names[1]}"}])),
        recommends=data.draw(st.sampled_from([{}, {names[3]: names[2]}])),
        part_of=data.draw(st.sampled_from([{}, framework.part_of, {names[1]: names[2]}])),
        competencies=rng.sample(framework.competencies, 5),
        title="other",
    )
    assert back(edited) == edited
    again = case.read(case_out.write(edited))
    assert dict(again.part_of) == dict(edited.part_of)


def test_cases_own_words_are_used_where_there_are_any() -> None:
    """Outline, `all` and recommendations are associations that others can read; the rest lies in extensions."""
    written = case_out.write(FULL)
    names = {row["humanCodingScheme"]: row["identifier"] for row in written["CFItems"] if "humanCodingScheme" in row}
    said = Counter(association["associationType"] for association in written["CFAssociations"])
    assert said == {"isChildOf": 4, "precedes": 3}
    soft = [a for a in written["CFAssociations"] if a["extensions"]["competencies"].get("soft")]
    assert len(soft) == 1
    assert names["A.1"] != "a"
    assert written["CFItems"][0]["extensions"]["competencies"]["identifier"] == "a"
    assert written["CFItems"][1]["extensions"]["competencies"]["check"] == [0.9, 5, ["form a", "form b"]]
    assert written["CFDocument"]["caseVersion"] == "1.1"
    assert back(FULL) == FULL


def test_an_expression_is_never_written_as_more_than_it_says() -> None:
    """Of `a; (b or c)` only `a` becomes precedes: others would take each precedes as a must."""
    framework = Framework("f", [Competency(name) for name in "abcd"], requires={"d": "a; (b or c)"})
    written = case_out.write(framework)
    assert [a["originNodeURI"]["title"] for a in written["CFAssociations"] if a["associationType"] == "precedes"] == [
        "a"
    ]
    assert written["CFItems"][3]["extensions"]["competencies"]["requires"] == "a; (b or c)"
    assert back(framework) == framework


def test_read_softly_everything_is_a_recommendation() -> None:
    """precedes="soft" holds for expressions and for what was hard, and what was soft stays so."""
    framework = Framework(
        "f", [Competency(name) for name in "abcd"], requires={"d": "a or b"}, recommends={"d": "c", "b": "a"}
    )
    soft = case.read(case_out.write(framework), precedes="soft").framework()
    assert not soft.requires
    assert {name: text(needs) for name, needs in soft.recommends.items()} == {"b": "a", "d": "(a or b); c"}
    assert back(soft) == soft


def test_the_same_framework_read_softly_keeps_its_associations() -> None:
    """A package read softly comes back soft, with the identifiers that its associations had."""
    data = package([item("a"), item("b")], link("precedes", "a", "b", identifier=UUID + "1", uri="u"))
    soft = case.read(data, precedes="soft").framework()
    written = case_out.write(soft)
    assert written["CFAssociations"][0]["identifier"] == UUID + "1"
    assert back(soft) == soft


def test_the_types_at_which_the_outline_ends_survive() -> None:
    """A framework read with `assess` comes back equal without: the text below stays with its item."""
    data = package(
        [item("g"), item("s", CFItemType="Standard"), item("part"), item("z")],
        link("isChildOf", "s", "g"),
        link("isChildOf", "part", "s"),
        link("precedes", "z", "part"),
    )
    framework = case.read(data, assess=["Standard"]).framework()
    assert (framework.requires, len(framework.competencies)) == ({"s": Needs("z")}, 3)
    assert back(framework) == framework


def test_what_is_odd_is_a_finding_and_not_fatal() -> None:
    """Retired and replaced items, wrong types, unknown types and doubled parents are each told, and kept."""
    data = package(
        [
            item("a", statusEndDate="2020-01-01"),
            item("b", adoptionStatus="Deprecated"),
            item("c", educationLevel="06", humanCodingScheme=7),
            item("d", educationLevel="07"),
        ],
        link("replacedBy", "a", "c"),
        link("isStandardAlignedTo", "a", "b"),
        link("isStandardAlignedTo", "a", "c"),
        link("ext:near", "a", "b"),
        link("isChildOf", "b", "a"),
        link("isChildOf", "b", "a"),
        link("isRelatedTo", "d", "elsewhere"),
        link("exactMatchOf", "d", "elsewhere", sequenceNumber="1"),
    )
    found = case.read(data)
    assert codes(found) == {
        "case-retired": 2,
        "case-replaced": 1,
        "case-wrong-type": 3,
        "case-association-type": 1,
        "case-child-doubled": 1,
        "case-dangling": 2,
    }
    framework = found.framework()
    assert framework.competency("7").extras["case"]["humanCodingScheme"] == 7
    assert len(framework.extras["case"]["CFAssociations"]) == 7
    assert back(framework) == framework


def test_items_that_cannot_be_used_are_told_and_kept() -> None:
    """An item without an identifier, or with one that is taken, is reported, kept in extras and written again."""
    data = package([item("a"), item("a", notes="second"), {"fullStatement": "nobody"}, "text"])
    found = case.read(data)
    assert codes(found) == {"case-item-doubled": 1, "case-item-unreadable": 2}
    framework = found.framework()
    assert framework.extras["case"]["CFItems"] == data["CFItems"][1:]
    assert back(framework) == framework


def test_a_document_alone_is_a_package() -> None:
    """CASE 1.1 demands no more than a document."""
    assert case.read({"CFDocument": {"title": "Alone"}}).framework().title == "Alone"


def test_foreign_extensions_stay_where_they_are() -> None:
    """What others put into extensions is written there again, beside ours."""
    data = package([item("a", extensions={"theirs": 1}, odd=2)], extensions={"theirs": [2]})
    written = case_out.write(case.read(data).framework())
    assert written["CFItems"][0]["extensions"]["theirs"] == 1
    assert written["extensions"]["theirs"] == [2]
    assert back(case.read(data).framework()) == case.read(data).framework()


@profile(100)
@given(JSON, st.sampled_from(["kept", "added", "kind", "levels", "check", "tags", "requires", "identifier", "extras"]))
def test_a_damaged_extension_is_told_and_never_a_crash(value: Any, name: str) -> None:
    """Whatever somebody made of what we wrote beside the standard fields, reading it gives a draft or our errors."""
    written = case_out.write(FULL)
    for thing in (written, written["CFDocument"], *written["CFItems"], *written["CFAssociations"]):
        ours = thing.setdefault("extensions", {}).setdefault("competencies", {})
        ours |= {name: value, "used": value, "others": value, "unusable": value, "formerly": value}
    try:
        assert case.read(written).framework().competencies
    except (FormatError, FrameworkError):
        event("refused")


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("at most 50,000 CFItems", package([{}] * 50_001)),
        ("at most 500,000 CFAssociations", package([], *[{}] * 500_001)),
        ("values within one another", package([item("a", odd=json.loads("[" * 200 + "]" * 200))])),
        (
            "at most 100 levels",
            package([item(str(n)) for n in range(200)], *[link("isChildOf", str(n + 1), str(n)) for n in range(199)]),
        ),
        (
            "prerequisites between leaves",
            package(
                [item(str(n)) for n in range(6_000)],
                *[link("isChildOf", str(n), str(n % 2)) for n in range(2, 6_000)],
                link("precedes", "0", "1"),
            ),
        ),
    ],
)
def test_what_no_curriculum_can_be_is_refused(why: str, data: Any) -> None:
    """Too many items, too deep, or too many prerequisites for memory: one message that says how much is too much."""
    with pytest.raises(FormatError, match=why):
        case.read(data)


@pytest.mark.parametrize(
    "content",
    [
        b'{"CFItems": [], "n": NaN}',
        b'{"CFItems": [], "n": 1e999}',
        b"\xff\xfe{}",
        b'{"CFItems": [{"identifier": "a"}], "CFItems": []}',
    ],
)
def test_what_json_has_no_word_for_is_refused(tmp_path: Path, content: bytes) -> None:
    """Numbers unknown to JSON, bytes that are not UTF-8, and items given twice are one error with the file's name."""
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"odd\.json"):
        load(path)


@profile(100)
@given(st.randoms(use_true_random=False))
def test_a_truncated_or_scrambled_file_is_one_error(tmp_path_factory: pytest.TempPathFactory, chance: Any) -> None:
    """A file cut short is a FormatError; one with other bytes in it is read, or refused by our errors."""
    path = tmp_path_factory.mktemp("cut") / "cut.json"
    whole = json.dumps(package([item("a"), item("é")], link("precedes", "a", "é")), ensure_ascii=False).encode()
    path.write_bytes(whole[: chance.randrange(len(whole))])
    with pytest.raises(FormatError):
        load(path)
    scrambled = bytearray(whole)
    for _ in range(3):
        scrambled[chance.randrange(len(whole))] = chance.randrange(256)
    path.write_bytes(scrambled)
    try:
        load(path)
    except (FormatError, FrameworkError):
        event("refused")


def test_dumping_and_loading_files(tmp_path: Path) -> None:
    """`dump` writes by the ending of the name; what cannot be written is refused, naming the file, and leaves none."""
    framework = pack("fractions-to-proportions")
    dump(framework, tmp_path / "out.json")
    assert load(tmp_path / "out.json") == framework
    before = (tmp_path / "out.json").read_bytes()
    dump(load(tmp_path / "out.json"), tmp_path / "out.json")
    assert (tmp_path / "out.json").read_bytes() == before
    with pytest.raises(FormatError, match=r"out\.txt"):
        dump(framework, tmp_path / "out.txt")
    with pytest.raises(FormatError, match="cannot be written"):
        dump(framework, tmp_path / "nowhere" / "out.json")
    with pytest.raises(FormatError, match="cannot be written as CASE"):
        dump(evolve(framework, extras={"n": float("nan")}), tmp_path / "nan.json")
    assert not (tmp_path / "nan.json").exists()


def test_half_a_surrogate_pair_is_written_escaped(tmp_path: Path) -> None:
    """Text that UTF-8 cannot hold is written in JSON's own escapes, and comes back equal."""
    framework = Framework("odd \ud83d", [Competency("a", statement="half \ud83d")])
    dump(framework, tmp_path / "odd.json")
    assert load(tmp_path / "odd.json") == framework


def test_other_orders_of_a_package_say_the_same() -> None:
    """Where sequence numbers say the order, shuffling the file changes neither outline nor requirements."""
    names = [f"{UUID}{n}" for n in range(4)]
    items = [item(name) for name in names]
    links = [link("isChildOf", name, "doc", sequenceNumber=n) for n, name in enumerate(names)]
    links.append(link("precedes", names[0], names[3]))
    first = case.read(package(items, *links)).framework()
    random.Random(4).shuffle(items)
    random.Random(5).shuffle(links)
    second = case.read(package(items, *links)).framework()
    assert [c.identifier for c in second.competencies] == [c.identifier for c in first.competencies]
    assert (second.requires, second.part_of) == (first.requires, first.part_of)
