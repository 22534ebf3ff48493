"""What CaSS's assertions mean here: people vouch, and withdraw; wholes reach their parts; nothing else travels."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance_cases import Case, means, on_day, seen

from competencies import Competency, Framework
from mastery.facts import Decision, DecisionKind
from mastery.peers import peer
from mastery.standing import Status

__all__ = ["signed", "travels"]

Relation = tuple[str, str, str]
KINDS = "narrows|requires|isEquivalentTo|implies|isEnabledBy|desires|isRelatedTo"


def relations(text: str | None) -> list[Relation]:
    """Return the relations in a text: "c narrows c2 narrows c3; c4 requires c"."""
    found: list[Relation] = []
    for told in re.split(r"[;,]|\band\b", text or ""):
        words = told.split()
        found += [(words[n - 1], word, words[n + 1]) for n, word in enumerate(words) if re.fullmatch(KINDS, word)]
    return found


def signed(case: Case) -> list[tuple[str, str]]:
    """Return the assertions of a case, each the name of a competency and + or -."""
    if "assertions" in case.inputs:
        return [(name, sign) for name, sign in case.inputs["assertions"]]
    return [(case.inputs["assertion_on"], case.inputs["sign"])]


def travels(case: Case, kind: str, along: str, against: str) -> bool:
    """Whether an assertion of a case would go along a relation of a kind, or against it, by the signs given."""
    return any(
        (name == first and sign in along) or (name == last and sign in against)
        for first, of, last in relations(case.params.get("relation"))
        if of == kind
        for name, sign in signed(case)
    )


def _framework(case: Case) -> Framework:
    """Return what the relations say: narrower is part of broader, which has another part too; requires is requires."""
    told = relations(case.params.get("relation"))
    named = re.findall(r"\bc\d*\b", case.params.get("relation") or "")
    names = dict.fromkeys([*named, *(name for name, _ in signed(case)), *case.expected])
    part_of = {first: last for first, kind, last in told if kind == "narrows"}
    part_of |= {f"another of {whole}": whole for whole in set(part_of.values())}
    requires = {first: last for first, kind, last in told if kind == "requires"}
    return Framework("asserted", map(Competency, dict.fromkeys([*names, *part_of])), requires=requires, part_of=part_of)


def _decisions(case: Case, framework: Framework) -> Iterator[Decision]:
    """Yield a grant for each positive assertion and a revoke for each negative one, of what everybody had before."""
    kinds = {"+": DecisionKind.GRANT, "-": DecisionKind.REVOKE}
    told = [(name, kinds[sign]) for name, sign in signed(case)]
    if all(kind is DecisionKind.REVOKE for _, kind in told):
        told = [*((leaf.identifier, DecisionKind.GRANT) for leaf in framework.leaves), *told]
    for n, (name, kind) in enumerate(told):
        yield Decision(learner="ana", kind=kind, by="an agent", why="seen", competency=name, observed_at=on_day(n))


@means("cass", r"assertion_propagation")
def asserted(case: Case) -> None:
    """A positive assertion is a grant, a negative one a revoke; both of one thing are kept and listed."""
    framework = _framework(case)
    decisions = list(_decisions(case, framework))
    progress = seen(framework, peer("moodle-points"), [*decisions])
    before = seen(framework, peer("moodle-points"), [d for d in decisions if d.kind is DecisionKind.GRANT])
    found = {}
    for one in framework.competencies:
        name = one.identifier
        met, was = (which.status(name) is Status.MET for which in (progress, before))
        kinds = {decision.kind for decision in decisions if decision.competency == name}
        if {"+", "-"} == {sign for on, sign in signed(case) if on == name}:
            track = progress.track(name)
            assert track is not None
            assert {decision.kind for decision in track.decisions} == kinds
            found[name] = "both"
        elif not name.startswith("another") and (met or was):
            found[name] = "+" if met else "-"
    negative = all(sign == "-" for _, sign in signed(case))
    wanted = {name: "both" if "both" in sign else sign for name, sign in case.expected.items()}
    # Where something was taken, what nobody took is still there and no news.
    assert {name: sign for name, sign in found.items() if not (negative and sign == "+")} == wanted, case
