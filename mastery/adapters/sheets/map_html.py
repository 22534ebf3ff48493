"""The class map as one page for a browser or for paper: a table that a screen reader reads too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mastery.adapters.sheets.signs import SIGNS, Sign, sign_of
from mastery.adapters.sheets.style import page
from mastery.adapters.sheets.text import cropped, html_text, readable, without_markup
from mastery.classroom import Cell, ClassMap, MapColumn, MapRow
from mastery.wording import day, many

__all__ = ["map_page"]

_LONGEST = 40
_STYLE = """
.scroll { overflow: auto; max-height: 88vh; border: 1px solid var(--line); margin: .8rem 0; }
.scroll:focus-visible { outline: 3px solid #0550ae; outline-offset: 2px; }
table { border-collapse: separate; border-spacing: 0; font-size: .75rem; line-height: 1.2; }
caption { text-align: left; padding: .4rem .5rem; font-size: .9rem; color: var(--soft); }
caption span { position: sticky; left: .5rem; display: inline-block; max-width: calc(100vw - 3.5rem); }
th, td { border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); padding: .25rem .3rem;
  vertical-align: middle; text-align: center; }
thead th { position: sticky; background: var(--head); z-index: 2; }
thead tr:first-child th { top: 0; height: 1.9rem; text-align: left; white-space: nowrap; }
thead tr:first-child th span { position: sticky; left: 7.5rem; }
thead tr:last-child th { top: 1.9rem; }
thead th.code { min-width: 5.3rem; max-width: 7rem; overflow-wrap: anywhere; }
tbody th, tfoot th, thead th.who { position: sticky; left: 0; background: var(--head); z-index: 1;
  min-width: 7rem; max-width: 7rem; text-align: left; overflow-wrap: anywhere; }
