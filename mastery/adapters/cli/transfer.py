"""`mastery import` and `mastery export`: evidence in from other programs, and everything out and back in."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import IO, Annotated, TextIO

import typer

import mastery
from mastery.adapters.cli import bar
from mastery.adapters.cli.interruption import being_made
from mastery.adapters.cli.options import AsJson, Db, close_to, database, engine_at, print_json
from mastery.adapters.cli.render import say
from mastery.adapters.cli.whole_file import whole_file
from mastery.answers import import_json
from mastery.evidence_table import read_evidence
from mastery.export_format import is_export
from mastery.restoring import read_export
from mastery.wording import many

__all__ = ["export", "import_", "is_json_lines", "opened"]


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Evidence as CSV, or as JSON lines (.jsonl); or an export.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, record nothing.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Record what is in a file: all of it or, at any fault, none. An export makes a database where there is none."""
    with opened(file) as read:
        first = next(read, "")
        lines = chain([first], read)
        if not is_export(first):
            _import_table(file, lines, dry_run, db, as_json)
        elif dry_run:
            _tell_dry(file, read_export(lines).facts, "fact", as_json)
        elif _is_empty(database(db)):
            _restore(lines, database(db), as_json)
        else:
            with engine_at(db) as engine:
                _tell(engine.merge(lines), "fact", as_json)


@contextmanager
def opened(file: Path) -> Iterator[Iterator[str]]:
    """Open a file and give its lines; what goes wrong with it is told with its name."""
    with _naming(file):
        opened = file.open(encoding="utf-8-sig", newline="")
    with opened:
        yield _lines(file, opened)


def _lines(file: Path, opened: TextIO) -> Iterator[str]:
    with _naming(file):
        yield from opened


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as fault:
        message = f"{file} is not UTF-8 text (byte {fault.start}); save it as UTF-8"
        raise mastery.ImportFault("Nothing was imported", [message]) from None
    except OSError as fault:
        raise mastery.ImportFault("Nothing was imported", [f"{file}: {fault.strerror}"]) from None


def is_json_lines(file: Path) -> bool:
    """Whether a file of evidence is JSON lines, by the end of its name, and not CSV."""
    return file.suffix in (".jsonl", ".ndjson")


def _import_table(file: Path, lines: Iterable[str], dry_run: bool, db: Path | None, as_json: bool) -> None:
    json_lines = is_json_lines(file)
    with engine_at(db) as engine:
        if dry_run:
            pieces = read_evidence(lines, engine.framework, json_lines=json_lines)
            _tell_dry(file, pieces, "piece", as_json)
        else:
            _tell(engine.import_table(lines, json_lines=json_lines), "piece", as_json)


def _is_empty(path: Path) -> bool:
    """Whether there is nothing yet that an export would have to agree with."""
    from mastery.store import SQLiteStore

    if not path.exists():
        return True
    store = SQLiteStore(path, create=False)
    try:
        return store.position() == store.editions() == 0
    finally:
        store.close()


def _restore(lines: Iterable[str], path: Path, as_json: bool) -> None:
    from mastery.store import SQLiteStore

    with being_made(path), bar.shown() as watch:
        store = SQLiteStore(path)
        try:
            count = mastery.restore(lines, store, watch=watch)
            learners = len(store.learners())
        finally:
            store.close()
        if as_json:
            print_json(import_json(count, 0, 0, learners))
        else:
            say(f"{path} now holds what was exported: {many(count, 'fact')} of {many(learners, 'learner')}.")


def _tell(receipt: mastery.Receipt, thing: str, as_json: bool) -> None:
    count, learners = len(receipt.recorded), len({fact.learner for fact in receipt.recorded})
    if as_json:
        print_json(import_json(count, receipt.repeated, len(receipt.awards), learners))
        return
    known = f", {receipt.repeated} known already" if receipt.repeated else ""
    what = f"{many(count, thing)} of evidence" if thing == "piece" else many(count, thing)
    say(f"Imported {what} of {many(learners, 'learner')}{known}.")
    say(f"Credit earned: {len(receipt.awards)}.")


def _tell_dry(file: Path, facts: Iterable[mastery.Evidence | mastery.Decision | mastery.Award], thing: str,
              as_json: bool) -> None:  # fmt: skip
    found = list(facts)
    if as_json:
        print_json(import_json(0, 0, 0, 0, readable=len(found)))
        return
    what = f"{many(len(found), thing)} of evidence" if thing == "piece" else many(len(found), thing)
    learners = many(len({fact.learner for fact in found}), "learner")
    say(f"{file}: {what} of {learners} can be imported. Nothing was recorded.")


def export(
    learner: Annotated[
        str | None, typer.Argument(metavar="LEARNER", help="One learner's facts. Default: everybody's.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write. Default: standard output.", show_default=False)
    ] = None,
    db: Db = None,
) -> None:
    """Write out everything that is recorded, loss-free: `mastery import` takes it back, here or elsewhere."""
    with engine_at(db, quiet=out is None and sys.stdout.isatty()) as engine:
        if learner is not None and learner not in engine.learners():
            hint = close_to(learner, engine.learners())
            raise mastery.StoreError(f"Nothing is recorded of {learner}, so there is nothing to export.{hint}")
        if out is None:
            if isinstance(sys.stdout, TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # whatever the terminal's own is
            sys.stdout.writelines(engine.export(learner))
            return
        with _written(out) as file:
            file.writelines(engine.export(learner))
        of = f"of {learner}" if learner is not None else f"of {many(len(engine.learners()), 'learner')}"
        say(f"Exported everything that is recorded {of} to {out}.")
        say("`mastery import` takes it back, here or elsewhere.")


@contextmanager
def _written(out: Path) -> Iterator[IO[str]]:
    """Write a file beside `out` and put it in its place when it is whole: an export is all there or not at all."""
    target = out.resolve()
    if target.exists() and not target.is_file():
        raise mastery.StoreError(f"{out} is no file that could be written: give --out the name of one.")
    try:
        with whole_file(target) as file:
            yield file
    except OSError as fault:
        raise mastery.StoreError(f"{out} cannot be written: {fault.strerror}. Nothing was exported.") from None
