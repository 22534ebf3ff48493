"""Pages for learners, families and the talk between all of them: what each says, and to whom."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import opened, site_at
from planning_pages import NAMES, Pages, pages_of


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages of the demonstration class; nothing here writes."""
    with pages_of(tmp_path_factory.mktemp("own"), made) as found:
        yield found


def test_the_file_of_a_sheet_has_each_line_that_is_on_it(pages: Pages) -> None:
    """Under its heading, in the order of the page."""
    said = pages.read("/learners/hazel/sheet").said
    rows = list(csv.DictReader(io.StringIO(pages.get("/learners/hazel/sheet?as=csv").text)))
    assert [row["competency"] for row in rows if row["part"] == "What waits, and for what"] == ["FR5.1"]
    place = 0
    for row in rows:
        place = said.index(row["because"], place)


def test_a_sheet_prints_on_one_page_for_every_learner(made: bytes, tmp_path: Path) -> None:
    """A4, by the margins of the style; the menu and what can be clicked is not on paper."""
    with site_at(tmp_path / "site" / "school.db", made) as site, opened(site, "office") as page:
        for learner in NAMES:
            page.goto(f"/learners/{learner}/sheet")
            paper = page.pdf(prefer_css_page_size=True)
            assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1, learner
