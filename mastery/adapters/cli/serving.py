"""`mastery serve`, `token`, `account`: the HTTP service, and who may ask it."""

from __future__ import annotations

import logging
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from competencies.errors import near_miss
from mastery.access import Permission
from mastery.adapters.cli.options import Db, database
from mastery.adapters.cli.render import say

if TYPE_CHECKING:
    from mastery.adapters.http.settings import OpenIdConnect
    from mastery.adapters.http.tenants import Tenant, Tenants

__all__ = ["account", "serve", "token"]

_ONE = "school"


def serve(
    db: Db = None,
    tenants: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Serve every FILE.db of a folder: a tenant each, by its name."),
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = ("127.0.0.1"),
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0: any that is free.")] = 8080,
    demo: Annotated[
        bool, typer.Option("--demo", help="Make the demonstration class, with tokens, and serve it.")
    ] = False,
) -> None:
    """Serve the pages and the HTTP API (extra: service).

    People sign in with local accounts or, where MASTERY_OPENID_ISSUER, MASTERY_OPENID_CLIENT_ID and
    MASTERY_OPENID_CLIENT_SECRET are set, at that provider; MASTERY_OPENID_CLAIM names the claim that is their account.
    """
    _wants_extra()
    if tenants is not None and (db is not None or demo):
        raise typer.BadParameter("a database or a folder of tenants was wanted, not both", param_hint="--tenants")
    from mastery.adapters.cli.serving_demo import made_for_show
    from mastery.adapters.http.tenants import Tenants

    openid, token, password, files = _openid(), "", "", dict[str, Path]()
    if tenants is not None:
        files = _files(tenants)
    elif demo:
        files[_ONE], token, password = made_for_show(db)
    else:
        files[_ONE] = database(db)
    with Tenants.opened(files) as opened:
        say(f"Serving {', '.join(str(path) for path in files.values())}", bold=True)
        if not any(tenant.access.tokens.listed(most=1) for tenant in opened):
            name, path = next(iter(files.items()))
            of = "" if name == _ONE else f" --tenant {name}"
            say(f"Nobody may ask yet: `mastery token NAME --db {shlex.quote(str(path))}{of}` makes a token.")
        if not _is_here(host):
            say(f"{host} is not this machine alone: put HTTPS before it, or passwords and records travel in the open.")
        _serve(opened, host, port, openid, token, password)
    say("Ended.")


def _serve(tenants: Tenants, host: str, port: int, openid: OpenIdConnect | None, token: str, password: str) -> None:
    from mastery.adapters.cli.serving_demo import show_what_to_try
    from mastery.adapters.http.serving import run
    from mastery.adapters.http.settings import Settings

    def begun(address: str) -> None:
        say(f"Listening at {address}/v1, pages at {address}/ - Ctrl+C ends it.")
        if token:
            show_what_to_try(address, token, password)

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    with suppress(KeyboardInterrupt):  # uvicorn has ended everything, and says by what
        run(tenants, host, port, Settings(secure=not _is_here(host), openid=openid), begun=begun)


def _files(folder: Path) -> dict[str, Path]:
    found = {path.stem: path for path in sorted(folder.glob("*.db"))}
    if not found:
        raise typer.BadParameter(f"there is no FILE.db in {folder}", param_hint="--tenants")
    return found


_OPENID = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")


def _openid() -> OpenIdConnect | None:
    """Return the provider that the environment names: secrets have no place on a command line."""
    from mastery.adapters.http.settings import OpenIdConnect

    found = {name: os.environ.get(f"MASTERY_OPENID_{name}", "") for name in _OPENID}
    missing = [f"MASTERY_OPENID_{name}" for name in _OPENID if not found[name]]
    if len(missing) == len(_OPENID):
        return None
    if missing:
        raise typer.BadParameter(f"{' and '.join(missing)} is wanted too, to sign in at a provider")
    claim = os.environ.get("MASTERY_OPENID_CLAIM") or "preferred_username"
    return OpenIdConnect(found["ISSUER"], found["CLIENT_ID"], found["CLIENT_SECRET"], claim)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wants_extra() -> None:
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ModuleNotFoundError as fault:
        raise typer.BadParameter(
            f"the extra `service` is wanted, {fault.name} is not there: pip install 'mastery[service]'"
        ) from None


@contextmanager
def _tenant(db: Path | None, name: str) -> Iterator[Tenant]:
    _wants_extra()
    from mastery.adapters.http.tenants import Tenant

    tenant = Tenant(name, database(db))
    try:
        yield tenant
    finally:
        tenant.close()


_Tenant = Annotated[
    str, typer.Option(help="By which name the service knows this file: that of the file in a folder of tenants.")
]


def token(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for: the system that will use it, say.")],
    person: Annotated[str, typer.Option(help="Whose it is, by the roster. Default: a system's.")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="Only this; may be given again. Default: all that the role gives.")
    ] = None,
    group: Annotated[list[str] | None, typer.Option("--class", help="Only this class; may be given again.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="It ends after so many days.")] = 90,
    revoke: Annotated[bool, typer.Option("--revoke", help="End the token whose public id is NAME.")] = False,
    tenant: _Tenant = _ONE,
    db: Db = None,
) -> None:
    """Make a token for the HTTP API, and print it: this once. Or end one."""
    with _tenant(db, tenant) as opened:
        if revoke:
            if not opened.access.tokens.revoke(name, opened.clock()):
                raise typer.BadParameter(f"there is no token {name!r} that has not ended", param_hint="NAME")
            say(f"Token {name} has ended.")
            return
        roster = opened.access.rosters.current()
        _known(person, roster.people, "--person", "somebody of the roster")
        for one in group or ():
            _known(one, roster.classes, "--class", "a class of the roster")
        for one in scope or ():
            _known(one, list(Permission), "--scope", "a permission")
        from mastery.adapters.http.credentials import issue_token

        made, text = issue_token(
            opened,
            name,
            expires_at=opened.clock() + timedelta(days=days),
            person=person,
            scopes=frozenset(Permission(one) for one in scope) if scope else None,
            classes=frozenset(group) if group else None,
        )
        say(
            f"Token {made.id} of {person or 'a system'}, until {made.expires_at:%Y-%m-%d}. It is shown this once:",
            to_error=True,
        )
        sys.stdout.write(text + "\n")


def _known(name: str, known: object, option: str, what: str) -> None:
    names = [str(one) for one in known]  # type: ignore[attr-defined]
    if name and name not in names:
        raise typer.BadParameter(f"{what} was wanted, got {name!r}{near_miss(name, names)}", param_hint=option)


def account(
    name: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account, as in the roster.")],
    tenant: _Tenant = _ONE,
    db: Db = None,
) -> None:
    """Set the password of a local account, which is asked for (or read from a pipe)."""
    with _tenant(db, tenant) as opened:
        from mastery.adapters.http.credentials import set_password

        if sys.stdin.isatty():
            password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        else:
            password = sys.stdin.readline().rstrip("\r\n")
        try:
            set_password(opened, name, password)
        except ValueError as fault:
            raise typer.BadParameter(str(fault), param_hint="ACCOUNT") from None
        say(f"The password of {name} is set; who was signed in with it no longer is.")
