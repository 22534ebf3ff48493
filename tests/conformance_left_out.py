"""What other systems' cases cannot mean here, each with its reason; docs/peers.md gives the reasons to readers."""

from __future__ import annotations

import re

from conformance_cases import Case, LeftOut
from conformance_cass import travels

__all__ = ["LEFT_OUT", "left_out"]


def _without_model(case: Case) -> bool:
    return not re.match(r"m_of_n|do_all|num_correct_in_a_row_\d", case.params["model"])


LEFT_OUT = (
    LeftOut(
        "kolibri",
        "attempt_window",
        "A model that nobody knows is refused by name; no number of attempts is guessed for it.",
        _without_model,
    ),
    LeftOut(
        "kolibri",
        "server_progress",
        "Progress is worked out from the answers; no client can hand in a share of it, and nothing is rounded up to 1.",
    ),
    LeftOut(
        "kolibri",
        "client_progress",
        "What a page shows before it has told the server is the page's affair; here nothing is kept but facts.",
    ),
    LeftOut(
        "kolibri",
        "needs_help",
        "A count of errors that no success ever clears says who once had trouble, not who needs help.",
    ),
    LeftOut(
        "moodle",
        "points_rule_validate",
        "A requirement may ask for any competency of the framework, a child or not.",
        lambda case: "not a child" in case.inputs["config"],
    ),
    LeftOut(
        "moodle",
        "automatic_vs_teacher_grade",
        "What a person vouched for is never overwritten by automatic evidence; a person can revoke it.",
        lambda case: bool(case.params["overridegrade"]),
    ),
    LeftOut(
        "oppia",
        "diagnostic_next",
        "Choosing the next topic of a placement test is not progression; what a placement finds comes in as waives, "
        "their basis inferred.",
    ),
    LeftOut(
        "cass",
        "assertion_propagation",
        "Credit says nothing of what a competency requires, and losing a prerequisite takes no credit above it: that "
        "credit is kept and under question.",
        lambda case: travels(case, "requires", along="+", against="-"),
    ),
    LeftOut(
        "cass",
        "assertion_propagation",
        "Two names for one competency are made one by a crosswalk when a framework is published; no credit travels "
        "between two that stay.",
        lambda case: travels(case, "isEquivalentTo", along="+-", against="+-"),
    ),
    LeftOut(
        "cass",
        "assertion_propagation",
        "Credit is not inferred from credit, and what is not shown denies nothing that it would have implied.",
        lambda case: travels(case, "implies", along="+-", against=""),
    ),
    LeftOut(
        "cass",
        "assertion_propagation",
        "To revoke a whole is to revoke each of its parts; who means one part says which.",
        lambda case: travels(case, "narrows", along="", against="-"),
    ),
    LeftOut(
        "scorm2004",
        "measure_.*",
        "The mean of what the parts measure hides a hole in one of them; a whole is met by its parts, all or so many.",
    ),
    LeftOut(
        "scorm2004",
        ".*",
        "A requirement is met or not: there is no third value for what is unknown, and none that asks for a failure.",
        lambda case: case.expected in (None, "unknown") or "none" in map(str, case.params.values()),
    ),
    LeftOut(
        "jumprope",
        "power_law.*|trend.*|regression.*",
        "A line drawn through past scores promises what nobody has shown yet.",
    ),
    LeftOut(
        "artemis",
        "next_utility",
        "Steps that may be taken are ordered by named reasons, and what may not be taken is no step; no sum of weights "
        "lets a date outweigh what is missing.",
    ),
    LeftOut(
        "artemis",
        ".*(progress|mastery|confidence).*",
        "An estimate comes from evidence alone; no factor for speed or difficulty is laid over it.",
    ),
)


def left_out(case: Case) -> LeftOut | None:
    """Return why a case cannot be meant here; None where it can."""
    return next((one for one in LEFT_OUT if one.fits(case)), None)
