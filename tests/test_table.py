"""The author's table, in and out: what is written comes back, whatever a spreadsheet and its people do to it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import networkx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from real import wanted
from worlds import DEEP, profile

from competencies import (
    All,
    AtLeast,
    CheckBlueprint,
    Competency,
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
    read,
)
from competencies import Any as AnyOf
from competencies.cells import guard, plain, shown, unguard
from competencies.formats import csv_rows, table

PREREQ = Path(__file__).parents[2] / "shared" / "data" / "prereq"
DMCCREARY = {"ConceptID": "identifier", "ConceptLabel": "statement", "Dependencies": "requires"}
FORMULA = re.compile(r"[\s\0'\ufeff]*[=+\-@]")
ODD = (
    *("=1+1", "'=x", "''-", "-", "@SUM(A1)", "+", " =2", "\t=3", "'Tis", "\ufeff=", "\uff1dA1", "sep=;", "nul\0"),
    *(" a ", "a;b", "a; ", "x | y", "a: b", "1,5", '"', 'a "b" c', "and", "1e5", "\xa0x", "none", "{}", "Room", "tags"),
    *("x\u2028y", "a\x0bb\x0cc", "a\r\nb\rc\nd", "\n", "\ud800", "é", "extras_json", "part of", "word " * 9000),
)
TEXTS = st.sampled_from(ODD) | st.text(max_size=8) | st.sampled_from(("plain", "two words", "A.1"))
NAMES = TEXTS.filter(lambda text: bool(text.strip()) and len(text) < 50)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)
EXTRAS = st.dictionaries(st.sampled_from(("room", "teacher", "home room", "case")) | TEXTS, TEXTS | JSON, max_size=3)


@st.composite
def competencies(draw: st.DrawFn, identifier: str, code: str) -> Competency:
    """One competency that says anything at all."""
    questions = st.integers(1, 9) | st.just(True)
    check = st.builds(CheckBlueprint, st.floats(0.01, 1) | st.just(1), questions, st.lists(TEXTS, max_size=2))
    return Competency(
        identifier,
        code=code,
        statement=draw(TEXTS),
        kind=draw(st.none() | st.sampled_from(Kind)),
        item_type=draw(TEXTS),
        levels=draw(st.lists(st.builds(Level, TEXTS.filter(bool), TEXTS), max_size=2)),
        tags=draw(st.lists(TEXTS, max_size=3)),
        alignments=draw(st.lists(TEXTS, max_size=2)),
        check=draw(st.none() | check),
        extras=draw(EXTRAS),
    )


def requirements(earlier: list[str], groups: list[str]) -> st.SearchStrategy[Requirement]:
    """Requirements over what came before."""
    some = st.lists(st.sampled_from(earlier).map(Needs), min_size=1, max_size=3, unique=True)
    kinds = [some.map(All), some.map(AnyOf), some.map(lambda parts: AtLeast(len(parts), parts))]
    shares = [st.builds(Share, st.integers(1, 100), st.sampled_from(groups))] if groups else []
    return st.one_of(*kinds, *shares)


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    """Frameworks whose every field holds whatever it may; groups of one level, requirements of what came before."""
    names = draw(st.lists(NAMES, max_size=6, unique=True))
    codes = draw(st.lists(NAMES.filter(lambda code: code not in names), min_size=len(names), max_size=len(names)))
    rows = [
        draw(competencies(name, draw(st.sampled_from((code, ""))))) for name, code in zip(names, codes, strict=True)
    ]
    part_of = {name: names[0] for name in names[1:3] if draw(st.booleans())}
    requires, recommends = dict[str, Requirement](), dict[str, Requirement]()
    for at in range(3, len(names)):
        for into in (requires, recommends):
            if draw(st.booleans()):
                into[names[at]] = draw(requirements(names[:at], [names[0]] if part_of else []))
    formerly = {"once " + name: (name,) for name in names[:2] if draw(st.booleans())}
    try:
        return Framework(
            draw(TEXTS), rows, requires, recommends, part_of, draw(TEXTS), extras=draw(EXTRAS), formerly=formerly
        )
    except FrameworkError:
        assume(False)
        raise


def draft(text: str, **options: Any) -> Draft:
    return table.read(text, title="t", **options)


def told(found: Draft, severity: Severity = Severity.ERROR) -> list[str]:
    return [finding.message for finding in found.findings if finding.severity is severity]


def cells(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


# Law 17: what is written comes back.


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    """Law 17: any framework read back from its table is equal, from text, lines or a file, whatever the separator."""
    seen = Counter[str]()

    @profile(250)
    @given(frameworks(), st.sampled_from(",;\t"))
    def law(framework: Framework, delimiter: str) -> None:
        text = table.write(framework, delimiter=delimiter)
        header = cells(text, delimiter)[0]
        seen.update({"all": 1, "rows": len(framework.competencies) > 1, "gates": bool(framework.requires)})
        seen.update({name: name in header for name in ("exact_json", "extras_json", "framework_json", "room")})
        seen.update({"continued": any(name.endswith("_2") for name in header)})
        assert draft(text).framework() == framework
        assert table.read(text.splitlines(keepends=True), title="").framework() == framework
        (tmp_path / "other.csv").write_text("\ufeff" + text, "utf-8", newline="")
        back = load(tmp_path / "other.csv")
        assert back == framework
        assert table.write(back, delimiter=delimiter) == text

    law()
    shares = {name: count / seen["all"] for name, count in seen.items()}
    assert min(shares[name] for name in ("rows", "exact_json", "extras_json", "framework_json")) > 0.3, shares
    assert min(shares[name] for name in ("gates", "room", "continued")) > 0.02, shares


@profile(100)
@given(frameworks(), st.sampled_from(",;\t"))
def test_opening_a_written_table_runs_nothing(framework: Framework, delimiter: str) -> None:
    """No cell of a written table begins as a formula does, whatever the framework says."""
    for row in cells(table.write(framework, delimiter=delimiter), delimiter):
        assert [cell for cell in row if FORMULA.match(cell) and not cell.startswith("'")] == []


@profile(300)
@given(TEXTS)
def test_the_guard_comes_off_again(text: str) -> None:
    """Taking off the guard undoes putting it on, and text that has none stays; a shown cell is short and stripped."""
    assert unguard(guard(text)) == text
    assert guard(text) == text or unguard(text) == text or text.startswith("'")
    assert shown(text) == shown(text).strip()
    assert len(shown(text)) <= 32_001
    assert plain(shown(plain(shown(text)))) == plain(shown(text))


def test_every_field_has_its_place() -> None:
    """Nothing was added to frameworks and competencies that a table does not carry."""
    of_competency = {"levels", "check", "extras", *table.COLUMNS} & {field.name for field in attrs.fields(Competency)}
    assert of_competency == {field.name for field in attrs.fields(Competency)}
    told_by_rows = {"competencies", "requires", "recommends", "part_of"}
    told_by_framework = {"title", "identifier", "extras", "formerly"}
    assert told_by_rows | told_by_framework == {field.name for field in attrs.fields(Framework)}


def test_a_table_is_for_people_to_read() -> None:
    """Plain words stand in plain cells: the pack's table has no JSON at all, and codes in its requirements."""
    framework = pack("fractions-to-proportions")
    header, *rows = cells(table.write(framework))
    assert header == [*table.COLUMNS, "framework_title"]
    assert "FR3.5; WN3.2" in [row[header.index("requires")] for row in rows]
    assert draft(table.write(framework)).framework() == framework


