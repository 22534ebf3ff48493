"""The page on whether gates treat subgroups alike: a table is pasted for one report, and nothing of it is kept."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_pages import Pages, Read, pages_of

from mastery.adapters.cli.simulation import LEARNERS
from mastery.adapters.pages.catalogue import say
from mastery.planning.fairness import columns_of, read_subgroups

ADDRESS = "/classes/everybody/fairness"
NAMED = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8).filter(
    lambda text: text[0] not in "'=+-@\uff1d\uff0b\uff0d\uff20"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fairness")


@pytest.fixture(scope="module")
def pages(made: bytes, folder: Path) -> Iterator[Pages]:
    with pages_of(folder, made) as found:
        yield found


def _table(between: str = ",") -> str:
    """Return a table of everybody, by a column of two subgroups and one of four."""
    rows = [["learner", "travel", "team"]]
    rows += [[one, "bus" if n % 2 else "walking", f"team{n % 4}"] for n, one in enumerate(LEARNERS)]
    return "\r\n".join(between.join(row) for row in rows)


def _form(**fields: str) -> dict[str, str]:
    return {"of": _table(), "column": "travel", "least": "10"} | fields


def _report(pages: Pages, **fields: str) -> Read:
    answer = pages.post(ADDRESS, _form(**fields))
    assert answer.status_code == 200, answer.text[-500:]
    return Read(answer.text)


def test_before_a_table_is_given_the_page_says_what_to_paste_and_that_it_is_not_kept(pages: Pages) -> None:
    read = pages.read(ADDRESS, "office")
    assert str(say("fairness.how")) in read.said
    assert [one for one in read.fields if one["tag"] == "textarea"]
    assert read.leading_to("/classes/everybody")


def test_the_report_is_that_of_the_service_and_its_files_have_the_whole_of_it(pages: Pages) -> None:
    of = {row["learner"]: row["travel"] for row in csv.DictReader(io.StringIO(_table()))}
    told = pages.client.post(
        "/v1/reports/fairness",
        json={"column": "travel", "of": of},
        headers={"authorization": f"Bearer {pages.tokens['office']}"},
    ).json()
    exported = pages.post(ADDRESS, _form(**{"as": "json"}))
    assert exported.json() == told
    assert "attachment" in exported.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(pages.post(ADDRESS, _form(**{"as": "csv"})).text)))
    assert len(rows) == sum(len(gate["cells"]) for gate in told["answer"])
    assert pages.post(ADDRESS, _form(**{"as": "xml"})).status_code == 406


def test_each_gate_shows_rates_with_how_sure_they_are_and_says_that_it_uses_nothing_of_the_table(pages: Pages) -> None:
    told = pages.post(ADDRESS, _form(**{"as": "json"})).json()["answer"]
    shown = [gate for gate in told if any(not cell["hidden"] for cell in gate["cells"])]
    read = _report(pages)
    assert shown
    assert read.said.count(str(say("fairness.uses"))) == len(shown)
    cell = next(cell for gate in shown for cell in gate["cells"] if not cell["hidden"])
    assert f"{cell['rate']:.0%}" in read.said
    assert str(say("fairness.between", low=f"{cell['low']:.0%}", high=f"{cell['high']:.0%}")) in read.said


def test_no_figure_of_a_small_group_is_shown_and_no_learner_is_named_but_in_the_field(pages: Pages) -> None:
    read = _report(pages, column="team")
    assert str(say("fairness.nothing")) in read.said
    assert "%" not in read.said.replace(_table(), "")
    pasted = Read(pages.post(ADDRESS, _form()).text)
    cells = " ".join(cell for row in pasted.rows for cell in row)
    assert not [one for one in LEARNERS if one in cells.split()]


def test_the_table_stays_in_the_field_so_that_a_file_is_one_more_click(pages: Pages) -> None:
    read = _report(pages)
    assert "oak,bus,team" in read.source or "oak,walking,team" in read.source
    assert [one.get("value") for one in read.fields if one.get("name") == "as"] == ["csv", "json"]


def test_nothing_of_the_table_is_kept(pages: Pages, folder: Path) -> None:
    marked = _table().replace("bus", "omnibus-7731")
    assert "omnibus-7731" in _report(pages, of=marked).said
    assert "omnibus-7731" not in pages.get(ADDRESS, "office").text
    for path in folder.rglob("*"):
        assert path.is_dir() or b"omnibus-7731" not in path.read_bytes()
    with sqlite3.connect(folder / "served" / "school.db") as database:
        assert "omnibus-7731" not in "\n".join(database.iterdump())


def test_of_several_columns_one_is_asked_for_and_a_table_that_cannot_be_read_is_said_so(pages: Pages) -> None:
    answer = pages.post(ADDRESS, {"of": _table(), "least": "10"})
    assert answer.status_code == 422
    assert "travel and team" in Read(answer.text).said
    assert '<option value="team">' in answer.text
    for fields in ({"of": "who,travel\nelm,bus"}, {"of": ""}, {"least": "4"}, {"least": "ten"}):
        answer = pages.post(ADDRESS, _form(**fields))
        assert answer.status_code == 422
        assert 'class="fault"' in answer.text


def test_the_report_is_for_who_may_compare_subgroups(pages: Pages) -> None:
    for who in ("teacher-7a", "coach", "alder", "family"):
        assert pages.get("/classes/7a/fairness", who).status_code == 403
        assert pages.post("/classes/7a/fairness", _form(), who).status_code == 403
    assert not pages.read("/classes/7a").leading_to("/classes/7a/fairness")


def test_people_of_the_table_who_are_not_looked_at_are_counted_and_left_out(pages: Pages) -> None:
    read = _report(pages, of=_table() + "\r\nnobody-here,bus,team1")
    assert str(say("fairness.strangers", n=1)) in read.said


@given(st.dictionaries(NAMED, NAMED, max_size=5), st.sampled_from(",;\t"))
def test_a_table_is_read_as_it_was_written_whatever_parts_its_cells(of: dict[str, str], between: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=between).writerows([["learner", "way"], *of.items()])
    found = read_subgroups("\ufeff" + out.getvalue())
    assert (found.column, dict(found.of)) == ("way", of)
    assert columns_of(out.getvalue()) == ("way",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the column learner was wanted once among the names of the columns, got nothing"),
        ("learner\nelm", "line 1: one column beside learner was wanted, or the name of one; there is none"),
        ("learner,a,b\n", "there are a and b"),
        ("who,a\nelm,x", "line 1: the column learner was wanted once among the names of the columns, got who and a"),
        ("learner,a\n,x", "line 2: a learner was wanted, got an empty cell"),
        ("learner,a\nelm,x\nelm,y", "line 3: one subgroup for each learner was wanted, got x and y for elm"),
        ("learner,a\nelm,x,y", "line 2: 2 cells were wanted, got 3"),
        ('learner,a\n"elm', "a table was wanted, with a column learner and one of subgroups"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="wanted") as told:
        read_subgroups(text)
    assert said in str(told.value)
