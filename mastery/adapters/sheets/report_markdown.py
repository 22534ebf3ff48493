"""The conference sheet in Markdown, which reads as plain text too."""

from __future__ import annotations

from collections.abc import Iterator

from mastery.adapters.sheets.report_sections import Section, sections
from mastery.adapters.sheets.text import markdown_text, without_markup
from mastery.classroom import Line, Sheet
from mastery.wording import day

__all__ = ["report_markdown"]


def report_markdown(sheet: Sheet) -> str:
    """Return the sheet as Markdown that ends in a line break."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"# Conference sheet: {markdown_text(sheet.learner)}"
    yield ""
    yield f"As of {day(sheet.at)}. {markdown_text(sheet.framework)}."
    yield ""
    yield markdown_text(sheet.summary.text)
    for goal in sheet.goals:
        yield ""
        yield markdown_text(goal)
    for section in sections(sheet):
        yield ""
        yield f"## {section.title}"
        yield ""
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    for n, line in enumerate(section.lines, start=1):
        yield from _line(line, f"{n}. " if section.numbered else "- ", section.brief)
    for sentence in section.sentences:
        yield f"- {markdown_text(sentence)}"
    if section.more:
        yield ""
        yield section.more


def _line(line: Line, bullet: str, brief: bool) -> Iterator[str]:
    said = markdown_text(without_markup(line.statement))
    name, reasons = f"**{markdown_text(line.name)}**", [markdown_text(sentence) for sentence in line.because]
    if brief:
        yield f"{bullet}{' '.join(filter(None, (name, said, *reasons)))}"
        return
    yield f"{bullet}{name} ({markdown_text(line.word)}){' ' if said else ''}{said}"
    yield from (f"{' ' * len(bullet)}- {sentence}" for sentence in reasons)
