"""Everything that can go wrong with a framework, as one tree.

CompetenciesError
|-- RequirementError          a requirement cannot be built: nothing could ever meet it, or it counts one thing twice
|   `-- RequirementTextError  ... because its text cannot be read
|-- FrameworkError            a framework cannot be built; carries every fault
|   `-- CycleError            ... because prerequisites run in a circle
|-- UnknownCompetency         no competency has this identifier or code
|-- AmbiguousCode             more than one competency has this code
|-- FormatError               a file cannot be read as a framework
`-- TooManyStates             a knowledge space is too large for what was asked of it
"""

import difflib
from collections.abc import Iterable, Sequence

__all__ = [
    "AmbiguousCode",
    "CompetenciesError",
    "CycleError",
    "FormatError",
    "FrameworkError",
    "RequirementError",
    "RequirementTextError",
    "TooManyStates",
    "UnknownCompetency",
    "ended",
    "near_miss",
]


class CompetenciesError(Exception):
    """Root of all errors that this package raises on purpose."""


class RequirementError(CompetenciesError, ValueError):
    """A requirement cannot be built; the message says what was wanted, and everything that is wrong at once."""


class RequirementTextError(RequirementError):
    """The text of a requirement cannot be read; the message points at the place."""


class FrameworkError(CompetenciesError, ValueError):
    """A framework cannot be built; `faults` lists every reason at once."""

    def __init__(self, title: str, faults: Sequence[str]) -> None:
        self.title = title
        self.faults = tuple(faults)
        many = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        lines = "".join(f"\n  - {fault}" for fault in self.faults)
        super().__init__(f"The framework {title!r} cannot be built, {many}:{lines}")


class CycleError(FrameworkError):
    """Prerequisites run in a circle; `cycle` holds the codes round it, each needing the next."""

    def __init__(self, title: str, faults: Sequence[str], cycle: Sequence[str]) -> None:
        super().__init__(title, faults)
        self.cycle = tuple(cycle)


class UnknownCompetency(CompetenciesError, LookupError):
    """No competency has this identifier or code; the message offers the near miss."""

    def __init__(self, name: str, known: Iterable[str], where: str = "this framework") -> None:
        self.name = name
        super().__init__(ended(f"No competency in {where} has the identifier or code {name!r}{near_miss(name, known)}"))


class AmbiguousCode(CompetenciesError, LookupError):
    """More than one competency has this code: name it by its identifier."""

    def __init__(self, code: str, identifiers: Sequence[str]) -> None:
        self.code = code
        self.identifiers = tuple(identifiers)
        super().__init__(
            f"{len(identifiers)} competencies have the code {code!r}; name one by its identifier: "
            f"{', '.join(identifiers)}."
        )


class FormatError(CompetenciesError, ValueError):
    """A file cannot be read as a framework; the message says where and what was wanted."""


class TooManyStates(CompetenciesError, ValueError):
    """There are more knowledge states than were to be listed; the message says what to do."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(
            f"There are more than {limit:,} {what}: ask about a part of them, sample learning paths, "
            "or give a higher limit."
        )


def ended(sentence: str) -> str:
    """Return a sentence with a full stop at its end, unless it ends with a question."""
    return sentence if sentence.endswith("?") else f"{sentence}."


def near_miss(name: str, known: Iterable[str]) -> str:
    """Return '; did you mean ...?' with up to three close names, or an empty string."""
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.75)
    return f"; did you mean {' or '.join(close)}?" if close else ""
