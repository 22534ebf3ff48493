"""What a conference sheet has under each heading, the same on paper, in Markdown and in a browser."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from mastery.classroom import Line, Sheet
from mastery.wording import many

__all__ = ["Section", "sections"]


@frozen
class Section:
    """A heading with lines about competencies or plain sentences; `more` says what is left out."""

    title: str
    lines: tuple[Line, ...] = ()
    sentences: tuple[str, ...] = ()
    more: str = ""
    numbered: bool = False
    brief: bool = False


def sections(sheet: Sheet) -> Iterator[Section]:
    """Yield the sections of a sheet that have something to say; what comes next and what was met are always there."""
    no_step = () if sheet.steps else ("There is no step now.",)
    nothing = () if sheet.met_lately else ("Nothing.",)
    found = (
        Section("What comes next", sheet.steps, no_step, _more(sheet.more_steps), numbered=True),
        Section("What waits, and for what", sheet.waiting),
        Section("What wants a recheck", sheet.recheck, more=_more(sheet.more_recheck)),
        Section(f"Met in the last {many(sheet.weeks, 'week')}", sheet.met_lately, nothing, brief=True),
        Section("Locked, and nearest", sheet.locked, more=_more(sheet.more_locked)),
        Section("Decisions in force", sentences=tuple(one.text for one in sheet.decisions)),
        Section("What is not known", sentences=sheet.unknown),
    )
    return (section for section in found if section.lines or section.sentences)


def _more(n: int) -> str:
    return f"And {n} more." if n else ""
