"""Frameworks and policies: what is in force, what a file comes to, what it would do, and publishing it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from competencies import Draft, Framework, edition_changes, read_crosswalk, review, succeeding
from competencies.formats import read_bytes
from mastery import Policy
from mastery.access import Permission, may
from mastery.adapters.http.asking import PUBLIC, AtDesk, needs
from mastery.adapters.http.bodies import RulesIn, toml_text
from mastery.adapters.http.described import gives
from mastery.adapters.http.desk import Desk
from mastery.adapters.http.glossary import glossary
from mastery.adapters.http.problems import Problem
from mastery.adapters.http.replies import After, AsOf, Most, answered, instant_named, page, reply
from mastery.answers import policy_json, publish_json
from mastery.peers import policy_of_name
from mastery.policy_words import from_words
from mastery.publishing import Impact, idle_rules
from mastery.review_answers import review_json

__all__ = ["policy_looked_at", "router"]

router = APIRouter(tags=["rules"])

IfMatch = Annotated[
    str | None, Header(max_length=200, description="The version that you have seen in force, in double quotes.")
]


@router.get("/framework", responses=gives("framework"))
@needs(Permission.READ_RULES)
def read_framework(
    request: Request, desk: AtDesk, cursor: After = None, limit: Most = 500, as_of: AsOf = None
) -> Response:
    """Say which framework is in force: its competencies in order, with what each requires, page by page."""
    framework, _ = desk.rules(instant_named(as_of))
    every = framework.competencies
    start = next((n for n, one in enumerate(every, start=1) if one.identifier == cursor), 0)
    if cursor is not None and not start:
        raise Problem("unusable", "cursor: the `next` of an earlier answer was wanted.")
    shown, after = page(every[start:], limit, lambda one: one.identifier)
    found = [
        {
            "competency": one.identifier,
            "code": one.code,
            "statement": one.statement,
            "part_of": framework.part_of.get(one.identifier),
            "requires": framework.text(framework.requirement(one.identifier)) or None,
        }
        for one in shown
    ]
    answer = {"title": framework.title, "version": framework.version, "competencies": found, "next": after}
    return reply(request, answer)


@router.post("/framework:check", responses=gives("review", read=False))
@needs(Permission.READ_RULES)
def check_framework(desk: AtDesk, body: RulesIn) -> Response:
    """Say what a colleague would ask about a framework, and whether it can be used at all. Nothing is kept."""
    _refuse_long(desk, body)
    draft = _draft(body)
    return answered(review_json(draft, review(draft)))


@router.post("/framework:impact", responses=gives("publish", read=False))
@needs(Permission.PUBLISH_RULES)
def framework_impact(desk: AtDesk, body: RulesIn) -> Response:
    """Say what another edition would do to each learner. Nothing is kept."""
    return answered(_framework(desk, body, adopt=False))


@router.post("/framework:publish", responses=gives("publish", read=False, more=(412, 428)))
@needs(Permission.PUBLISH_RULES)
def publish_framework(desk: AtDesk, body: RulesIn, if_match: IfMatch = None) -> Response:
    """Make another edition the one in force, in place of the one that the caller has seen (If-Match)."""
    return answered(_framework(desk, body, adopt=True, seen=if_match))


def _framework(desk: Desk, body: RulesIn, *, adopt: bool, seen: str | None = None) -> dict[str, object]:
    draft = _draft(body)
    new = draft.framework() if isinstance(draft, Draft) else draft
    with desk.publishing() as engine:
        old = engine.framework
        _refuse_unseen(seen, old.version, wanted=adopt)
        crosswalk = {} if body.crosswalk is None else read_crosswalk(body.crosswalk, old, new)
        edition = succeeding(new, old, crosswalk)
        impacts = engine.preview(framework=edition)
        desk.note(one.learner for one in impacts)
        if adopt:
            desk.adopt(framework=edition)
    return publish_json(edition.version, None, edition_changes(old, edition), impacts, adopted=adopt)


def _draft(body: RulesIn) -> Draft | Framework:
    if body.form not in ("json", "csv"):
        raise Problem("unusable", f"form: json or csv was wanted for a framework, got {body.form!r}.")
    return read_bytes(body.text.encode("utf-8"), f"framework.{body.form}")


@router.get("/policy", responses=gives("policy"))
@needs(Permission.READ_RULES)
def read_policy(request: Request, desk: AtDesk, as_of: AsOf = None) -> Response:
    """Say which rules are in force, in plain words and as TOML."""
    return reply(request, policy_json(desk.rules(instant_named(as_of))[1]))


@router.post("/policy:check", responses=gives("policy", read=False))
@needs(Permission.READ_RULES)
def check_policy(desk: AtDesk, body: RulesIn) -> Response:
    """Say what a policy comes to, in plain words. Nothing is kept."""
    _refuse_long(desk, body)
    return answered(policy_json(_policy(body)))


@router.post("/policy:impact", responses=gives("publish", read=False))
@needs(Permission.PUBLISH_RULES)
def policy_impact(desk: AtDesk, body: RulesIn) -> Response:
    """Say what another policy would do to each learner. Nothing is kept."""
    return answered(_published(desk, body, adopt=False))


@router.post("/policy:publish", responses=gives("publish", read=False, more=(412, 428)))
@needs(Permission.PUBLISH_RULES)
def publish_policy(desk: AtDesk, body: RulesIn, if_match: IfMatch = None) -> Response:
    """Make another policy the one in force, in place of the one that the caller has seen (If-Match)."""
    return answered(_published(desk, body, adopt=True, seen=if_match))


def _published(desk: Desk, body: RulesIn, *, adopt: bool, seen: str | None = None) -> dict[str, object]:
    policy, impacts = policy_looked_at(desk, body, adopt=adopt, seen=seen)
    idle = idle_rules(policy, desk.framework)
    return publish_json(None, policy.version, None, impacts, adopted=adopt, idle_rules=idle)


def policy_looked_at(
    desk: Desk, body: RulesIn, *, adopt: bool, seen: str | None = None
) -> tuple[Policy, tuple[Impact, ...]]:
    """Return another policy with what it does, or would do, to each learner; `adopt` puts it in force.

    Then `seen` is the version that the caller has seen in force; refused where another is.
    """
    policy = _policy(body)
    with desk.publishing() as engine:
        _refuse_unseen(seen, engine.policy.version, wanted=adopt)
        impacts = engine.preview(policy=policy)
        desk.note(one.learner for one in impacts)
        if adopt:
            desk.adopt(policy=policy)
    return policy, impacts


_SHORT = 20_000


def _refuse_long(desk: Desk, body: RulesIn) -> None:
    """Refuse to look through what takes long, save for who may publish rules."""
    if len(body.text) > _SHORT and not may(desk.caller, Permission.PUBLISH_RULES):
        said = f"At most {_SHORT:,} characters are looked through for who may not publish rules."
        raise Problem("too-large", said)


def _policy(body: RulesIn) -> Policy:
    if body.form == "toml":
        return Policy.from_toml(toml_text(body.text))
    if body.form == "words":
        return from_words(body.text)
    if body.form == "name":
        return policy_of_name(body.text)
    raise Problem("unusable", f"form: toml, words or name was wanted for a policy, got {body.form!r}.")


def _refuse_unseen(seen: str | None, version: str, *, wanted: bool) -> None:
    """Refuse to put rules in place of others than the caller has seen, where that is `wanted`."""
    if not wanted:
        return
    if seen is None:
        raise Problem("condition-wanted", f'If-Match was wanted, with the version in force: "{version}".')
    if seen.strip().removeprefix("W/").strip('"') not in (version, "*"):
        raise Problem("changed-meanwhile", f"The version in force is {version}: look again before you publish.")


@router.get("/glossary", responses=gives("glossary"))
@needs(PUBLIC)
def read_glossary(
    request: Request, group: Annotated[str | None, Query(max_length=100, description="Only of this heading.")] = None
) -> Response:
    """Say what each word means that an answer uses."""
    return reply(request, {"terms": [one for one in glossary() if group in (None, one["group"])]})
