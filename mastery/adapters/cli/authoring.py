"""`mastery review`: what a colleague would ask about a framework, before anybody lives by it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from itertools import groupby
from typing import Annotated

import typer

import competencies
from competencies import Draft, Finding, Framework, Severity
from competencies.finding_codes import CODES
from mastery.adapters.cli.options import FINDING, AsJson, draft_named, print_json
from mastery.adapters.cli.render import say
from mastery.review_answers import errors_among, review_json, size_of

__all__ = ["review"]

_SHOWN = {Severity.ERROR: 25, Severity.WARNING: 10, Severity.NOTE: 10}  # of one code, unless all are asked for
_MANY, _FEW = 10, 4  # codes beside a message: none beside ours where they are many, else a few


def review(
    framework: Annotated[
        str, typer.Argument(metavar="FILE|PACK", help="A file (CASE JSON, CSV table) or the name of a pack.")
    ],
    precedes: Annotated[str, typer.Option(help="Read CASE `precedes` as hard or soft prerequisites.")] = "hard",
    assess: Annotated[list[str] | None, typer.Option(help="CASE item types at which the outline ends.")] = None,
    longest_chain: Annotated[int, typer.Option(min=1, help="How many competencies in a row are still teachable.")] = 20,
    every: Annotated[bool, typer.Option("--all", help="List everything, however much it is.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a framework or worth a second look; exit 1 when it cannot be used."""
    draft = draft_named(framework, precedes, assess)
    findings = competencies.review(draft, longest_chain=longest_chain)
    if as_json:
        print_json(review_json(draft, findings))
    else:
        _print(draft, findings, every)
    if errors_among(findings):
        sys.exit(FINDING)


def _print(draft: Draft | Framework, findings: tuple[Finding, ...], every: bool) -> None:
    total, leaves = size_of(draft)
    say(f"{draft.title}: {'cannot be used as it is' if errors_among(findings) else 'can be used'}", bold=True)
    say(f"{total} competencies, {leaves} of them without parts; {_counted(findings)}")
    labels = {competency.identifier: competency.label for competency in draft.competencies}
    cut = False
    for (_, severity), group in groupby(findings, key=lambda finding: (finding.code, finding.severity)):
        same = list(group)
        shown = same if every else same[: _SHOWN[severity]]
        cut |= len(shown) < len(same)
        _print_group(shown, same, labels, every)
    if cut:
        say()
        say("`--all` lists everything.")


def _counted(findings: tuple[Finding, ...]) -> str:
    counts = [(sum(f.severity is severity for f in findings), severity.value) for severity in Severity]
    told = [f"{count} {word}{'' if count == 1 else 's'}" for count, word in counts if count]
    return ", ".join(told) or "nothing to say about it"


def _print_group(shown: list[Finding], same: list[Finding], labels: Mapping[str, str], every: bool) -> None:
    """Print findings of one code: what is wrong, and once, at the end, what to do."""
    code = same[0].code
    heading = CODES[code].heading if code in CODES else f"From the file ({code})"
    say()
    say(f"[{same[0].severity.value}] {heading}: {len(same)}", bold=True)
    for finding in shown:
        say(f"   - {finding.message}{_about(finding, labels, every)}")
    if len(shown) < len(same):
        say(f"   - and {len(same) - len(shown)} more")
    for todo in dict.fromkeys(finding.todo for finding in same):
        say(f"   What to do: {todo}.")


def _about(finding: Finding, labels: Mapping[str, str], every: bool) -> str:
    """Return the codes concerned that the message does not name; of many, only the first, or none."""
    said = set(re.split(r"[\s,;:'\"]+", finding.message))
    silent = [label for label in (labels.get(name, name) for name in finding.about) if label not in said]
    if every and silent:
        return f" ({', '.join(silent)})"
    if not silent or (finding.code in CODES and len(finding.about) > _MANY):
        return ""
    more = f" and {len(silent) - _FEW} more" if len(silent) > _FEW else ""
    return f" ({', '.join(silent[:_FEW])}{more})"
