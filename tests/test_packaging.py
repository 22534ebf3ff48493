"""Packaging: what is shipped, what an import costs, what is public, and the limits that the house rules set."""

from __future__ import annotations

import ast
import importlib
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("competencies", "mastery")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
IMPORTED_AS = {"attrs": {"attr", "attrs"}, "sqlite-utils": {"sqlite_utils"}}
OF_AN_EXTRA = {
    "mastery/adapters/cli/serving.py": {"fastapi", "uvicorn"},
    "mastery/planning/groups/solving.py": {"ortools"},
}
SERVICE = {"authlib", "fastapi", "httpx2", "joserfc", "markupsafe", "pydantic", "starlette", "uvicorn"}
PAGES = {"jinja2", "markupsafe"}
HEAVY = ("ortools", "sqlite_utils", "numpy", "pandas", "fastapi", "hypothesis", "typer", "rich")
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def _sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _requirement_names() -> list[str]:
    return [re.split(r"[^A-Za-z0-9_.-]", requirement)[0] for requirement in PROJECT["dependencies"]]


# The wheel.


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in the wheel, built without a network."""
    into = tmp_path_factory.mktemp("wheel")
    built = _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into))
    assert built.returncode == 0, built.stdout + built.stderr
    (file,) = into.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_two_packages_and_nothing_else(wheel: set[str]) -> None:
    """Every file of both packages is in the wheel, beside its metadata, and what the service gives out of the docs."""
    ours = {name for name in wheel if ".dist-info/" not in name}
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    shipped = {f"mastery/shipped/schemas/{path.name}" for path in (ROOT / "docs" / "schemas").glob("*.json")}
    shipped.add("mastery/shipped/glossary.md")

    assert ours == shipped | {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    assert {name.split("/")[0] for name in ours} == set(PACKAGES)


def test_a_wheel_serves_without_the_checkout(tmp_path: Path) -> None:
    """Unpacked elsewhere, the wheel has the glossary and the shapes of answers that the service gives out."""
    built = _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as archive:
        archive.extractall(tmp_path / "there")
    script = (
        "import mastery; from mastery.adapters.http.shipped import schemas; "
        "from mastery.adapters.http.glossary import glossary; print(mastery.__file__, len(schemas()), len(glossary()))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "there"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    where, shapes, terms = done.stdout.split()
    assert where.startswith(str(tmp_path)), done.stderr
    assert int(shapes) == len(list((ROOT / "docs" / "schemas").glob("*.json")))
    assert int(terms) > 200


def test_the_wheel_holds_types_packs_license_and_command(wheel: set[str]) -> None:
    """The markers of typed packages, the packs, the licence and the entry points are in the wheel."""
    assert {f"{package}/py.typed" for package in PACKAGES} <= wheel
    assert "competencies/packs/fractions_to_proportions.csv" in wheel
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel)
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel)


# What it needs, and what an import costs.


def test_the_dependencies_are_these_five() -> None:
    """The library declares attrs, networkx, sqlite-utils, typer and rich, and nothing else."""
    assert sorted(_requirement_names()) == ["attrs", "networkx", "rich", "sqlite-utils", "typer"]


def test_every_import_is_declared() -> None:
    """Both packages import themselves, the standard library and what they declare; a few modules, what an extra has."""
    declared = {module for name in _requirement_names() for module in IMPORTED_AS.get(name, {name})}
    allowed = declared | set(PACKAGES) | set(sys.stdlib_module_names)
    for path in _sources():
        for node in ast.walk(_tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            extra = {"hypothesis", "pytest"} if "testing" in {*path.parts, path.stem} else set[str]()
            extra |= OF_AN_EXTRA.get(path.relative_to(ROOT).as_posix(), set())
            extra |= SERVICE if path.is_relative_to(ROOT / "mastery" / "adapters" / "http") else set()
            extra |= PAGES if path.is_relative_to(ROOT / "mastery" / "adapters" / "pages") else set()
            assert {name.split(".")[0] for name in names} <= allowed | extra, path.relative_to(ROOT)


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_loads_nothing_heavy(package: str) -> None:
    """A fresh process that imports a package loads no database, table, web, test or terminal library."""
    script = f"import sys, {package}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = _run(sys.executable, "-c", script)

    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [], "")


def test_a_store_in_a_file_is_loaded_on_first_use() -> None:
    """`mastery.store.SQLiteStore` is there without being imported by `mastery`."""
    loaded = "print('sqlite_utils' in sys.modules)"
    done = _run(sys.executable, "-c", f"import sys, mastery.store; {loaded}; mastery.store.SQLiteStore; {loaded}")

    assert done.stdout.split() == ["False", "True"], done.stderr


# The doors.


def _isort_style(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_says_what_is_public(package: str) -> None:
    """`__all__` is sorted (constants, classes, functions), has what the package imports, and it is all there."""
    module = importlib.import_module(package)
    names = list(module.__all__)

    assert names == sorted(names, key=_isort_style)
    assert set(names) == set(_bound(_tree(ROOT / package / "__init__.py")))
    assert [name for name in names if not hasattr(module, name)] == []


@pytest.mark.parametrize("path", _sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_what_is_public(path: Path) -> None:
    """Every module with definitions has a docstring, and every name in its `__all__` is there."""
    tree = _tree(path)
    names = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]
    ]
    defined = any(isinstance(node, ast.ClassDef | ast.FunctionDef) for node in tree.body)

    assert ast.get_docstring(tree)
    assert names or not defined
    if path.name != "__main__.py":
        module = importlib.import_module(
            ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        )
        assert [name for found in names for name in found if not hasattr(module, name)] == []


# The house rules.


def _admitted() -> set[str]:
    """Return the functions that CONTRIBUTING.md lists as too long."""
    return set(re.findall(r"^- `(\S+\.py: \w+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE))


def test_modules_stay_short() -> None:
    """No module of either package is longer than 300 lines."""
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in _sources()}

    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_functions_stay_short() -> None:
    """No function of either package is longer than 40 lines but those that CONTRIBUTING.md admits, which all are."""
    found = {}
    for path in _sources():
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    found[f"{path.relative_to(ROOT).as_posix()}: {node.name}"] = length

    assert set(found) == _admitted(), found


def test_no_module_is_a_lumber_room() -> None:
    """No module is named for holding what found no other place."""
    names = {path.parent.name if path.name == "__init__.py" else path.stem for path in _sources()}

    assert names.isdisjoint({"utils", "util", "helpers", "core", "base", "common", "types", "manager"})


def test_the_layers_hold() -> None:
    """Rooms import only from rooms below them, as the contracts in pyproject.toml say."""
    command = Path(sys.executable).with_name("lint-imports")
    if not command.exists() and os.environ.get("MASTERY_REQUIRE_ALL") != "1":
        pytest.skip("import-linter is not installed: the layers were not looked at")
    done = _run(str(command), "--no-cache")

    assert done.returncode == 0, done.stdout + done.stderr
