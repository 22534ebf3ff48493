"""`mastery policy`: the rules in plain words, as TOML, or those of other systems by name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import mastery
from mastery.adapters.cli.options import AsJson, Db, engine_at, print_json
from mastery.adapters.cli.render import say
from mastery.answers import policy_json
from mastery.peers import peers, policy_of_name
from mastery.policy_toml import to_toml
from mastery.policy_words import from_words, words

__all__ = ["policy", "policy_named"]


def policy_named(text: str) -> mastery.Policy:
    """Return the policy in a file (TOML, or the words that `mastery policy` prints), or another system's by name.

    A name may have parameters behind a colon: canvas-n-times:n=3. Raises PolicyError.
    """
    path = Path(text)
    if path.suffix == ".toml":
        return mastery.Policy.load(path)
    if path.exists():
        try:
            return from_words(path.read_text("utf-8"), where=f"The policy {path}")
        except (OSError, UnicodeDecodeError) as unread:
            raise mastery.PolicyError(f"The policy {path} cannot be read", [str(unread)]) from None
    return policy_of_name(text)


def policy(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|NAME]",
            help="A policy in TOML or in words, or a name (--list). Default: the one that the database lives by.",
            show_default=False,
        ),
    ] = None,
    as_toml: Annotated[bool, typer.Option("--toml", help="Print it as TOML, every setting said, to edit.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="List the policies that have a name.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say the rules in plain words, which can be edited and published again."""
    if listing:
        for name, what in {"default": "What holds where nothing else is said.", **peers()}.items():
            say(f"{name:<24} {what}")
        return
    if source is None:
        with engine_at(db) as engine:
            found = engine.policy
    else:
        found = policy_named(source)
    if as_json:
        print_json(policy_json(found))
    elif as_toml:
        sys.stdout.write(to_toml(found))
    elif sys.stdout.isatty():
        for line in words(found).splitlines():
            say(line)
    else:
        sys.stdout.write(words(found))  # into a file: a rule a line, to be edited
