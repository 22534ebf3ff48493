"""The typed client that is generated from the OpenAPI description: whole, typed to the last line, and it works."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest
from client_made import client_made
from serving import Served, class_file, served

from mastery.adapters.cli.simulation import LEARNERS

USED = Path(__file__).with_name("client_used.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated package, at hand for imports."""
    found = tmp_path_factory.mktemp("client")
    told = client_made(found)
    assert told.splitlines() == [f"Generating {found / 'mastery_client'}"], "the generator warns of nothing"
    sys.path.insert(0, str(found))
    invalidate_caches()
    yield found
    sys.path.remove(str(found))
    for name in [name for name in sys.modules if name.partition(".")[0] in ("mastery_client", "client_used")]:
        del sys.modules[name]


@pytest.fixture
def service(tmp_path: Path, made: bytes) -> Iterator[Served]:
    """A service that runs, on the demonstration class."""
    path = tmp_path / "data" / "school.db"
    with served(path, class_file(path, made)) as found:
        yield found
        found.stop()


RELAXED = """
[mypy]
strict = true
# The generator's own __exit__ hands on "object" to httpx; everything of ours is as strict as can be.
[mypy-mastery_client.client]
disable_error_code = arg-type
"""


def checked(folder: Path, *what: str) -> subprocess.CompletedProcess[str]:
    """Look at the types of something in the folder."""
    (folder / "mypy.ini").write_text(RELAXED, "utf-8")
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--cache-dir", str(folder / "seen")]
    return subprocess.run([*command, *what], cwd=folder, capture_output=True, text=True, check=False)


def test_every_operation_has_a_function(folder: Path) -> None:
    """Each operation of the description is a module of the client, by its name, with four functions."""
    described = json.loads((folder / "openapi.json").read_text("utf-8"))
    wanted = {f"{one['tags'][0]}.{one['operationId']}" for path in described["paths"].values() for one in path.values()}
    api = folder / "mastery_client" / "api"
    there = {f"{file.parent.name}.{file.stem}" for file in api.rglob("*.py") if file.stem != "__init__"}

    assert there == wanted
    for name in wanted:
        module = import_module(f"mastery_client.api.{name}")
        assert {"sync_detailed", "asyncio_detailed"} <= {*dir(module)}


def test_the_client_is_typed_and_so_is_what_uses_it(folder: Path) -> None:
    """The whole client and a program that uses it pass mypy --strict; what is no field is found before it runs."""
    text = USED.read_text("utf-8")
    (folder / "used.py").write_text(text, "utf-8")
    (folder / "wrong.py").write_text(text.replace("found.allow ", "found.allowed "), "utf-8")

    assert (done := checked(folder, "-p", "mastery_client", "-m", "used")).returncode == 0, done.stdout
    assert 'has no attribute "allowed"' in checked(folder, "wrong.py").stdout


def test_it_asks_records_and_is_refused(folder: Path, service: Served) -> None:
    """Against a service that runs: steps, reasons, states, pieces and changes read on; refusals as problems."""
    sys.path.insert(0, str(USED.parent))
    package, used = import_module("mastery_client"), import_module("client_used")
    tokens = {"teacher": service.tokens["teacher-7a"], "stranger": "mastery_school_0_0"}
    who, other, beyond = LEARNERS[0], LEARNERS[1], LEARNERS[-1]
    with (
        package.AuthenticatedClient(service.address, tokens["teacher"], raise_on_unexpected_status=True) as teacher,
        package.AuthenticatedClient(service.address, tokens["stranger"]) as stranger,
    ):
        code = used.first_step(teacher, who)
        assert used.may_enter(teacher, who, code)
        with pytest.raises(RuntimeError, match="not among the learners whom you reach"):
            used.may_enter(teacher, beyond, code)
        before = used.statuses(teacher, [who, other], [code])
        assert [*before] == [who, other]
        assert used.statuses(teacher, [who], ["RA6.11"])[who] == [package.models.Status.LOCKED]
        assert "RA6.11 is met" in used.recorded(teacher, who, "RA6.11")
        assert used.statuses(teacher, [who], ["RA6.11"])[who] == [package.models.Status.MET]
        kinds = [one.value.rpartition(":")[2] for one in used.refused(teacher, stranger, beyond, who)]
        assert kinds == ["not-signed-in", "not-permitted", "unusable"]

    async def meanwhile() -> object:
        signed = package.AuthenticatedClient(service.address, tokens["teacher"])
        async with signed, package.Client(service.address) as nobody:
            return await used.asked_meanwhile(signed, nobody)

    assert asyncio.run(meanwhile()) == ("teacher-7a", True, len(LEARNERS) // 2)
