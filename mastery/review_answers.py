"""What there is to say about a framework, as JSON values, the same for every face (docs/schemas/review.json)."""

from __future__ import annotations

from typing import Any

from competencies import Draft, Finding, Framework, Severity

__all__ = ["errors_among", "review_json", "size_of"]


def errors_among(findings: tuple[Finding, ...]) -> int:
    """Return how many findings are errors."""
    return sum(finding.severity is Severity.ERROR for finding in findings)


def size_of(draft: Draft | Framework) -> tuple[int, int]:
    """Return how many competencies there are, and how many others are part of something."""
    groups = set(draft.part_of.values())
    names = {c.identifier: {c.identifier, c.code} for c in draft.competencies}
    return len(names), sum(not groups & each for each in names.values())


def review_json(draft: Draft | Framework, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """Return the answer to `review` (docs/schemas/review.json)."""
    usable = not errors_among(findings)
    built = (draft.framework() if isinstance(draft, Draft) else draft) if usable else None
    return {
        "title": draft.title,
        "usable": usable,
        "version": built.version if built else None,
        "competencies": size_of(draft)[0],
        "leaves": size_of(draft)[1],
        "counts": {severity.value: sum(f.severity is severity for f in findings) for severity in Severity},
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity.value,
                "message": finding.message,
                "about": list(finding.about),
                "todo": finding.todo,
            }
            for finding in findings
        ],
    }
