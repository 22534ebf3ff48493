"""Rows side by side in a terminal: what does not fit beside the first column follows below."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rich.cells import cell_len

from mastery.adapters.cli.render import say, width

__all__ = ["print_columns"]

_GAP = 2


def print_columns(rows: Sequence[Sequence[str]], *, numbers: bool = False, bold: Collection[int] = (0,)) -> None:
    """Print rows of equally many cells, the titles first, those in `bold` (by place) so; `numbers` stand to the right.

    Where they are wider than the terminal the columns come in blocks, each with the first column before it.
    """
    wide = [max(cell_len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for k, block in enumerate(_blocks(wide, width())):
        if k:
            say()
        for n, row in enumerate(rows):
            cells = [_padded(row[0], wide[0], False), *(_padded(row[c], wide[c], numbers) for c in block)]
            say((" " * _GAP).join(cells).rstrip(), bold=n in bold)


def _blocks(wide: Sequence[int], room: int) -> Iterator[list[int]]:
    """Yield the columns after the first that fit beside it together, at least one each time."""
    block: list[int] = []
    left = room - wide[0]
    for column in range(1, len(wide)):
        if block and left < wide[column] + _GAP:
            yield block
            block, left = [], room - wide[0]
        block.append(column)
        left -= wide[column] + _GAP
    yield block


def _padded(text: str, wide: int, right: bool) -> str:
    space = " " * (wide - cell_len(text))
    return space + text if right else text + space
