"""What a store lives by: the framework and the policy that it adopted, and since when."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from competencies import CompetenciesError, Framework, from_json
from mastery.errors import AdoptionConflict, PolicyError, StoreError
from mastery.policy import Policy
from mastery.store.protocol import Adoption

if TYPE_CHECKING:
    from mastery.store.protocol import Store

__all__ = ["adopt", "lived_by", "settle"]


def settle(store: Store, framework: Framework | None, policy: Policy | None, now: datetime) -> tuple[Framework, Policy]:
    """Return what the store lives by, adopting what it has not yet: `framework`, and `policy` or the default one.

    Raises AdoptionConflict when the store lives by others than the ones given, or has none and none is given.
    """
    adopted = _latest(store.adoptions())
    if len(adopted) == 2:
        return _agreed(adopted, framework, policy)
    with store.writing():
        adopted = _latest(store.adoptions())  # another process may have been first
        if len(adopted) == 2:
            return _agreed(adopted, framework, policy)
        if framework is None:
            raise AdoptionConflict(
                "This store has no framework yet: give one (`mastery init --framework FILE`, "
                "or mastery.open(path, framework))."
            )
        adopt(store, framework, policy or Policy(), now)
    return framework, policy or Policy()


def adopt(store: Store, framework: Framework, policy: Policy, now: datetime) -> None:
    """Let the store live by these from `now` on; what it lives by already is not written again. Within `writing`."""
    adopted = _latest(store.adoptions())
    bodies = {"framework": framework.to_json, "policy": policy.to_json}
    for kind, version in (("framework", framework.version), ("policy", policy.version)):
        if kind not in adopted or adopted[kind].version != version:
            body = json.dumps(bodies[kind](), ensure_ascii=False)
            store.adopt(Adoption("framework" if kind == "framework" else "policy", version, body, now))


def lived_by(adoptions: Iterable[Adoption]) -> tuple[Framework, Policy]:
    """Return the framework and policy of the latest adoptions; raises AdoptionConflict where there are none."""
    adopted = _latest(adoptions)
    if len(adopted) < 2:
        raise AdoptionConflict("No framework was adopted by then: ask for a later time.")
    kind = "framework"
    try:
        framework = from_json(json.loads(adopted[kind].body))
        kind = "policy"
        return framework, Policy.from_mapping(json.loads(adopted[kind].body))
    except (CompetenciesError, PolicyError, LookupError, TypeError, ValueError) as fault:
        raise StoreError(
            f"The {kind} that this store adopted on {adopted[kind].adopted_at:%Y-%m-%d} cannot be read "
            f"({fault}). If a newer version of mastery adopted it, update mastery; otherwise the database is damaged: "
            "put a backup in its place. Nothing was changed."
        ) from fault


def _agreed(
    adopted: dict[str, Adoption], framework: Framework | None, policy: Policy | None
) -> tuple[Framework, Policy]:
    for given, kind in ((framework, "framework"), (policy, "policy")):
        if given is not None and given.version != adopted[kind].version:
            raise AdoptionConflict(
                f"This store lives by another {kind} (version {adopted[kind].version}, adopted "
                f"{adopted[kind].adopted_at:%Y-%m-%d}) than the one given (version {given.version}). Open it without "
                f"one, or change it on purpose: Engine.adopt({kind}=...)."
            )
    if framework is not None and policy is not None:
        return framework, policy
    kept_framework, kept_policy = lived_by(adopted.values())
    return framework or kept_framework, policy or kept_policy


def _latest(adoptions: Iterable[Adoption]) -> dict[str, Adoption]:
    return {adoption.kind: adoption for adoption in adoptions}
