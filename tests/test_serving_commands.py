"""`mastery serve`, `token` and `account`: what they say, and what they refuse before anything listens."""

from __future__ import annotations

import io
import re
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typing_commands import Run

from mastery.adapters.cli.serving_demo import made_for_show, roster_for_show
from mastery.adapters.http import serving
from mastery.adapters.http.asking import token_caller
from mastery.adapters.http.credentials import password_holds
from mastery.adapters.http.settings import Settings
from mastery.adapters.http.tenants import Tenant, Tenants


@pytest.fixture
def shown(monday: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Type in a directory that holds the demonstration class with its roster."""
    made_for_show(tmp_path / "mastery.db")
    capsys.readouterr()
    return monday


def test_a_token_is_printed_alone_and_works(shown: Run, tmp_path: Path) -> None:
    """What goes to standard output is the token and nothing else, and it is its holder's, within its limits."""
    code, out, err = shown("token", "lms", "--scope", "access:check", "--class", "7a", "--days", "3")
    assert code == 0
    assert "shown this once" in err
    with Tenants.opened({"school": tmp_path / "mastery.db"}) as tenants:
        found = token_caller(out.strip(), tenants, Settings())
    assert found is not None
    assert found[1].scopes == {"access:check"}
    assert found[1].classes == {"7a"}


def test_a_token_is_ended_by_its_public_id(shown: Run, tmp_path: Path) -> None:
    """Once revoked a token is nobody's; revoking it twice is told."""
    token = shown("token", "lms", "--person", "teacher-7a")[1].strip()
    assert shown("token", token.split("_")[2], "--revoke")[0] == 0
    with Tenants.opened({"school": tmp_path / "mastery.db"}) as tenants:
        assert token_caller(token, tenants, Settings()) is None
    code, _, err = shown("token", token.split("_")[2], "--revoke")
    assert code == 2
    assert "has not ended" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--person", "teacher-7c"), "did you mean teacher-7b or teacher-7a"),
        (("--class", "7c"), "a class of the roster was wanted, got '7c'"),
        (("--scope", "acess:check"), "did you mean access:check"),
        (("--days", "0"), "0"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(shown: Run, arguments: tuple[str, ...], said: str) -> None:
    """A person, a class or a scope that there is not is refused, and no token is made."""
    code, out, err = shown("token", "lms", *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_password_is_read_from_a_pipe(shown: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password of an account of the roster is set; a short one and an unknown account are refused."""
    for account, typed, code in (
        ("office", "a long enough one\n", 0),
        ("office", "short\n", 2),
        ("nobody", "a long enough one\n", 2),
    ):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        assert shown("account", account)[0] == code
    tenant = Tenant("school", tmp_path / "mastery.db")
    assert password_holds(tenant, "office", "a long enough one")
    assert not password_holds(tenant, "office", "short")
    assert not password_holds(tenant, "nobody", "a long enough one")
    tenant.close()


def test_serving_what_is_not_there_says_how_to_make_it(typed: Run, tmp_path: Path) -> None:
    """Without a database, with an empty folder of tenants, or with both named, nothing listens."""
    code, _, err = typed("serve", "--port", "0")
    assert code == 1
    assert "mastery init" in err
    (tmp_path / "tenants").mkdir()
    assert typed("serve", "--tenants", "tenants")[0] == 2
    assert typed("serve", "--tenants", "tenants", "--demo")[0] == 2


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service listens and ends at once."""
    monkeypatch.setattr(serving, "run", lambda *_, begun: begun("http://127.0.0.1:9999"))


def test_the_demonstration_prints_a_question_to_paste(typed: Run, begun: None) -> None:
    """The question is on one line, at the address that is listened at, with a token that holds."""
    code, out, err = typed("serve", "--demo", "--port", "9999")
    assert code == 0, err
    (line,) = (line for line in out.splitlines() if line.lstrip().startswith("curl"))
    found = re.fullmatch(r' +curl -H "Authorization: Bearer (\S+)" http://127.0.0.1:9999/v1/learners/alder/next', line)
    assert found is not None
    with Tenants.opened({"school": "mastery-demo.db"}) as tenants:
        assert token_caller(found[1], tenants, Settings()) is not None


def test_where_nobody_may_ask_it_says_how_to_make_a_token(monday: Run, begun: None, tmp_path: Path) -> None:
    """The command that it names makes a token that holds there, for one file and for a folder of tenants."""
    (tmp_path / "schools").mkdir()
    (tmp_path / "schools" / "north.db").write_bytes((tmp_path / "mastery.db").read_bytes())
    for words, name, path in (((), "school", "mastery.db"), (("--tenants", "schools"), "north", "schools/north.db")):
        said = " ".join(monday("serve", *words)[1].split())
        found = re.search("Nobody may ask yet: `mastery token NAME (.*?)` makes a token", said)
        assert found is not None
        token = monday("token", "lms", *shlex.split(found[1]))[1].strip()
        with Tenants.opened({name: tmp_path / path}) as tenants:
            assert token_caller(token, tenants, Settings()) is not None
        assert "Nobody may ask" not in monday("serve", *words)[1]


def test_a_port_in_use_is_told(shown: Run) -> None:
    """An address that cannot be had is named, with what to do."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = shown("serve", "--port", str(taken.getsockname()[1]))
    assert code == 1
    assert "Name another --port" in err


def test_without_the_extra_it_says_which(shown: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where FastAPI is not installed the commands say what to install."""
    monkeypatch.setitem(sys.modules, "fastapi", None)
    for arguments in (("serve",), ("token", "lms"), ("account", "office")):
        code, _, err = shown(*arguments)
        assert code == 2
        assert "mastery[service]" in err


def test_the_roster_for_show_has_every_sort_of_caller() -> None:
    """Each role is somebody's, each learner is in one class."""
    roster, today = roster_for_show(), datetime(2026, 3, 16, tzinfo=UTC).date()
    roles = {role for person in roster.people for role in roster.roles_of(person, today)}
    assert roles == {"learner", "family", "teacher", "coach", "reviewer", "administrator"}
    learners = [one for group in roster.classes for one in roster.learners_of(group, today)]
    assert len(learners) == len(set(learners)) == 28
