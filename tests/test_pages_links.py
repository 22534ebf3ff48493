"""Every link of every page leads to a page or a file: walked as each sort of visitor, one link of each kind."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from planning_pages import Pages, pages_of

from mastery.adapters.http.pages import PAGES

PATTERNS = [(route.path, route.path_regex) for router in PAGES for route in router.routes]  # type: ignore[attr-defined]
FEW = 4
"""So many links of one kind are followed: of one route, with the same names in its query."""


@pytest.fixture(scope="module")
def pages(made: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """The pages of the demonstration class; nothing here writes."""
    with pages_of(tmp_path_factory.mktemp("links"), made) as found:
        yield found


def kind_of(address: str) -> tuple[str, tuple[str, ...]]:
    """Return the route that an address leads to, and what its query names."""
    path = urlsplit(address).path
    route = next((name for name, pattern in PATTERNS if pattern.match(path)), path)
    return route, tuple(sorted(name for name, _ in parse_qsl(urlsplit(address).query)))


@pytest.mark.parametrize("who", ["office", "teacher-7a", "coach", "reviewer", "alder", "family"])
def test_every_link_leads_somewhere(pages: Pages, who: str) -> None:
    """From the first page on, whatever a page links to opens for who sees the link."""
    seen: dict[tuple[str, tuple[str, ...]], int] = {}
    waiting, known = deque(["/"]), {"/"}
    while waiting:
        address = waiting.popleft()
        answer = pages.get(address, who)
        assert answer.status_code in (200, 303), (who, address, answer.status_code)
        found = re.findall(r'href="([^"#]+)', answer.text) if "html" in answer.headers.get("content-type", "") else []
        if answer.status_code == 303:
            found = [answer.headers["location"]]
        for link in map(unescape, found):
            whole = urlsplit(address).path + link if link.startswith("?") else link
            kind = kind_of(whole)
            if whole not in known and seen.get(kind, 0) < FEW:
                known.add(whole)
                seen[kind] = seen.get(kind, 0) + 1
                waiting.append(whole)
    assert len(known) > 10
