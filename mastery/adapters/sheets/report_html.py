"""The conference sheet as a page that prints on one sheet of A4 for an ordinary learner."""

from __future__ import annotations

from collections.abc import Iterator

from mastery.adapters.sheets.report_sections import Section, sections
from mastery.adapters.sheets.style import page
from mastery.adapters.sheets.text import html_text, without_markup
from mastery.classroom import Line, Sheet
from mastery.wording import day

__all__ = ["report_page"]

_STYLE = """
body { max-width: 60rem; }
header { border-bottom: 2px solid var(--ink); padding-bottom: .5rem; }
.summary { font-size: 1.1em; margin: .6rem 0; }
.bar { display: flex; height: 1.1rem; border: 1px solid var(--ink); margin: .5rem 0 1rem; }
.bar span { display: block; border-right: 1px solid var(--ink); }
.fresh { background: #8fce9b; }
.due { background: repeating-linear-gradient(45deg, #8fce9b 0 5px, #fdf0c4 5px 10px); }
.lapsed { background: repeating-linear-gradient(-45deg, #fff 0 4px, #f0a8a0 4px 8px); }
section { margin-bottom: .9rem; }
section h2 { margin-top: 0; border-bottom: 1px solid var(--line); padding-bottom: .15rem; break-after: avoid; }
li { margin: .3rem 0; break-inside: avoid; }
.word { border: 1px solid var(--soft); border-radius: .3rem; padding: 0 .3rem; font-size: .85em; white-space: nowrap; }
.why { display: block; color: var(--soft); font-size: .9em; }
@media (min-width: 56rem) { .sections { columns: 2; column-gap: 2rem; } }
@page { size: A4; margin: 12mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 8.5pt; line-height: 1.3; }
  h1 { font-size: 14pt; } h2 { font-size: 10pt; }
  .sections { columns: 2; column-gap: 7mm; }
  .brief .why { display: inline; }
  .summary, .bar { margin: 4pt 0; }
  section { margin-bottom: 6pt; }
  li { margin: 1.5pt 0; }
  .bar span { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def report_page(sheet: Sheet) -> str:
    """Return the sheet as a whole HTML document."""
    body = [
        f"<header>\n<h1>Conference sheet: <bdi>{html_text(sheet.learner)}</bdi></h1>",
        f'<p class="soft">As of {day(sheet.at)}. <bdi>{html_text(sheet.framework)}</bdi>.</p>\n</header>',
        f'<p class="summary">{html_text(sheet.summary.text)}</p>',
        *_bar(sheet),
        *(f"<p><bdi>{html_text(goal)}</bdi></p>" for goal in sheet.goals),
        '<div class="sections">',
        *(part for section in sections(sheet) for part in _section(section)),
        "</div>",
    ]
    return page(f"Conference sheet: {sheet.learner}, {day(sheet.at)}", "\n".join(body), _STYLE)


def _bar(sheet: Sheet) -> Iterator[str]:
    """Yield a bar that shows to the eye what the sentence above it says."""
    summary = sheet.summary
    parts = (("fresh", summary.fresh), ("due", summary.due), ("lapsed", summary.lapsed))
    shares = [(name, 100 * count / summary.of) for name, count in parts if count]
    if shares:
        bars = "".join(f'<span class="{name}" style="width: {share:.2f}%"></span>' for name, share in shares)
        yield f'<div class="bar" aria-hidden="true">{bars}</div>'


def _section(section: Section) -> Iterator[str]:
    tag = "ol" if section.numbered and section.lines else "ul"
    brief = ' class="brief"' if section.brief else ""
    yield f"<section{brief}>\n<h2>{html_text(section.title)}</h2>\n<{tag}>"
    yield from (_line(line, section.brief) for line in section.lines)
    yield from (f"<li><bdi>{html_text(sentence)}</bdi></li>" for sentence in section.sentences)
    yield f"</{tag}>"
    if section.more:
        yield f'<p class="soft">{html_text(section.more)}</p>'
    yield "</section>"


def _line(line: Line, brief: bool) -> str:
    word = "" if brief else f' <span class="word">{html_text(line.word)}</span>'
    name = f"<strong><bdi>{html_text(line.name)}</bdi></strong>{word}"
    said = html_text(without_markup(line.statement))
    shown = f" <bdi>{said}</bdi>" if said else ""
    reasons = " ".join(html_text(sentence) for sentence in line.because)
    return f'<li>{name}{shown} <span class="why"><bdi>{reasons}</bdi></span></li>'