def test_what_somebody_changes_in_a_cell_counts() -> None:
    """What is kept beside a cell that cannot hold it gives way once the cell is changed, and only then."""
    framework = Framework("t", [Competency("a", statement=" two  ", tags=["x;y"], levels=[Level("a|b", "c")])])
    text = table.write(framework)
    changed = draft(text.replace(",two,", ",three,")).framework().competency("a")
    assert (changed.statement, changed.tags, changed.levels) == ("three", ("x;y",), (Level("a|b", "c"),))
    changed = draft(text.replace(",x;y,", ",x; y; z,")).framework().competency("a")
    assert (changed.statement, changed.tags) == (" two  ", ("x", "y", "z"))


def test_a_title_that_is_changed_counts_and_two_titles_are_a_fault() -> None:
    """The title may stand in any row, once; where rows differ about it, that is said."""
    assert draft("code,framework_title\na,\nb,Fractions\n").framework().title == "Fractions"
    assert draft("code\na\n").framework().title == "t"
    (fault,) = told(draft("code,framework_title\na,One\nb,Two\n"))
    assert fault.startswith("line 3, column framework_title: 'Two'")


def test_extras_of_plain_text_are_columns_and_others_json() -> None:
    """What came from a column of its own goes out as one; what no cell can hold goes out as JSON."""
    framework = draft("code,Room,note\na,12,=x\nb,,y\n").framework()
    header, first, _ = cells(table.write(framework))
    assert {"room", "note"} < set(header)
    assert first[header.index("note")] == "'=x"
    odd = Framework("t", [Competency("a", extras={"room": 12, "Case": "x", "tags": "t", "=x": "y", "a,b": "z"})])
    assert set(cells(table.write(odd))[0]) == {*table.COLUMNS, "framework_title", "extras_json"}
    assert draft(table.write(odd)).framework() == odd


