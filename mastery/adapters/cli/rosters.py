"""`mastery roster`: who is in which class and as what, from OneRoster-shaped CSV; or the roster that is there."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from mastery import RosterError
from mastery.access import FILES, Roster, read_roster
from mastery.access.roster_answers import roster_json
from mastery.adapters.cli.options import AsJson, AsOf, Db, database, engine_at, moment, now, print_json
from mastery.adapters.cli.render import say
from mastery.wording import listed, many

__all__ = ["LearnerColumn", "roster", "texts_in"]

_LARGEST = 200_000_000
"""How many bytes the files may have together, unpacked."""

# What the module of zip files raises for one that is damaged, locked or packed in a way that it does not know.
_UNREADABLE = (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)


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
    as_of: AsOf = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say who is in which class and as what: it decides whom a teacher reaches in the service, and nothing else."""
    on = (moment(as_of) or now()).date()
    with engine_at(db) as engine:
        known = engine.learners()
    if folder is None:
        found, notes = _in_force(database(db)), tuple[str, ...]()
    else:
        read = read_roster(texts_in(folder), on, learner_is=learner_is.value)
        found, notes = read.roster, read.notes
        if not check:
            _put_in_force(database(db), found)
    answer = roster_json(found, on, known, notes=notes, written=folder is not None and not check)
    if as_json:
        print_json(answer)
        return
    _print(answer)
    if folder is not None:
        say("Nothing was written." if check else "This is the roster in force now.")
    elif not found.people:
        say("There is no roster here yet: `mastery roster FOLDER` reads one.")


def _in_force(path: Path) -> Roster:
    """Return the roster of a database; whoever only looks leaves no table behind."""
    from mastery.store.access import AccessStore

    if not AccessStore.is_in(path):
        return Roster()
    store = AccessStore(path)
    try:
        return store.rosters.current()
    finally:
        store.close()


def _put_in_force(path: Path, roster: Roster) -> None:
    from mastery.store.access import AccessStore

    store = AccessStore(path)
    try:
        store.rosters.replace(roster)
    finally:
        store.close()


def texts_in(folder: Path) -> dict[str, str]:
    """Return the texts of the files that are read, by name, from a folder or a zip file, there in whatever folders.

    Of others the name is there, for near misses, and nothing else: they are never opened. Raises RosterError.
    """
    try:
        if folder.is_dir():
            files = sorted(one for one in folder.iterdir() if one.is_file())
            return _texts(folder, [(one.name, _opening(one)) for one in files])
        with zipfile.ZipFile(folder) as packed:
            inside = [one for one in packed.infolist() if not one.is_dir()]
            return _texts(folder, [(one.filename, partial(packed.open, one)) for one in inside])
    except RosterError:
        raise
    except _UNREADABLE as fault:
        said = f"a folder or a zip file with {', '.join(FILES[:3])} was wanted: {fault}"
        raise _refused(folder, [said]) from None


def _opening(file: Path) -> Callable[[], IO[bytes]]:
    return lambda: file.open("rb")


def _texts(folder: Path, files: Iterable[tuple[str, Callable[[], IO[bytes]]]]) -> dict[str, str]:
    """Return the texts of files by the last part of their names; all that cannot be read is told at once."""
    texts: dict[str, str] = {}
    whole: dict[str, str] = {}
    faults, left = [], _LARGEST
    for path, opened in files:
        name = re.split(r"[/\\]", path)[-1].lower()
        if name not in FILES:
            texts.setdefault(name, "")
        elif name in whole:
            faults.append(f"one {name} was wanted, got {whole[name]} and {path}")
        else:
            whole[name] = path
            try:
                with opened() as file:
                    content = file.read(left + 1)
            except _UNREADABLE as fault:
                faults.append(f"{path} cannot be read: {fault}")
                continue
            left -= len(content)
            if left < 0:
                raise _refused(folder, [f"at most {_LARGEST:,} bytes are read, and there are more"])
            try:
                texts[name] = content.decode("utf-8-sig")
            except UnicodeDecodeError as fault:
                faults.append(f"{path} is not UTF-8 text (byte {fault.start}); save it as UTF-8")
    if faults:
        raise _refused(folder, faults)
    return texts


def _refused(folder: Path, faults: list[str]) -> RosterError:
    return RosterError(f"The roster {folder} cannot be read", faults)


def _print(answer: dict[str, Any]) -> None:
    roles = ", ".join(f"{one['people']} {one['role']}" for one in answer["roles"])
    say(f"{many(answer['people'], 'person', 'people')}{f': {roles}' if roles else ''}", bold=True)
    for one in answer["classes"]:
        teachers = listed(one["teachers"]) if one["teachers"] else "nobody"
        title = f" ({one['title']})" if one["title"] not in ("", one["class"]) else ""
        say(f"   {one['class']}{title}: {many(one['learners'], 'learner')}, taught by {teachers}")
    if answer["people"]:
        ties = f", {many(answer['families'], 'tie')} of family" if answer["families"] else ""
        say(f"   {many(answer['enrolments'], 'enrolment')} on {answer['on']}{ties}")
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
