"""The public room `mastery.testing`: what it draws prints as Python, its page tells every law, outsiders can use it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from worlds import profile

import competencies
import mastery
from mastery import policy as policy_module
from mastery.testing import Course, courses, evidence, laws, policies

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "laws.md"
NAMES = {
    **{name: getattr(competencies, name) for name in competencies.__all__},
    **{name: getattr(mastery, name) for name in mastery.__all__},
    **{name: getattr(mastery.models, name) for name in mastery.models.__all__},
    "Special": policy_module.Special,
    "Course": Course,
    "datetime": datetime,
    "UTC": UTC,
}


@given(courses())
@profile(100)
def test_a_course_prints_as_python(course: Course) -> None:
    """What a course, and so each policy and fact in it, prints makes an equal one."""
    assert eval(repr(course), NAMES.copy()) == course  # noqa: S307 - our own text


@given(policies(), evidence())
@profile(50)
def test_a_policy_and_a_piece_print_as_python(policy: mastery.Policy, piece: mastery.Evidence) -> None:
    """What a policy and a piece of evidence print makes equal ones."""
    for value in (policy, piece):
        assert eval(repr(value), NAMES.copy()) == value  # noqa: S307 - our own text


def test_the_page_tells_every_law() -> None:
    """docs/laws.md has every law with its number, sentence, meaning, function and shares, as they are."""
    page = PAGE.read_text("utf-8")
    for one in laws.LAWS:
        stated = laws.STATED[one.__name__]
        shares = ", ".join(f"{event} {share:.0%}" for event, share in stated.least.items())
        assert f"| {stated.number} | {laws.sentence(one)} | {stated.means} | `{one.__name__}`: {shares} |" in page


def test_an_outsider_tests_their_own_rules_with_the_wheel(tmp_path: Path) -> None:
    """The three property tests of docs/laws.md pass against the built and installed wheel, away from our sources."""
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    into, tests = tmp_path / "installed", tmp_path / "theirs"
    tests.mkdir()
    (tests / "test_ours.py").write_text(block, "utf-8")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}

    def run(*command: str, **more: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=tests,
            env={**bare, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(built, cwd=ROOT, env=bare, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    run("pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(into), str(wheel))
    (tests / "test_where.py").write_text(
        f"import mastery\n\ndef test_where():\n    assert mastery.__file__.startswith({str(into)!r})\n", "utf-8"
    )
    run("pytest", "-q", "-p", "no:cacheprovider", str(tests), PYTHONPATH=str(into))


def test_without_hypothesis_the_room_says_what_to_install() -> None:
    """`mastery.testing` and the command `laws` name the extra where Hypothesis is missing."""
    script = "import sys; sys.modules['hypothesis'] = None\nimport mastery.testing"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert "pip install mastery[testing]" in done.stderr


@pytest.mark.parametrize("law", laws.LAWS, ids=lambda law: str(law.__name__))
def test_a_law_says_itself_in_one_sentence(law: object) -> None:
    """Every law has a docstring that begins with the law, and a meaning that is no sentence of its own."""
    told = laws.sentence(law)  # type: ignore[arg-type]
    assert told.endswith(".")
    assert laws.STATED[law.__name__].means[0].islower()  # type: ignore[attr-defined]
