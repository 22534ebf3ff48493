"""The tables of a service. A file that only a library or the command line uses never gets them."""

from __future__ import annotations

import sqlite_utils
from sqlite_utils.migrations import Migrations

__all__ = ["migrations"]

migrations = Migrations("mastery-access")


@migrations()
def roster_and_tokens(db: sqlite_utils.Database) -> None:
    """The first schema. Names of people are here alone: facts know learners by an opaque identifier."""
    db.table("people").create({"identifier": str, "name": str, "account": str, "roles": str}, pk="identifier")
    db.table("classes").create({"identifier": str, "title": str}, pk="identifier")
    db.table("enrolments").create(
        {"id": int, "class": str, "person": str, "role": str, "begins": str, "ends": str}, pk="id"
    )
    db.table("families").create({"id": int, "person": str, "learner": str}, pk="id")
    db.table("editions").create({"name": str, "edition": int}, pk="name")
    db.table("passwords").create({"account": str, "salt": bytes, "hash": bytes}, pk="account")
    tokens = {"id": str, "name": str, "hash": bytes, "person": str, "scopes": str, "classes": str}
    db.table("tokens").create({**tokens, "created_at": str, "expires_at": str, "revoked_at": str}, pk="id")
    sessions = {"hash": bytes, "person": str, "csrf": str, "created_at": str, "expires_at": str}
    db.table("sessions").create(sessions, pk="hash")
    disclosures = db.table("disclosures")
    disclosures.create(
        {"id": int, "day": str, "reader": str, "via": str, "learner": str, "what": str, "first_at": str}, pk="id"
    )
    disclosures.create_index(["day", "reader", "via", "what", "learner"], unique=True)
    disclosures.create_index(["learner"])
    requests = {"caller": str, "key": str, "digest": bytes, "began_at": str, "status": int, "body": bytes}
    db.table("requests").create(requests, pk=("caller", "key"))
