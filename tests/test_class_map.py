"""The class map: each cell against the learner's own evaluation, the layers, the sums, and every face of it."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_pages import read_page
from typing_commands import Run, fits, lines
from worlds import Tally, profile
from worlds_classes import classes

from competencies import Competency, Framework, UnknownCompetency
from mastery import Basis, Currency, Overlay, Policy, Standing, Status, WaitKind, evaluate
from mastery.adapters.cli.class_map import blocks
from mastery.adapters.sheets.map_html import map_page
from mastery.adapters.sheets.signs import NOTES, SIGNS
from mastery.adapters.sheets.text import cropped, html_text, markdown_text
from mastery.classroom import ClassMap, classroom, csv_text, overview

AT = datetime(2026, 3, 2, tzinfo=UTC)
FRIDAY = ("--as-of", "2026-03-06")
HOSTILE = ("<script>alert(1)</script>", "\"'>&amp;", "a\u202eb\u2067c", "=1+1", "x" * 200, "two\nlines")


# Each cell is the learner's own standing, in words.


def plain_text(standing: Standing, wanted: int) -> list[str]:
    """What is so of a standing, in words, read off field by field."""
    words = [standing.status.value.replace("_", " ")]
    if standing.status is Status.IN_PROGRESS:
        wants = f"/{wanted}" if standing.pieces < wanted else ""
        words = [f"in progress {standing.pieces}{wants} piece{'s' if wants or standing.pieces != 1 else ''}"]
    if standing.credit is not None and standing.currency is not Currency.FRESH:
        words = [f"met {standing.currency}"]
    if standing.credit is not None and standing.credit.basis is not Basis.DEMONSTRATED:
        words.append(standing.credit.basis.value)
    for overlay in (Overlay.PAUSED, Overlay.HELD, Overlay.PINNED, Overlay.UNDER_QUESTION):
        if overlay in standing.overlays:
            words.append(overlay.value.replace("_", " "))
    return words


def test_each_cell_is_what_evaluating_that_learner_alone_gives() -> None:
    """Every learner and every competency has one cell, with the words of the standing that `evaluate` gives."""
    tally = Tally()
    for room, worlds in classes("map", 60):
        found = overview(room)
        assert [row.learner for row in found.rows] == list(worlds)
        assert sorted(column.competency for column in found.columns) == sorted(room.framework.expansion.leaves)
        for row in found.rows:
            alone = evaluate(room.framework, room.policy, worlds[row.learner].facts, room.at)
            assert row.silent is (not any(fact.observed_at <= room.at for fact in alone.facts))
            assert len(row.cells) == len(found.columns)
            for column, cell in zip(found.columns, row.cells, strict=True):
                standing = alone.standing(column.competency)
                wanted = room.policy.terms_of(room.framework, column.competency).criteria.pieces
                told = plain_text(standing, wanted)
                assert cell.text == ", ".join(told)
                assert (cell.status, cell.currency) == (standing.status, standing.currency)
                tally.case("map", **{re.sub(r"\W+", "_", word.partition(" piece")[0]): True for word in told})
    tally.demand("map", locked=0.05, ready=0.05, met=0.05, waived=0.005, kept=0.001, paused=0.005, held=0.005,
                 pinned=0.005, under_question=0.005, met_due=0.005, met_lapsed=0.002, check_due=0.002)  # fmt: skip


def test_each_count_is_what_counting_gives() -> None:
    """Counts of rows and of columns are those of the standings, and both sides come to the same."""
    for room, _ in classes("map counts", 40):
        found = overview(room)
        standings = {
            (learner, column.competency): progress.standing(column.competency)
            for learner, progress in room
            for column in found.columns
        }
        for row in found.rows:
            own = [standing for (learner, _), standing in standings.items() if learner == row.learner]
            assert row.met == sum(one.credit is not None for one in own)
            assert row.ready == sum(one.status is Status.READY for one in own)
            assert row.waiting == sum(one.wait is not None and one.wait.kind is WaitKind.PERSON for one in own)
            assert row.due == sum(one.currency in (Currency.DUE, Currency.LAPSED) for one in own)
        for column in found.columns:
            assert column.locked + column.ready + column.under_way + column.met == len(room)
            own = [one.status for (_, name), one in standings.items() if name == column.competency]
            assert (column.locked, column.ready) == (own.count(Status.LOCKED), own.count(Status.READY))
        for name in ("met", "ready"):
            assert sum(getattr(row, name) for row in found.rows) == sum(getattr(one, name) for one in found.columns)


# Layers.


def test_every_competency_is_right_of_all_it_needs() -> None:
    """A layer is the length of the longest chain of needs, and columns go by layer, then in framework order."""
    deepest = 0
    for room, _ in classes("map layers", 40):
        expansion = room.framework.expansion

        def depth(name: str, expansion=expansion) -> int:  # type: ignore[no-untyped-def]
            needs = [expansion.leaves[j] for j in expansion.needs[expansion.position[name]]]
            return 1 + max(map(depth, needs)) if needs else 0

        found = overview(room)
        place = {column.competency: n for n, column in enumerate(found.columns)}
        assert [c.layer for c in found.columns] == sorted(c.layer for c in found.columns)
        for column in found.columns:
            i = expansion.position[column.competency]
            assert column.layer == depth(column.competency)
            assert all(place[expansion.leaves[j]] < place[column.competency] for j in expansion.needs[i])
        for layer, places in found.layers():
            positions = [expansion.position[found.columns[n].competency] for n in places]
            assert positions == sorted(positions)
            assert {found.columns[n].layer for n in places} == {layer}
            deepest = max(deepest, layer)
        assert [n for _, places in found.layers() for n in places] == list(range(len(found.columns)))
    assert deepest >= 3


def test_a_part_of_the_map_is_cut_from_the_whole() -> None:
    """With a group, a code or both, the columns are those of its leaves, each as it is in the whole map."""
    for room, _ in classes("map only", 30):
        whole = overview(room)
        groups = [c.identifier for c in room.framework.competencies if room.framework.parts(c.identifier)]
        only = [*groups[:1], whole.columns[-1].competency]
        mask = room.framework.expansion.mask_of(only)
        wanted = {*room.framework.expansion.names(mask)}
        part = overview(room, only)
        assert part.columns == tuple(column for column in whole.columns if column.competency in wanted)
        kept = [n for n, column in enumerate(whole.columns) if column.competency in wanted]
        assert [row.cells for row in part.rows] == [tuple(row.cells[n] for n in kept) for row in whole.rows]
        with pytest.raises(UnknownCompetency):
            overview(room, ["nothing of that name"])


# What is shown.


def test_the_table_is_what_is_shown() -> None:
    """The table has a row for each learner: each cell in full, then the counts, under the names of the columns."""
    for found in (overview(room) for room, _ in classes("map table", 15)):
        table = found.table()
        assert table.header == ("learner", *(c.name for c in found.columns), "met", "ready", "waiting", "due")
        for row, shown in zip(found.rows, table.rows, strict=True):
            counts = (str(row.met), str(row.ready), str(row.waiting), str(row.due))
            assert shown == (row.learner, *(cell.text for cell in row.cells), *counts)


def test_blocks_hold_every_column_once_and_fit() -> None:
    """Whatever the width, the blocks have each column once and in order, and layers stay apart."""
    for found in (overview(room) for room, _ in classes("map blocks", 15)):
        for width in (60, 80, 110):
            shown = blocks(found, width)
            assert [n for block in shown for piece in block for n in piece] == list(range(len(found.columns)))
            assert all(len({found.columns[n].layer for n in piece}) == 1 for block in shown for piece in block)


def test_the_page_says_every_cell_in_words() -> None:
    """The page is well-formed, has a caption and scopes, and every cell of the map in words and with an icon."""
    for room, _ in classes("map page", 15):
        found = overview(room)
        page = read_page(map_page("small", room.at, found))
        scopes = [given.get("scope") for tag, given in page.tags if tag == "th"]
        assert None not in scopes
        assert scopes.count("row") == len(found.rows) + 4
        assert "caption" in {tag for tag, _ in page.tags}
        for row, shown in zip(found.rows, page.rows[2:], strict=False):
            assert len(shown) == 1 + len(found.columns) + 4
            assert shown[0].startswith(row.learner)
            for cell, text in zip(row.cells, shown[1:], strict=False):
                assert text[1:].split() == cell.text.replace(",", "").split()
                assert text[0] in {sign.icon for sign in SIGNS.values()}


def hostile_map(learners: int, codes: int) -> ClassMap:
    listed = [
        Competency(f"i{n}", code=f"{HOSTILE[n % len(HOSTILE)]}{n}", statement=HOSTILE[-1 - n % len(HOSTILE)])
        for n in range(codes)
    ]
    requires = {f"i{n}": f"i{n - 1}" for n in range(1, codes)}
    names = {f"{HOSTILE[n % len(HOSTILE)]}{n}": () for n in range(learners)}
    return overview(classroom(Framework("<b>", listed, requires=requires), Policy(), names, AT))


@pytest.mark.parametrize(("learners", "codes"), [(0, 4), (40, 9), (3, 1)])
def test_hostile_text_is_shown_and_runs_nothing(learners: int, codes: int) -> None:
    """Names and codes that are scripts, quotes, turned or very long are text on the page and inert in the table."""
    found = hostile_map(learners, codes)
    page = read_page(text := map_page("</title><script>", AT, found))
    assert "\u202e" not in text
    assert max(len(cell) for row in page.rows for cell in row) < 70
    assert len(page.rows) == 2 + learners + 4
    rows = list(csv.reader(io.StringIO(csv_text(found.table()))))
    assert len(rows) == 1 + learners
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]
    assert "<script>alert(1)</script>0" in page.said() or codes == 0


def test_a_map_of_nothing_is_a_page_too() -> None:
    """Without learners there are columns and no rows; without competencies a row has no cells; both are a page."""
    found = hostile_map(0, 3)
    assert (found.rows, found.caveats, found.table().rows) == ((), (), ())
    assert {(c.locked, c.ready, c.under_way, c.met) for c in found.columns} == {(0, 0, 0, 0)}
    empty = overview(classroom(Framework("empty", []), Policy(), {"ana": ()}, AT))
    assert (empty.columns, [row.cells for row in empty.rows]) == ((), [()])
    assert read_page(map_page("empty", AT, empty)).rows[2] == ["ananothing recorded", "0", "0", "0", "0"]


@profile(40)
@given(st.text(max_size=40))
def test_text_on_a_sheet_is_one_line_and_inert(text: str) -> None:
    """No text opens a tag, ends an attribute, begins a line or a list, or is a link in Markdown."""
    shown = html_text(text)
    assert not {"<", ">", '"', "'", "\n", "\u202e"} & {*shown}
    markdown = markdown_text(text)
    assert "\n" not in markdown
    assert not re.match(r"[#+=-]|\d+[.)]", markdown)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|~&$]", markdown)
    assert len(cropped(text, 11)) <= 11


# As a teacher types it.


def test_the_terminal_shows_short_marks_and_their_legend(school: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 80 and at 110 columns no line is wider, and the legend has exactly the marks that are used."""
    for width in (80, 110):
        monkeypatch.setenv("COLUMNS", str(width))
        told = lines(school("map", *FRIDAY))
        assert max(map(len, told)) <= width
        grid, _, rest = "\n".join(told).partition("\nLegend\n")
        known = {row.split()[0] for row in grid.splitlines() if re.match(r"(ana|ben)\b", row)}
        shown = {m for row in grid.splitlines() if row.split()[:1] and row.split()[0] in known
                 for m in row.split()[1:] if not m.isdigit() and m != "|"}  # fmt: skip
        legend = [line.split()[0] for line in rest.split("\n\n")[0].splitlines()]
        letters = {letter for letter, _ in NOTES.values()}
        assert {mark[:2] for mark in shown} == {mark for mark in legend if mark not in letters}
        assert {mark[2:] for mark in shown} - {""} == {mark for mark in legend if mark in letters}


