"""Figures of learners, groups, classes and a school: they add up, and it does not matter in which order one filters."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_commands import ROOT, Run, fits, lines
from worlds import BRIEF, profile
from worlds_classes import classes

from mastery import Basis, Currency, Outcome, PlanError, Purpose, Status
from mastery.classroom import Classroom
from mastery.planning.figures import FigureLevel, FigureRow, Figures, Membership, SchoolFigures, school_figures
from mastery.planning.figures.counting import NAMES

ON = ("--as-of", "2026-03-16T08:00")
SCHOOL = ("--by", str(ROOT / "examples" / "school.csv"))
BY_HAND = (Basis.GRANTED, Basis.WAIVED, Basis.INFERRED)

counts = st.builds(Figures, *[st.integers(-9, 9)] * len(NAMES))


def drawn(seed: str, usual: int) -> Iterator[tuple[Classroom, list[Membership], random.Random]]:
    """Yield small classes and who is where: some nowhere, some in several classes or groups."""
    for n, (room, _) in enumerate(classes(seed, usual)):
        rng = random.Random(f"{seed}/{n}")
        places = [
            Membership(learner, rng.choice(("7a", "7b")), rng.choice(("", "x", "y")))
            for learner in room.learners
            for _ in range(rng.choice((0, 1, 1, 2, 3)))
        ]
        yield room, places, rng


# They add up.


@given(counts, counts, counts)
@profile(200)
def test_figures_are_a_commutative_group(a: Figures, b: Figures, c: Figures) -> None:
    """The order in which figures are added does not matter, none is zero, and what is taken away was added."""
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + Figures() == a
    assert (a + b) - b == a
    assert Figures.total([a, b, c]) == a + b + c
    assert Figures.total([]) == Figures()


def test_groups_add_up_to_their_class_and_classes_to_the_school() -> None:
    """Each figure of a class is the sum over its groups and the rest, that of the school the sum over the classes."""
    seen: Counter[str] = Counter()
    for room, places, _ in drawn("sums", 200):
        answer = school_figures(room, places, with_learners=True)
        by_class = {row.class_name: row.figures for row in answer.rows if own(row, FigureLevel.CLASS)}
        if by_class:
            assert total(answer, FigureLevel.CLASS) == answer.school
        for name, figures in by_class.items():
            groups = [row for row in answer.rows if row.level is FigureLevel.GROUP and row.class_name == name]
            assert not groups or Figures.total(row.figures for row in groups) == figures
            learners = [row for row in answer.rows if row.level is FigureLevel.LEARNER and row.class_name == name]
            assert Figures.total(row.figures for row in learners) == figures
        seen += Counter(f"{row.level} {row.rest}" for row in answer.rows if row.rest)
    assert BRIEF or (len(seen) == 4 and min(seen.values()) >= 20), seen


def own(row: FigureRow, level: FigureLevel) -> bool:
    return row.level is level and not row.rest


def total(answer: SchoolFigures, level: FigureLevel) -> Figures:
    return Figures.total(row.figures for row in answer.rows if row.level is level)


def test_the_school_counts_each_learner_and_each_place_once() -> None:
    """Whoever is where, the school has as many learners as there are, and each place of each in one status."""
    for room, places, _ in drawn("once", 120):
        school = school_figures(room, places).school
        assert school == school_figures(room).school
        assert (school.learners, school.silent) == (len(room), len(room.silent))
        assert school.places == len(room) * len(room.rules.leaves)
        assert max(school.by_hand, school.due + school.lapsed, school.questioned) <= school.met
        assert school.checks <= school.pieces


def test_the_figures_are_what_counting_by_hand_gives() -> None:
    """Each figure of the school is what a plain count over all standings and facts comes to."""
    seen: Counter[str] = Counter()
    for room, _, rng in drawn("counted", 150):
        since = rng.choice([None, min((f.observed_at for _, p in room for f in p.facts), default=None)])
        school = school_figures(room, since=since).school
        standings = [one for _, progress in room for _, one in progress.standings()]
        met = [one for one in standings if one.credit is not None]
        pieces = [
            piece
            for _, progress in room
            for leaf in progress.framework.leaves
            if (track := progress.track(leaf.identifier)) is not None
            for piece in track.evidence
            if piece.outcome is Outcome.SCORED
        ]
        counted = {
            **{status.value: sum(one.status is status for one in standings) for status in Status},
            "by_hand": sum(one.credit.basis in BY_HAND for one in met if one.credit),
            "due": sum(one.currency is Currency.DUE for one in met),
            "lapsed": sum(one.currency is Currency.LAPSED for one in met),
            "questioned": sum(one.under_question for one in met),
            "new": 0 if since is None else sum(one.credit.since >= since for one in met if one.credit),
            "pieces": len(pieces),
            "checks": sum(piece.purpose is Purpose.CHECK for piece in pieces),
        }
        assert {name: getattr(school, name) for name in counted} == counted
        seen += Counter({name: int(n > 0) for name, n in counted.items()})
    assert BRIEF or min(seen[name] for name in NAMES if name not in ("learners", "silent")) >= 5, seen


# Filters commute.


def test_filters_of_learners_and_of_competencies_commute() -> None:
    """Fewer learners and then fewer competencies, or the other way round, and either of the two halves: the same."""
    for room, places, rng in drawn("filters", 150):
        some = [who for who in room.learners if rng.random() < 0.5]
        names = [leaf.identifier for leaf in room.rules.leaves]
        half, rest = names[::2], names[1::2]
        fewer = Classroom(room.rules, room.at, {who: room.progress[who] for who in some})
        others = Classroom(room.rules, room.at, {w: p for w, p in room if w not in some})
        by_learner = {
            row.learner: row.figures for row in school_figures(room, only=half, with_learners=True).rows if row.learner
        }
        assert school_figures(fewer, places, only=half).school == Figures.total(by_learner[who] for who in some)
        assert school_figures(fewer).school + school_figures(others).school == school_figures(room).school
        if rest:
            both = school_figures(room, only=half).school + school_figures(room, only=rest).school
            whole = school_figures(room).school
            assert {n: getattr(both, n) for n in NAMES[2:]} == {n: getattr(whole, n) for n in NAMES[2:]}
            assert both.learners == 2 * whole.learners


def test_the_order_of_learners_and_of_the_file_changes_no_figure() -> None:
    """In another order of learners and of rows, each row has the same figures."""
    for room, places, rng in drawn("order", 60):
        turned = Classroom(room.rules, room.at, dict(reversed(list(room.progress.items()))))
        mixed = rng.sample(places, len(places))
        one, other = school_figures(room, places), school_figures(turned, mixed)
        assert {(r.level, r.class_name, r.group, r.rest): r.figures for r in one.rows} == {
            (r.level, r.class_name, r.group, r.rest): r.figures for r in other.rows
        }
        assert school_figures(room, places) == one


def test_a_group_without_a_class_and_a_name_that_fits_nothing_are_refused() -> None:
    """A group is one of a class; every competency named has to be there."""
    with pytest.raises(ValueError, match="class_name: the class of the group 'x' was wanted"):
        Membership("ana", "", "x")
    room, _, _ = next(drawn("refused", 1))
    with pytest.raises(PlanError) as told:
        school_figures(room, only=["nowhere", "q*"])
    assert len(told.value.faults) == 2


# As a person types it.


def test_a_school_of_two_classes_is_told_row_by_row(monday: Run) -> None:
    """Two classes with their groups, whoever is in none or in several, and all; the columns fit the terminal."""
    told = lines(monday("figures", *SCHOOL, "--since", "2026-03-09", *ON))
    assert told[0] == "28 learners on 63 competencies, as of 2026-03-16 08:00 UTC"
    cells: dict[str, list[str]] = {}
    for line in told[1 : next(n for n, line in enumerate(told) if line.startswith("- "))]:
        name = line[:20].strip()
        if name and line[20:].split() and line[20:].replace("-", "").split()[0].isdigit():
            cells.setdefault(name, []).extend(line[20:].split())
    assert list(cells) == [
        *("7a", "reading", "workshop", "in no group", "in several groups"),
        *("7b", "in no class", "in several classes", "all"),
    ]
    assert cells["7a"] == ["14", "152", "8", "0", "1", "18", "153", "550", "35", "0", "19", "981", "125"]
    assert cells["in several classes"] == [
        "-1",
        "-11",
        "0",
        "0",
        "0",
        "-1",
        "-13",
        "-38",
        "-2",
        "0",
        "-2",
        "-85",
        "-11",
    ]
    assert cells["all"] == ["28", "297", "13", "1", "1", "40", "294", "1118", "75", "1", "42", "1727", "241"]
    assert "- New is credit earned or given since 2026-03-09." in told


def test_only_some_competencies_are_counted(monday: Run) -> None:
    """With a pattern only what it fits is counted, and the answer says so; learners can have rows of their own."""
    told = lines(monday("figures", "--only", "FR*", "--with-learners", "--learner", "oak", "--learner", "elm", *ON))
    assert told[0] == "2 learners on 13 competencies, as of 2026-03-16 08:00 UTC"
    assert [line.split()[:2] for line in told[3:6]] == [["-", "oak"], ["-", "elm"], ["all", "2"]]
    assert "- Every learner on 13 competencies (FR*): each such pair is in one status." in told


def test_json_and_csv_have_every_figure(monday: Run) -> None:
    """Each row of the table is a row of the JSON."""
    told = fits(monday("figures", *SCHOOL, "--with-learners", "--json", *ON)[1], "figures")
    rows = list(csv.DictReader(io.StringIO(monday("figures", *SCHOOL, "--with-learners", "--csv", *ON)[1])))
    assert [
        (r["level"], r["class"], r["group"], r["learner"], r["rest"], *(int(r[n]) for n in NAMES)) for r in rows
    ] == [
        (r["level"], r["class_name"], r["group"], r["learner"], r["rest"], *(r["figures"][n] for n in NAMES))
        for r in told["answer"]
    ]
    assert {row["level"] for row in rows} == {level.value for level in FigureLevel}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("learner,group\noak,x\n", "has no column class; it has: learner, group"),
        ("learner,class,group\noak,,x\n", "oak: class_name: the class of the group 'x' was wanted"),
    ],
)
def test_a_file_of_places_that_cannot_be_used_is_refused(monday: Run, tmp_path: Path, text: str, says: str) -> None:
    """A column that is missing and a group of no class are told, and nothing is answered."""
    (tmp_path / "school.csv").write_text(text, "utf-8")
    code, out, errors = monday("figures", "--by", "school.csv", *ON)
    assert (code, out) == (2, "")
    assert says in " ".join(errors.split())


def test_strangers_of_the_file_are_told(monday: Run, tmp_path: Path) -> None:
    """Who is in the file but not in the records is named, and counts for nothing."""
    (tmp_path / "school.csv").write_text("learner,class\noak,7a\nnobody,7a\n", "utf-8")
    code, out, errors = monday("figures", "--by", "school.csv", *ON)
    assert (code, errors.strip()) == (0, "school.csv names nobody, not among the learners looked at.")
    assert next(line for line in out.splitlines() if line.startswith("7a")).split()[1] == "1"
    assert monday("figures", "--only", "QQ*", *ON)[0] == 1
