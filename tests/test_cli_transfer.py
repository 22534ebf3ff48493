"""Export, and import of an export, as a person types them."""

from pathlib import Path

import pytest
from typing_commands import Run, fits, lines

import mastery


def test_everything_goes_out_and_comes_back(school: Run, tmp_path: Path) -> None:
    """An export makes a database where there is none, which exports the same; merged again, it changes nothing."""
    assert "Exported everything that is recorded of 2 learners to e.jsonl" in school("export", "--out", "e.jsonl")[1]
    assert lines(school("import", "e.jsonl", "--db", "new.db")) == [
        "new.db now holds what was exported: 10 facts of 2 learners."
    ]
    assert school("export", "--db", "new.db")[1] == (tmp_path / "e.jsonl").read_text("utf-8")
    assert lines(school("import", "e.jsonl"))[0] == "Imported 0 facts of 0 learners, 10 known already."
    assert fits(school("import", "e.jsonl", "--db", "json.db", "--json")[1], "import")["recorded"] == 10
    assert (
        "10 facts of 2 learners can be imported. Nothing was recorded." in school("import", "e.jsonl", "--dry-run")[1]
    )


def test_one_learner_goes_to_another_school(school: Run) -> None:
    """One learner's export is merged into a database of the same rules, and their credit with it."""
    school("export", "ana", "--out", "ana.jsonl")
    school("init", "--framework", "fractions-to-proportions", "--db", "there.db")

    assert "Imported 8 facts of 1 learner." in school("import", "ana.jsonl", "--db", "there.db")[1]
    assert "FR3.1" in school("show", "ana", "--db", "there.db")[1].split("[met] 1")[1]


def test_an_export_to_other_rules_is_a_conflict(school: Run, tmp_path: Path) -> None:
    """A database that lives by another policy refuses an export, exit 3, and changes nothing."""
    (tmp_path / "p.toml").write_text("check = false\n")
    school("export", "--out", "e.jsonl")
    school("init", "--framework", "fractions-to-proportions", "--policy", "p.toml", "--db", "there.db")
    code, out, errors = school("import", "e.jsonl", "--db", "there.db")

    assert (code, out) == (3, "")
    assert "lives by another policy" in errors
    with mastery.open(tmp_path / "there.db") as engine:
        assert engine.learners() == []


def test_a_damaged_export_makes_no_database(school: Run, tmp_path: Path) -> None:
    """An export that was cut off is refused with its line, and leaves no file behind."""
    school("export", "--out", "e.jsonl")
    whole = (tmp_path / "e.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_text("".join(whole[:6]), "utf-8")
    code, _, errors = school("import", "cut.jsonl", "--db", "new.db")

    assert code == 1
    assert "line 6: the file ends here" in errors
    assert not list(tmp_path.glob("new.db*"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("export", "anna"), "Nothing is recorded of anna, so there is nothing to export. Did you mean ana?"),
        (("export", "--out", "nowhere/e.jsonl"), "nowhere/e.jsonl cannot be written: No such file or directory"),
        (("export", "--out", "."), ". is no file that could be written"),
        (("import", "."), ".: Is a directory"),
    ],
)
def test_what_cannot_be_exported_is_said(school: Run, words: tuple[str, ...], says: str) -> None:
    """A stranger and a place that cannot be written to are refused, exit 1."""
    code, out, errors = school(*words)

    assert (code, out) == (1, "")
    assert says in errors


def test_an_export_that_fails_leaves_the_file_before_it(school: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is there already is replaced when the new one is whole, and not before."""
    out = Path("e.jsonl")
    out.write_text("what was there")

    def broken(*_: object) -> object:
        yield "{}\n"
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("mastery.engine.exported", broken)
        assert "No space left on device. Nothing was exported." in school("export", "--out", "e.jsonl")[2]
    assert out.read_text() == "what was there"
    assert [path.name for path in Path().glob(".e*")] == []
    school("export", "--out", "e.jsonl")
    assert '"end"' in out.read_text("utf-8")