@pytest.mark.parametrize("extras", [{"a": {1}}, {"a": object()}, {"a": {(1, 2): 3}}])
def test_what_json_cannot_say_is_refused(extras: dict[str, Any]) -> None:
    """Extras that no file can hold are refused in one sentence."""
    with pytest.raises(FormatError, match="holds what JSON cannot"):
        table.write(Framework("t", [Competency("a", extras=extras)]))


def test_what_cannot_be_read_back_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table beyond the reader's bounds, or between other separators, is refused by the writer."""
    with pytest.raises(FormatError, match="too large for a table"):
        table.write(Framework("t", [Competency("a")], extras={"x": "y" * 33_000_000}))
    with pytest.raises(FormatError, match="a comma, a semicolon or a tab"):
        table.write(pack("fractions-to-proportions"), delimiter="|")


# What spreadsheets do.


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "sep={}{}", "\ufeffsep={}{}", "\n\n", ",,,\n"])
def test_what_separates_cells_and_lines_is_found_out(delimiter: str, end: str, start: str) -> None:
    """Comma, semicolon or tab, any line end, byte order mark, a separator line, blank lines first: all the same."""
    rows = [["Code", "Part Of", " STATEMENT "], ["G", "", 'One, two; "three"'], ["a", "G", "b;c"]]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    framework = draft(start.replace(",", delimiter).format(delimiter, end) + out.getvalue()).framework()
    assert framework.competency("G").statement == 'One, two; "three"'
    assert (framework.competency("a").statement, framework.part_of) == ("b;c", {"a": "G"})


def test_stray_spaces_and_empty_columns_do_nothing() -> None:
    """Spaces round cells and before quotes, no-break spaces, empty rows and empty columns at the end are nothing."""
    framework = draft('code , requires ,tags,,\n a , ,\xa0x ; y ,,\n,,,,\n b, "a; a", "p, q",,\n').framework()
    assert framework.requires == {"b": Needs("a")}
    assert [competency.tags for competency in framework.competencies] == [("x", "y"), ("p, q",)]