def test_the_faces_of_the_map_agree(school: Run, tmp_path: Path) -> None:
    """JSON fits its schema and has the same cells as the CSV and the page, of the part that is asked for."""
    asked = ("map", "--only", "RREP", "--learner", "ana", *FRIDAY)
    told = fits(school(*asked, "--json")[1], "map")
    header, *rows = csv.reader(io.StringIO(school(*asked, "--csv")[1]))
    assert header[1:-4] == [column["code"] for column in told["columns"]]
    assert [row[1:-4] for row in rows] == [[cell["text"] for cell in row["cells"]] for row in told["rows"]]
    assert school(*asked, "--html", "map.html")[:2] == (0, "Wrote map.html.\n")
    page = read_page((tmp_path / "map.html").read_text("utf-8"))
    assert page.rows[2][0] == "ana"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_the_map_looks_back(school: Run) -> None:
    """`--as-of` shows an earlier day: before the week nothing was met, and who had no record yet is said."""
    told = fits(school("map", "--as-of", "2026-03-01", "--json")[1], "map")
    assert {row["met"] for row in told["rows"]} == {0}
    assert all(row["silent"] for row in told["rows"])
    assert told["caveats"]


def test_odd_names_keep_the_lines_of_the_map(typed: Run, tmp_path: Path) -> None:
    """Long codes stand under a number that the legend resolves, and long or turned names leave every line whole."""
    code = "x" * 200
    (tmp_path / "f.csv").write_text(f"code,statement\n{code},One\nb,Two\n", "utf-8")
    typed("init", "--framework", "f.csv")
    for learner in ("a" * 90, "b\u202ec", "名" * 30):
        assert typed("record", learner, "b", "1", "--at", "2026-03-02T09:00Z")[0] == 0
    told = lines(typed("map", "--as-of", "2026-03-06"))
    assert max(map(len, told)) <= 110
    assert any(line.strip().startswith("#1 xxx") for line in told)
    assert "\u202e" not in "".join(told)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("--only", "RREPP"), 1, "did you mean RREP"),
        (("--html", "nowhere/map.html"), 1, "error: nowhere/map.html cannot be written"),
        (("--html", "."), 1, "error: . cannot be written: it is no file"),
        (("--json", "--csv"), 2, "one of these at most was wanted: --json, --csv, --html"),
        (("--class", "none.txt"), 2, "none.txt"),
    ],
)
def test_what_cannot_be_mapped_is_refused(school: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    """A refusal has its exit code, says what was wrong, and prints no map."""
    left, out, errors = school("map", *arguments)
    assert (left, out, says in errors) == (code, "", True), errors


def test_a_stranger_on_the_map_is_told_with_the_near_miss(school: Run) -> None:
    """Of a learner who is not known it is said so, and the map is shown all the same."""
    code, out, errors = school("map", "--learner", "anna", "--only", "RREP")
    assert code == 0
    assert errors.startswith("Nothing is recorded of anna yet. Did you mean ana")
    assert "nothing is recorded" in out
