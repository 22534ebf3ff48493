"""`Draft`: a framework as it was read, which may be broken, and what there is to say about it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from competencies.competency import Competency
from competencies.converters import mapping, names
from competencies.errors import CycleError, FrameworkError
from competencies.framework import Framework
from competencies.requirement import Requirement

__all__ = ["Draft", "Finding", "Severity"]


class Severity(StrEnum):
    """How much a finding matters: an error keeps the framework from being built."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen
class Finding:
    """One thing to say about a framework that was read: a code, the names it is about, a sentence, what to do."""

    code: str
    severity: Severity
    message: str
    about: tuple[str, ...] = field(default=(), converter=names)
    todo: str = ""


def _competencies(given: Iterable[Competency]) -> tuple[Competency, ...]:
    return tuple(given)


def _findings(given: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(given)


@frozen
class Draft:
    """The same fields as `Framework`, unchecked, with the findings of whoever read them."""

    title: str
    competencies: tuple[Competency, ...] = field(converter=_competencies)
    requires: Mapping[str, Requirement | str] = field(factory=dict, converter=mapping)
    recommends: Mapping[str, Requirement | str] = field(factory=dict, converter=mapping)
    part_of: Mapping[str, str] = field(factory=dict, converter=mapping)
    identifier: str = ""
    extras: Mapping[str, Any] = field(factory=dict, converter=mapping)
    formerly: Mapping[str, tuple[str, ...]] = field(factory=dict, converter=mapping)
    findings: tuple[Finding, ...] = field(default=(), converter=_findings)

    def framework(self) -> Framework:
        """Return the framework, or raise FrameworkError (CycleError) with everything that keeps it from being built."""
        errors = [finding.message for finding in self.findings if finding.severity is Severity.ERROR]
        try:
            framework = Framework(
                self.title,
                self.competencies,
                requires=self.requires,
                recommends=self.recommends,
                part_of=self.part_of,
                identifier=self.identifier,
                extras=self.extras,
                formerly=self.formerly,
            )
        except CycleError as fault:
            raise CycleError(self.title, [*errors, *fault.faults], fault.cycle) from None
        except FrameworkError as fault:
            raise FrameworkError(self.title, [*errors, *fault.faults]) from None
        if errors:
            raise FrameworkError(self.title, errors)
        return framework