def test_a_score_may_have_a_decimal_comma() -> None:
    """A spreadsheet of a country with decimal commas writes 0,8 between semicolons."""
    framework = draft("code;check_pass;check_questions\na;0,8;5\n").framework()
    assert framework.competency("a").check == CheckBlueprint(0.8, 5)


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"])
def test_line_breaks_within_cells_stay(tmp_path: Path, mark: str) -> None:
    """What looks like a line break within a quoted cell is part of it, in a file too, and lines are counted right."""
    text = f'code,statement,kind\na,"one{mark}two",\nb,,skil\n'
    (tmp_path / "t.csv").write_text(text, "utf-8", newline="")
    found = read(tmp_path / "t.csv")
    assert found.competencies[0].statement == f"one{mark}two"
    line = 4 if mark in ("\n", "\r\n", "\r") else 3
    assert told(found)[0].startswith(f"line {line}, column kind")


def test_formulas_are_text() -> None:
    """A cell that holds a formula is its text, with or without the guard."""
    framework = draft("code,statement\na,=1+1\nb,'=1+1\nc,'Tis\n").framework()
    assert [competency.statement for competency in framework.competencies] == ["=1+1", "=1+1", "'Tis"]


# What is wrong, and where.


def test_faults_are_told_by_line_and_the_files_own_columns_all_at_once() -> None:
    """Each broken cell is told with the line that its row begins on and its column as the file calls it."""
    found = draft(
        'Code;"Check\npass";Kind;Requires;Extras JSON\na;2;;;\n\n"b\nb";x;scill;a or;[1]\nc;;;;{\n',
        columns={"Kind": "kind"},
    )
    assert [message.split(": ")[0] for message in told(found)] == [
        "line 3, column Check\npass",
        "line 5, column Kind",
        "line 5, column Check\npass",
        "line 5, column Extras JSON",
        "line 5, column Requires",
        "line 7, column Extras JSON",
    ]
    assert "did you mean skill?" in told(found)[1]


def test_columns_that_are_nearly_ours_are_kept_with_a_warning() -> None:
    """A column called nearly as ours is kept in the extras, and the near miss is told; other names are no finding."""
    found = draft("code,statment,Require,room\na,b,c,d\n")
    assert told(found, Severity.WARNING) == [
        "line 1, column statment: no column of ours, kept in the extras; did you mean statement?",
        "line 1, column Require: no column of ours, kept in the extras; did you mean requires?",
    ]
    assert found.framework().competency("a").extras == {"statment": "b", "require": "c", "room": "d"}
    (warning,) = told(draft("code,,kind\na,lost,\n"), Severity.WARNING)
    assert warning == "line 2: what stands in a column without a name is left out"


def test_a_missing_header_is_told_with_the_near_miss() -> None:
    """A table without a column for names says which one may have been meant."""
    with pytest.raises(FormatError, match=r"needs a column 'identifier' or 'code'.*did you mean identifer"):
        draft("identifer,statement\na,b\n")


def test_names_that_are_no_competency_are_told_with_their_place() -> None:
    """A mention of nothing is a warning with line, column and near miss, beside the framework's refusal."""
    found = draft("code,requires,part_of\nalpha,,\nbeta,alpa; gone,alpha\nc,alpha,betta\n")
    assert told(found, Severity.WARNING) == [
        "line 3, column requires: 'alpa' is no competency; did you mean alpha?",
        "line 3, column requires: 'gone' is no competency",
        "line 4, column part_of: 'betta' is no competency; did you mean beta?",
    ]
    with pytest.raises(FrameworkError) as refused:
        found.framework()
    assert len(refused.value.faults) == 3


# Other people's columns.


