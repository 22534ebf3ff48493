"""`mastery roster`: who is in which class and as what, from OneRoster-shaped CSV; or the roster that is there."""

from __future__ import annotations

import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from mastery import RosterError
from mastery.access import FILES, read_roster
from mastery.access.roster_answers import roster_json
from mastery.adapters.cli.options import AsJson, Db, database, engine_at, now, print_json
from mastery.adapters.cli.render import say
from mastery.wording import listed, many

__all__ = ["LearnerColumn", "roster", "texts_in"]

_LARGEST = 64_000_000


class LearnerColumn(StrEnum):
    """Which column of the users names the learner of the facts."""

    SOURCED_ID = "sourcedId"
    IDENTIFIER = "identifier"
    USERNAME = "username"


def roster(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER|ZIP]", help="OneRoster CSV. Default: the roster that is there.", show_default=False
        ),
    ] = None,
    learner_is: Annotated[
        LearnerColumn, typer.Option(help="Which column of users.csv is the learner of the evidence.")
    ] = LearnerColumn.SOURCED_ID,
    check: Annotated[bool, typer.Option("--check", help="Only look; nothing is written.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say who is in which class and as what: it decides whom a teacher reaches in the service, and nothing else."""
    from mastery.store.access import AccessStore

    with engine_at(db) as engine:
        known = engine.learners()
    store = AccessStore(database(db))
    try:
        today = now().date()
        if folder is None:
            found, notes = store.rosters.current(), tuple[str, ...]()
        else:
            read = read_roster(texts_in(folder), today, learner_is=learner_is.value)
            found, notes = read.roster, read.notes
            if not check:
                store.rosters.replace(found)
        answer = roster_json(found, today, known, notes=notes, written=folder is not None and not check)
    finally:
        store.close()
    if as_json:
        print_json(answer)
    else:
        _print(answer)
        if folder is not None:
            say("Nothing was written." if check else "This is the roster in force now.")


def texts_in(folder: Path) -> dict[str, str]:
    """Return the texts of the files that are read, by name; raises RosterError for what cannot be read."""
    try:
        if folder.is_dir():
            return {name: _decoded((folder / name).read_bytes(), name) for name in FILES if (folder / name).is_file()}
        with zipfile.ZipFile(folder) as packed:
            there = {Path(one.filename).name: one for one in packed.infolist() if not one.is_dir()}
            return {name: _decoded(_unpacked(packed, there[name]), name) for name in FILES if name in there}
    except (OSError, zipfile.BadZipFile, RuntimeError) as fault:
        said = f"a folder or a zip file with {', '.join(FILES[:3])} was wanted: {fault}"
        raise RosterError(f"The roster {folder} cannot be read", [said]) from None


def _unpacked(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    with packed.open(one) as content:
        return content.read(_LARGEST + 1)


def _decoded(content: bytes, name: str) -> str:
    if len(content) > _LARGEST:
        raise OSError(f"{name} is larger than {_LARGEST:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise OSError(f"{name} is not UTF-8 text (byte {fault.start}); save it as UTF-8") from None


def _print(answer: dict[str, Any]) -> None:
    roles = ", ".join(f"{one['people']} {one['role']}" for one in answer["roles"])
    say(f"{many(answer['people'], 'person', 'people')}{f': {roles}' if roles else ''}", bold=True)
    for one in answer["classes"]:
        teachers = listed(one["teachers"]) if one["teachers"] else "nobody"
        title = f" ({one['title']})" if one["title"] not in ("", one["class"]) else ""
        say(f"   {one['class']}{title}: {many(one['learners'], 'learner')}, taught by {teachers}")
    if answer["families"]:
        say(f"   {many(answer['families'], 'learner')} with family of theirs in the roster")
    for note in answer["notes"]:
        say(f"- {note}")
    for names, what in (
        (answer["no_facts"], "enrolled, and nothing is recorded of them"),
        (answer["no_class"], "with a record, and in no class"),
    ):
        if names:
            say(f"! {many(len(names), 'learner')} {what}: {listed(names, most=6)}")
    if answer["no_facts"] and answer["no_class"]:
        say("  Where these are the same people, another --learner-is is wanted.")