thead th.who { z-index: 3; vertical-align: bottom; top: 0; }
th.first, td.first { border-left: 3px solid #8c959f; }
tfoot td, td.count { font-variant-numeric: tabular-nums; }
.icon { display: block; font-size: 1rem; line-height: 1.1; }
.over { display: block; font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem .5rem; padding: 0; margin: .6rem 0; list-style: none; }
.legend li { display: flex; gap: .4rem; align-items: center; font-size: .85rem; }
.legend .box { flex: none; width: 1.8rem; height: 1.6rem; border: 1px solid var(--line); text-align: center; }
dl { display: grid; grid-template-columns: minmax(4rem, max-content) 1fr; gap: .15rem .8rem; font-size: .9rem; }
dt { font-weight: 600; max-width: 12rem; } dd { margin: 0; }
.locked { color: #57606a; background: #eceff2; }
.ready { background: #fff; box-shadow: inset 0 0 0 2px #0550ae; }
.in_progress { background: repeating-linear-gradient(90deg, #ddebfb 0 6px, #f4f9ff 6px 12px); }
.check_due { background: repeating-linear-gradient(45deg, #fdf0c4 0 6px, #fffaeb 6px 12px); }
.not_yet { background: repeating-linear-gradient(0deg, #fde3cf 0 4px, #fff6ef 4px 8px); }
.awaiting { background: repeating-linear-gradient(-45deg, #f3dff5 0 5px, #fdf7fe 5px 10px); }
.met { background: #bfe5c6; }
.waived, .inferred, .granted, .kept { background: radial-gradient(#a5d6ae 1.2px, #e3f5e6 1.6px) 0 0 / 7px 7px; }
.due { background: repeating-linear-gradient(45deg, #bfe5c6 0 7px, #fdf0c4 7px 14px); }
.lapsed { background: repeating-linear-gradient(-45deg, #bfe5c6 0 7px, #fbd5d0 7px 14px); }
@page { size: A3 landscape; margin: 10mm; }
@media print {
  body { padding: 0; font-size: 9pt; }
  .scroll { overflow: visible; max-height: none; border: 0; }
  table { font-size: 6.5pt; width: 100%; table-layout: auto; }
  th, td, th span, caption span { position: static !important; }
  th, td { padding: 1px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  thead th.code { min-width: 0; max-width: none; writing-mode: vertical-rl; text-align: right; padding: 2px 0; }
  td .word { display: none; }
  tr { break-inside: avoid; }
  dl { columns: 1; font-size: 7.5pt; }
}
"""


def map_page(framework: str, at: datetime, answer: ClassMap) -> str:
    """Return the page of a class map under the title of its framework, as of `at` (UTC)."""
    title = f"Class map, {day(at)}"
    size = f"{many(len(answer.rows), 'learner')} by {many(len(answer.columns), 'competency', 'competencies')}"
    body = [
        f"<h1>{html_text(title)}</h1>",
        f'<p class="soft"><bdi>{html_text(framework)}</bdi>: {size}.</p>',
        *_legend(answer),
        '<div class="scroll" role="region" aria-label="Class map" tabindex="0">',
        *_table(answer),
        "</div>",
        *(f'<p class="soft">{html_text(line)}</p>' for line in (*answer.because, *answer.caveats)),
        *_codes(answer),
    ]
    return page(title, "\n".join(body), _STYLE)


def _legend(answer: ClassMap) -> Iterator[str]:
    used = {sign_of(cell).name for row in answer.rows for cell in row.cells}
    if not used:
        return
    yield '<ul class="legend" aria-label="Legend">'
    for name, sign in SIGNS.items():
        if name in used:
            box = f'<span class="box {name}" aria-hidden="true">{sign.icon}</span>'
            yield f"<li>{box}{html_text(sign.means)}</li>"
    yield "</ul>"


def _table(answer: ClassMap) -> Iterator[str]:
    starts = {places.start for _, places in answer.layers()}
    yield "<table>"
    yield "<caption><span>Rows are learners. Columns are competencies, what comes first on the left.</span></caption>"
    yield '<thead>\n<tr><th class="who" scope="col" rowspan="2">Learner</th>'
    for layer, places in answer.layers():
        yield f'<th class="first" scope="colgroup" colspan="{len(places)}"><span>Layer {layer}</span></th>'
    yield '<th class="first" scope="colgroup" colspan="4">Counts</th></tr>\n<tr>'
    for n, column in enumerate(answer.columns):
        first = " first" if n in starts else ""
        yield f'<th class="code{first}" scope="col"><bdi>{_short(column.name)}</bdi></th>'
    for n, word in enumerate(("Met", "Ready", "Waiting", "Due")):
        yield f'<th class="code{"" if n else " first"}" scope="col">{word}</th>'
    yield "</tr>\n</thead>\n<tbody>"
    for row in answer.rows:
        yield from _row(row, starts)
    yield "</tbody>\n<tfoot>"
    for word in ("met", "ready", "under_way", "locked"):
        yield from _foot(answer, word, starts)
    yield "</tfoot>\n</table>"


def _row(row: MapRow, starts: set[int]) -> Iterator[str]:
    silent = '<br><span class="soft">nothing recorded</span>' if row.silent else ""
    yield f'<tr><th scope="row"><bdi>{_short(row.learner)}</bdi>{silent}</th>'
    for n, cell in enumerate(row.cells):
        yield _cell(cell, sign_of(cell), " first" if n in starts else "")
    for n, count in enumerate((row.met, row.ready, row.waiting, row.due)):
        yield f'<td class="count{"" if n else " first"}">{count}</td>'
    yield "</tr>"


def _cell(cell: Cell, sign: Sign, first: str) -> str:
    over = "".join(f' <span class="over">{html_text(word)}</span>' for word in cell.also)
    icon = f'<span class="icon" aria-hidden="true">{sign.icon}</span>'
    return f'<td class="{sign.name}{first}">{icon}<span class="word">{html_text(cell.word)}{over}</span></td>'


def _foot(answer: ClassMap, word: str, starts: set[int]) -> Iterator[str]:
    yield f'<tr><th scope="row">{word.replace("_", " ").capitalize()}</th>'
    for n, column in enumerate(answer.columns):
        yield f'<td class="count{" first" if n in starts else ""}">{getattr(column, word)}</td>'
    yield '<td class="first" colspan="4"></td></tr>'


def _short(name: str) -> str:
    """Return a name for the head of a row or column, which is in view all the time."""
    return html_text(cropped(readable(name), _LONGEST))


def _codes(answer: ClassMap) -> Iterator[str]:
    told = [column for column in answer.columns if column.statement.strip() or len(column.name) > _LONGEST]
    if not told:
        return
    yield "<h2>What the codes stand for</h2>\n<dl>"
    yield from map(_code, told)
    yield "</dl>"


def _code(column: MapColumn) -> str:
    said = html_text(without_markup(column.statement))
    return f"<dt><bdi>{html_text(column.name)}</bdi></dt><dd><bdi>{said}</bdi></dd>"
