"""Rows about the pages: each against its limit, and beside a bare template that gives as many bytes in the same run."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from benchmarks.harness import Suite

__all__ = ["BARE_PAGE", "measure_pages"]

BARE_PAGE = """
from jinja2 import Environment
from starlette.responses import HTMLResponse
_page = Environment(autoescape=True).from_string(
    "<ul>{% for n in range(rows) %}<li><a href='/{{ n }}'>{{ word }}</a></li>{% endfor %}</ul>")
_ROW = len("<li><a href='/100'>competency</a></li>")
@app.get("/page")
def page(size: int): return HTMLResponse(_page.render(rows=size // _ROW, word="competency"))
"""
_ASKED = 60
_LARGEST = 100_000

Load = Callable[[int, Sequence[bytes]], list[float]]
Asked = Callable[[str], bytes]


def measure_pages(
    suite: Suite, ours: int, bare: int, load: Load, asked: Asked, size: Callable[[int, bytes], int],
    places: tuple[int, int, int, int],
) -> None:  # fmt: skip
    """Measure the pages; `places` are how many learners and classes there are, and the size of a map."""
    learners, classes, _, shown = places
    chance = random.Random(11)
    only = "&".join(f"only=c{n}" for n in range(shown))
    pages: dict[str, tuple[Callable[[], str], float]] = {
        "learner page": (lambda: f"/learners/l{chance.randrange(learners)}", 0.100),
        f"class map page of {places[2]} by {shown}": (
            lambda: f"/classes/class%20{chance.randrange(classes)}/map?{only}",
            0.150,
        ),
        "Today": (lambda: f"/classes/class%20{chance.randrange(classes)}", 0.150),
    }
    for name, (path, limit) in pages.items():
        sizes = [size(ours, asked(path())) for _ in range(5)]
        plain = [asked(f"/page?size={max(sizes)}")] * _ASKED

        def mine(path: Callable[[], str] = path) -> float:
            return _p95(load(ours, [asked(path()) for _ in range(_ASKED)]))

        def peer(plain: Sequence[bytes] = plain) -> float:
            return _p95(load(bare, plain))

        suite.pair(f"{name}, p95", mine, f"{limit * 1e3:g} ms", lambda at=limit: at, 1, rounds=3)
        suite.pair(f"{name}, p95", mine, f"a bare template of {max(sizes):,} bytes", peer, None, rounds=3)
        if name == "learner page":
            most = float(max(sizes))
            suite.pair(f"{name}, bytes", lambda m=most: m, "100 kB", lambda: float(_LARGEST), 1, rounds=1, unit="bytes")


def _p95(spent: Sequence[float]) -> float:
    return sorted(spent)[min(len(spent) - 1, int(0.95 * len(spent)))]
