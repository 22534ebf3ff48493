"""A program that uses the generated client, for tests/test_service_client.py: it is type-checked there, and run."""

from mastery_client import AuthenticatedClient, Client
from mastery_client.api.access import check_access
from mastery_client.api.changes import changes
from mastery_client.api.health import ready
from mastery_client.api.learners import list_learners, next_steps, states, why
from mastery_client.api.office import who_am_i
from mastery_client.api.recording import decide, read_fact, record_evidence
from mastery_client.models import (
    AccessCheck,
    BatchStates,
    ChangesPage,
    DecisionIn,
    DecisionInKind,
    Entry,
    EntryTo,
    EvidenceIn,
    EvidenceInPurpose,
    EvidenceMany,
    FactAnswer,
    LearnersAnswer,
    Me,
    Next,
    Problem,
    ProblemType,
    Readiness,
    Receipt,
    States,
    Status,
    Why,
)


def first_step(client: AuthenticatedClient, learner: str) -> str:
    """Return the code of what a learner can do first."""
    found = next_steps.sync(learner, client=client, limit=2)
    assert isinstance(found, Next)
    assert len(found.steps) == 2
    assert found.steps[0].because
    reason = why.sync(learner, found.steps[0].code, client=client)
    assert isinstance(reason, Why)
    assert reason.code == found.steps[0].code
    return reason.code


def may_enter(client: AuthenticatedClient, learner: str, code: str) -> bool:
    """Return whether a learner may enter the lessons on a competency."""
    found = check_access.sync(client=client, body=AccessCheck(learner=learner, competency=code, to=EntryTo.WORK))
    if isinstance(found, Problem):
        raise RuntimeError(found.detail)
    assert isinstance(found, Entry)
    return found.allow and found.status is not Status.LOCKED


def statuses(client: AuthenticatedClient, learners: list[str], codes: list[str]) -> dict[str, list[Status]]:
    """Return where many learners stand on many competencies."""
    found = states.sync(client=client, body=BatchStates(learners=learners, competencies=codes))
    assert isinstance(found, States)
    return {row.learner: [standing.status for standing in row.states] for row in found.learners}


def recorded(client: AuthenticatedClient, learner: str, code: str) -> list[str]:
    """Record a quiz twice with one idempotency key, and a decision; return what changed, as the cursor tells it."""
    begun = changes.sync(client=client, cursor="now")
    assert isinstance(begun, ChangesPage)
    piece = EvidenceIn(
        learner=learner, competency=code, score=0.9, purpose=EvidenceInPurpose.CHECK, key=f"quiz:{learner}"
    )
    receipt = record_evidence.sync(client=client, body=EvidenceMany([piece]), idempotency_key="quiz-1")
    again = record_evidence.sync(client=client, body=EvidenceMany([piece]), idempotency_key="quiz-1")
    assert isinstance(receipt, Receipt)
    assert isinstance(again, Receipt)
    assert receipt.recorded == again.recorded == [f"quiz:{learner}"]
    kept = read_fact.sync(receipt.recorded[0], client=client)
    assert isinstance(kept, FactAnswer)
    assert kept.score == 0.9
    grant = DecisionIn(learner=learner, kind=DecisionInKind.GRANT, competency=code, why="shown orally")
    granted = decide.sync(client=client, body=grant)
    assert isinstance(granted, Receipt)
    page = changes.sync(client=client, cursor=begun.next_)
    assert isinstance(page, ChangesPage)
    told = [change.text for change in page.changes]
    assert told == [change.text for change in (*receipt.changes, *granted.changes)]
    return told


def refused(client: AuthenticatedClient, stranger: AuthenticatedClient, other: str, learner: str) -> list[ProblemType]:
    """Return how a stranger, a learner who is not reached, and an unknown competency are refused."""
    odd = EvidenceIn(learner=learner, competency="nothing", score=0.5)
    unknown, forbidden = who_am_i.sync(client=stranger), next_steps.sync(other, client=client)
    unusable = record_evidence.sync(client=client, body=odd)
    assert isinstance(unknown, Problem)
    assert isinstance(forbidden, Problem)
    assert isinstance(unusable, Problem)
    assert isinstance(unusable.errors, list)
    assert unusable.errors[0].at == "/evidence/0"
    return [problem.type_ for problem in (unknown, forbidden, unusable)]


async def asked_meanwhile(client: AuthenticatedClient, nobody: Client) -> tuple[str, bool, int]:
    """Ask with the functions for asyncio: who asks, whether the service is ready, how many learners are reached."""
    me = await who_am_i.asyncio(client=client)
    state = await ready.asyncio(client=nobody)
    learners = await list_learners.asyncio(client=client)
    assert isinstance(me, Me)
    assert isinstance(state, Readiness)
    assert isinstance(learners, LearnersAnswer)
    return me.name, state.ready, len(learners.learners)
