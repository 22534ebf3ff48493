"""`mastery map`: every learner by every competency, layer by layer; in the terminal in short marks with a legend."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from rich.cells import cell_len

from mastery.adapters.cli.classroom import AsCsv, Learners, Roster, print_csv, print_end, room_at
from mastery.adapters.cli.options import AsJson, AsOf, Db, print_json
from mastery.adapters.cli.pages import Html, one_of, write_page
from mastery.adapters.cli.render import say
from mastery.adapters.sheets.map_html import map_page
from mastery.adapters.sheets.signs import NOTES, SIGNS, note_of, sign_of
from mastery.adapters.sheets.text import cropped, readable
from mastery.classroom import Cell, ClassMap, overview
from mastery.sheet_answers import map_json
from mastery.wording import day, many

__all__ = ["blocks", "map_"]

_LONGEST_NAME, _LONGEST_CODE, _MARK = 20, 10, 3
_GAP = 2


def map_(
    learners: Learners = None,
    roster: Roster = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="COMPETENCY", help="Of this competency or group; may be given again."),
    ] = None,
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    html: Html = None,
) -> None:
    """Show the class at a glance: learners by competencies, what comes first on the left."""
    one_of(json=as_json, csv=as_csv, html=html)
    with room_at(db, learners, roster, as_of) as room:
        answer = overview(room, only or ())
        if as_json:
            print_json(map_json(room, answer))
        elif as_csv:
            print_csv(answer.table())
        elif html is not None:
            write_page(html, map_page(room.framework.title, room.at, answer))
        else:
            _print_map(answer, day(room.at))


def _print_map(answer: ClassMap, when: str) -> None:
    size = f"{many(len(answer.rows), 'learner')} by {many(len(answer.columns), 'competency', 'competencies')}"
    say(f"Class map: {size}, as of {when}", bold=True)
    width = max(60, min(110, shutil.get_terminal_size((100, 24)).columns))
    for block in blocks(answer, width):
        _print_block(answer, block)
    if answer.rows:
        _print_counts(answer)
    _print_legend(answer, width)
    print_end(answer.because, answer.caveats)


def blocks(answer: ClassMap, width: int) -> list[list[range]]:
    """Return what is printed side by side: pieces of layers, in order, as many as fit into `width` characters."""
    room = width - _label_width(answer)
    found: list[list[range]] = []
    left = 0
    for _, places in answer.layers():
        wide = sum(_wide(answer, n) + _GAP for n in places) + _GAP
        if not found or wide > left:
            found.append([])
            left = room
        start = places.start
        for n in places:
            step = _wide(answer, n) + _GAP
            if left - step < _GAP:
                found[-1].append(range(start, n))
                found.append([])
                start, left = n, room
            left -= step
        found[-1].append(range(start, places.stop))
        left -= _GAP
    return [[piece for piece in block if piece] for block in found]


def _print_block(answer: ClassMap, block: Sequence[range]) -> None:
    label = _label_width(answer)
    say()
    layers = []
    for piece in block:
        wide = sum(_wide(answer, n) + _GAP for n in piece)
        layers.append(f"{answer.columns[piece.start].layer:<{wide}}")
    say(f"{'layer':<{label}}  {'| '.join(layers)}".rstrip(), bold=True)
    say(_line(answer, block, "", [_code(answer, n) for n in range(len(answer.columns))]), bold=True)
    for row in answer.rows:
        say(_line(answer, block, _name(row.learner), [_mark(cell) for cell in row.cells]))
    for word in ("met", "ready"):
        say(_line(answer, block, f"- {word}", [str(getattr(column, word)) for column in answer.columns]))


def _line(answer: ClassMap, block: Sequence[range], label: str, texts: Sequence[str]) -> str:
    pieces = ("".join(_padded(texts[n], _wide(answer, n) + _GAP) for n in piece) for piece in block)
    return f"{_padded(label, _label_width(answer))}  {'| '.join(pieces)}".rstrip()


def _print_counts(answer: ClassMap) -> None:
    label = _label_width(answer)
    say()
    say(f"{'':<{label}}  met  ready  waiting  due", bold=True)
    for row in answer.rows:
        silent = "  nothing is recorded" if row.silent else ""
        counts = f"{row.met:>3}  {row.ready:>5}  {row.waiting:>7}  {row.due:>3}"
        say(f"{_padded(_name(row.learner), label)}  {counts}{silent}")


def _print_legend(answer: ClassMap, width: int) -> None:
    cells = [cell for row in answer.rows for cell in row.cells]
    signs, notes = {sign_of(cell).name for cell in cells}, {note_of(cell) for cell in cells}
    lines = [f"{sign.mark:<4}{sign.means}" for name, sign in SIGNS.items() if name in signs]
    lines += [f"  {letter:<2}{words}" for name, (letter, words) in NOTES.items() if name in notes]
    lines += _long_codes(answer, width)
    if lines:
        say()
        say("Legend", bold=True)
    for line in lines:
        say(f"   {line}")


def _long_codes(answer: ClassMap, width: int) -> Iterator[str]:
    for n, column in enumerate(answer.columns):
        code = _code(answer, n)
        if code != column.name:
            yield f"{code} {cropped(readable(column.name), width - len(code) - 8)}"


def _mark(cell: Cell) -> str:
    note = note_of(cell)
    return sign_of(cell).mark + (NOTES[note][0] if note else "")


def _name(learner: str) -> str:
    shown = readable(learner)
    return cropped(shown, _LONGEST_NAME if cell_len(shown) == len(shown) else _LONGEST_NAME // 2)


def _code(answer: ClassMap, n: int) -> str:
    """Return what stands above a column: its code or, where that is too long, its number."""
    code = answer.columns[n].name
    fits = cell_len(code) <= _LONGEST_CODE and code == readable(code)
    return code if fits else f"#{n + 1}"


def _wide(answer: ClassMap, n: int) -> int:
    return max(_MARK, cell_len(_code(answer, n)))


def _label_width(answer: ClassMap) -> int:
    return max([len("- ready"), *(cell_len(_name(row.learner)) for row in answer.rows)])


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - cell_len(text))