def test_columns_may_be_called_otherwise() -> None:
    """`columns` says what is ours under another name; `separator` makes requirements plain lists of names."""
    text = "ConceptID,Label,Dependencies,Also\n1,One and one,,\n2,Two,1,\nx y,Three,1| 2 |,2|1\n"
    columns = {"conceptid": "identifier", "Label": "statement", "Dependencies": "requires", "also": "recommends"}
    framework = draft(text, columns=columns, separator="|").framework()
    assert framework.requires == {"2": Needs("1"), "x y": All([Needs("1"), Needs("2")])}
    assert framework.recommends == {"x y": All([Needs("2"), Needs("1")])}
    assert framework.competency("1").statement == "One and one"


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("a,b\n", {"columns": {"a": "identifer"}}, "no column of ours; did you mean identifier"),
        ("ident,b\n", {"columns": {"idents": "identifier"}}, "no column 'idents'; did you mean ident"),
        ("id,identifier\n", {"columns": {"id": "identifier"}}, "identifier is there more often"),
        ("from,to\n", {"edges": ("from", "too")}, "no column 'too'; did you mean to"),
    ],
)
def test_options_that_do_not_fit_the_table_are_refused(text: str, options: dict[str, Any], message: str) -> None:
    """A column that is not there, or a word that is not ours, is refused with the near miss."""
    with pytest.raises(FormatError, match=message):
        draft(text, **options)


def test_a_list_of_edges_is_a_framework() -> None:
    """Each name in a list of edges is a competency; the first of two columns comes before the second."""
    framework = draft("weight;From;to\n1;a;b\n2;a;c\n1;b;c\n1;a;c\n", edges=("from", "to")).framework()
    assert [competency.identifier for competency in framework.competencies] == ["a", "b", "c"]
    assert framework.requires == {"b": Needs("a"), "c": All([Needs("a"), Needs("b")])}
    assert told(draft("from,to\na,\n,b\n", edges=("from", "to"))) == [
        "line 2, column to: a name was wanted, got nothing",
        "line 3, column from: a name was wanted, got nothing",
    ]


@pytest.mark.parametrize(("name", "count", "edges"), [("algebra-1", 200, 277), ("pre-calc", 307, 546)])
def test_concept_tables_with_pipes_load(name: str, count: int, edges: int) -> None:
    """Tables of ConceptID, ConceptLabel and Dependencies with pipes load through options, and come back."""
    framework = load(wanted(PREREQ / "dmccreary" / f"{name}.csv"), columns=DMCCREARY, separator="|")
    assert (len(framework.competencies), framework.graph.number_of_edges()) == (count, edges)
    assert {name for competency in framework.competencies for name in competency.extras} == {"taxonomyid"}
    assert draft(table.write(framework)).framework() == framework


@pytest.mark.parametrize(("name", "edges"), [("metacademy", 985), ("khan", 1350)])
def test_real_lists_of_edges_load(name: str, edges: int) -> None:
    """Real lists of edges load as the graph that networkx reads from them, and come back."""
    path = wanted(PREREQ / name / "edges.csv")
    framework = load(path, edges=("from", "to"))
    graph = networkx.DiGraph([row[:2] for row in cells(path.read_text("utf-8"))[1:]])
    assert set(framework.graph.edges) == set(graph.edges)
    assert graph.number_of_edges() == edges
    assert draft(table.write(framework)).framework() == framework


def test_a_real_table_with_unknown_prerequisites_says_where_they_stand() -> None:
    """Prerequisites that are no exercise are told by line, and the circles of another table are refused."""
    khan = {"id": "identifier", "title": "statement", "prerequisites": "requires"}
    found = read(wanted(PREREQ / "khan" / "exercises.csv"), columns=khan, separator="|")
    assert len(found.competencies) == 1542
    assert all(re.match(r"line \d+, column prerequisites: ", message) for message in told(found, Severity.WARNING))
    with pytest.raises(FrameworkError, match="no competency"):
        found.framework()
    junyi = {"name": "identifier", "pretty_display_name": "statement", "prerequisites": "requires"}
    found = read(wanted(PREREQ / "junyi" / "junyi_Exercise_table.csv"), columns=junyi, separator=",")
    with pytest.raises(FrameworkError):
        found.framework()


