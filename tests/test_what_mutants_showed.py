"""Arguments that have to arrive, and turns that few logs take: a change of each went unseen until it was tried."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from test_edges_of_rules import at, check
from test_engine import piece

import competencies
from competencies import FormatError, Needs
from mastery import Action, CheckRule, Criteria, Evidence, Policy, Status
from mastery.models import Sums

ASKED = Policy(criteria=Criteria(pieces=1, occasions=1, counts=("formative",)), check=CheckRule(wait_days=0, cap=2))
FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_of_two_attempts_at_one_instant_only_the_failed_one_is_used() -> None:
    """A pass beside a fail is no pass, and uses no attempt of its own."""
    both = [piece("a", 0.9, 0), check("a", 0.1, 1, key="one"), check("a", 1.0, 1, key="other")]

    assert (at(both, 2, ASKED).status, at(both, 2, ASKED).action) == (Status.NOT_YET, Action.RETAKE)
    again = at([*both, check("a", 0.2, 3, key="again")], 4, ASKED)
    assert (again.status, again.action) == (Status.AWAITING, None)


def test_what_ages_is_weighed_on_the_day_that_is_asked_about() -> None:
    """A piece that has lost half its weight, beside one believed beforehand, counts a third; fresh, half."""
    model = Sums(k=1, m0=0, half_life_days=1)
    work = [Evidence("ana", "a", 1.0, FIRST, key="k")]
    values = [found.value for day in (None, date(2026, 3, 2), date(2026, 3, 3)) if (found := model.of(work, on=day))]

    assert values == pytest.approx([1 / 2, 1 / 2, 1 / 3])


def test_how_a_table_is_read_arrives_at_the_table(tmp_path: Path) -> None:
    """Columns of edges and the separator of a list are taken by whoever reads a file."""
    listed = tmp_path / "listed.csv"
    listed.write_text("identifier,requires\na,\nb,\nc,a+b\n")
    edges = tmp_path / "edges.csv"
    edges.write_text("before,after\na,b\n")

    both = competencies.load(listed, separator="+")
    assert both.requires["c"] == competencies.All([Needs("a"), Needs("b")])
    assert competencies.load(edges, edges=("before", "after")).requires == {"b": Needs("a")}
    with pytest.raises(FormatError):
        competencies.load(edges)
