"""What is written about learners: evidence, decisions, and what takes a fact back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mastery import Award, Decision, DecisionKind, Evidence, KeyConflict
from mastery.access import Permission
from mastery.adapters.http.asking import AtDesk, needs
from mastery.adapters.http.bodies import DecisionIn, EvidenceBody, EvidenceIn, Reason
from mastery.adapters.http.described import gives
from mastery.adapters.http.desk import Desk
from mastery.adapters.http.facts_in import Refusal, correction_of, decisions_of, evidence_of, refuse_any
from mastery.adapters.http.idempotency import IdempotencyKey, once
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.replies import answered, reply
from mastery.answers import receipt_json
from mastery.fact_answers import fact_json
from mastery.facts import Fact

__all__ = ["router"]

router = APIRouter(tags=["recording"])


@router.post("/evidence", responses=gives("receipt", read=False))
@needs(Permission.WRITE_EVIDENCE)
def record_evidence(
    request: Request,
    desk: AtDesk,
    body: EvidenceBody,
    key: IdempotencyKey = None,
    partial: Annotated[bool, Query(description="Record what can be, and say what was refused.")] = False,
) -> Response:
    """Record one piece of evidence or up to 500: all or, at any fault, none; `partial` takes what can be taken."""
    given = [body] if isinstance(body, EvidenceIn) else body.evidence
    if not partial:
        desk.refuse_unreached(one.learner for one in given)  # before an answer of an earlier day is given again

    def work(now: datetime, stem: str) -> Response:
        found, refused = evidence_of(given, desk, now, stem)
        if not partial:
            refuse_any(refused, "evidence")
            return answered(receipt_json(desk.record(found)))
        return _partly(desk, found, refused, len(given))

    return once(desk, key, request.app.state.settings, body.model_dump_json() + str(partial), work)


def _partly(desk: Desk, found: list[Evidence], refused: list[Refusal], of: int) -> Response:
    """Record what can be recorded; what another process has recorded meanwhile is left out one by one."""
    given: dict[str, Fact] = {}
    taken = {n for n, _ in refused}
    places = [n for n in range(of) if n not in taken]
    pairs = []
    for n, one in zip(places, found, strict=True):
        reached = desk.reaches(one.learner)
        said = desk.conflict(one, given) if reached else f"{one.learner!r} is not among the learners whom you reach."
        if said:
            refused.append((n, said))
        else:
            pairs.append((n, one))
    while True:
        try:
            receipt = desk.record([one for _, one in pairs])
        except (KeyConflict, Problem) as fault:
            key = fault.key if isinstance(fault, KeyConflict) else fault.about
            last = next((pair for pair in reversed(pairs) if pair[1].key == key), None)
            if last is None:
                raise
            refused.append((last[0], str(fault)))
            pairs.remove(last)
            continue
        told = [{"at": f"/evidence/{n}", "detail": said} for n, said in sorted(refused)]
        return answered({**receipt_json(receipt), "refused": told})


@router.post("/decisions", responses=gives("receipt", read=False))
@needs(Permission.WRITE_DECISIONS)
def decide(request: Request, desk: AtDesk, body: DecisionIn, key: IdempotencyKey = None) -> Response:
    """Record what a person decided: grant, waive, revoke, unlock, hold, pause or pin."""
    desk.refuse_unreached([body.learner])

    def work(now: datetime, stem: str) -> Response:
        found, refused = decisions_of([body], desk, now, stem)
        refuse_any(refused, "decision")
        return answered(receipt_json(desk.record(found)))

    return once(desk, key, request.app.state.settings, body.model_dump_json(), work)


@router.post("/facts/{fact:path}/void", responses=gives("receipt", read=False))
@needs(Permission.WRITE_DECISIONS)
def void_fact(request: Request, desk: AtDesk, fact: str, body: Reason, key: IdempotencyKey = None) -> Response:
    """Take a piece of evidence or a decision back; it stays in the record, and counts for nothing."""
    return _correct(request, desk, DecisionKind.VOID, fact, body, key)


@router.post("/facts/{fact:path}/excuse", responses=gives("receipt", read=False))
@needs(Permission.WRITE_DECISIONS)
def excuse_fact(request: Request, desk: AtDesk, fact: str, body: Reason, key: IdempotencyKey = None) -> Response:
    """Let a piece of evidence count neither for nor against the learner."""
    return _correct(request, desk, DecisionKind.EXCUSE, fact, body, key)


def _correct(request: Request, desk: Desk, kind: DecisionKind, name: str, body: Reason, key: str | None) -> Response:
    target = desk.fact(name)
    if isinstance(target, Award):
        raise Problem("unusable", f"{name!r} is an award, the record of credit: revoke the credit instead.")
    of: Evidence | Decision = target

    def work(now: datetime, stem: str) -> Response:
        decision = correction_of(kind, of, body, desk.caller, now, stem)
        return answered(receipt_json(desk.record([decision])))

    return once(desk, key, request.app.state.settings, f"{name} {body.model_dump_json()}", work)


@router.get("/facts/{fact:path}", responses=gives("fact"))
@needs(Permission.READ_LEARNER)
def read_fact(request: Request, desk: AtDesk, fact: str) -> Response:
    """Return a fact by its key: evidence, a decision or an award, with when it was recorded."""
    return reply(request, fact_json(desk.fact(fact)))