# Files that mean harm, or were harmed.


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('code,statement\na,b\nc,"d\ne,f\n', r"line 3: .* never closed; is the file cut off"),
        ('code,statement\na,"b" c\n', r"line 2: .* something follows a closing double quote"),
        ("code,statement\n\na," + "x" * 200_000 + "\n", r"line 3: .* more than 131,072 characters"),
        ('code,statement\na,"' + "x,\n" * 100_000, r"line 2: .* more than 131,072 characters"),
        ("code," + ",".join(f"c{n}" for n in range(5000)) + "\n", r"line 1: at most 1,000 columns .* 5,001"),
        ("\0\0\0\0", "needs a column"),
    ],
)
def test_a_harmed_table_is_one_clear_message(text: str, message: str) -> None:
    """Cut off, badly quoted, enormous in a cell or in columns: one short sentence with the line."""
    with pytest.raises(FormatError, match=message) as refused:
        draft(text)
    assert len(str(refused.value)) < 300


def test_what_is_too_large_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound nothing is parsed, as text or from a file."""
    monkeypatch.setattr(csv_rows, "LARGEST", 1000)
    (tmp_path / "t.csv").write_text("code\n" + "a\n" * 1000, "utf-8")
    for reading in (lambda: draft("code\n" + "a\n" * 1000), lambda: load(tmp_path / "t.csv")):
        with pytest.raises(FormatError, match="too large for a table: at most 1,000"):
            reading()


def test_what_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    """A file in another encoding is refused with the byte and the line."""
    (tmp_path / "t.csv").write_bytes("code,statement\na,b\nc,é\n".encode("latin-1"))
    with pytest.raises(FormatError, match=r"t\.csv is not UTF-8 text: byte 21, on line 3, .* save it as UTF-8"):
        load(tmp_path / "t.csv")


def test_faults_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table full of faults is read so far and no further, and what is said of a long cell is short."""
    found = draft("code,kind\n" + "a,x\n" * 5000)
    assert len(told(found)) == 1002
    assert told(found)[-1] == "line 1002: reading ends here, after 1,000 faults"
    (message,) = told(draft("code,requires\na," + "(" * 100_000 + "\n"))
    assert len(message) < 500


def test_looking_for_near_misses_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many unknown names only the first are looked at, and the others are counted in one fault."""
    calls = Counter[str]()

    def counted(name: str, known: Any) -> str:
        calls[name] += 1
        return ""

    monkeypatch.setattr(table, "near_miss", counted)
    rows = "".join(f"a{n},none{n},none{n}\n" for n in range(4000 * DEEP))
    found = draft("code,requires,part_of\n" + rows)
    assert sum(calls.values()) < 60
    assert len(found.requires) + len(found.part_of) < 60
    assert told(found)[0].endswith("more names that are no competency")


@profile(300)
@given(st.text(alphabet="code,requires;\t\n\r\"='x{}:[]1", max_size=60), st.sampled_from(table.COLUMNS))
def test_hostile_json_and_cells_are_read_or_refused(text: str, column: str) -> None:
    """Anything in any column, and anything where our JSON stands, is read or refused by our own errors."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [["identifier", column, "exact_json", "extras_json", "framework_json"], ["a", text, text, text, text]]
        if column != "identifier"
        else [["identifier", "exact_json"], [text, '{"identifier": 5, "tags": [1], "check": [2, 3, []], "levels": 1}']]
    )
    try:
        draft(out.getvalue()).framework()
        draft(text).framework()
    except (FormatError, FrameworkError):
        pass


def test_forged_exact_values_give_way_to_the_cells() -> None:
    """What `exact_json` says counts only where it is what the cell shows and could be built."""
    forged = '{"statement": 1, "tags": ["y"], "check": [9, 5, []], "levels": [["", "x"]], "kind": "skill"}'
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [
            ["code", "statement", "tags", "levels", "check_pass", "check_questions", "kind", "exact_json"],
            ["a", "1", "x", ": x", "9", "5", "", forged],
        ]
    )
    found = draft(out.getvalue())
    assert found.competencies[0] == Competency("a", "a", "1", tags=["x"], levels=[Level("level", "x")])
    assert [message.split(": ")[0] for message in told(found)] == ["line 2, column check_pass"]
