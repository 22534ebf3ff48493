"""Change the code a little, in thousands of places, and see whether a test notices: `make mutants`.

mutmut makes the changes; the tests are collected once, and each mutant is tried in a process forked from there, by the
tests that reach its function, the quickest first, until one fails. That is what makes thousands of them affordable.

    python mutation/run.py [--only GLOB] [--from FILE] [--most N] [--seed WORD] [--jobs N] [--folder NAME] [TEST ...]

`--only 'mastery.fold.*'` tries the mutants of one module, `--most 1000` a sample of all, `--from FILE` those that a
file names, such as what survived before; named test modules are the only ones run. What survived is written with its
change to survivors.txt in .cache/mutants/FOLDER. What is known to survive, and why that is harmless: docs/laws.md.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import unified_diff
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".cache" / "mutants"
COPIED = ("tests", "docs", "examples", "competencies", "mastery", "conftest.py", "pyproject.toml", "README.md")
LEFT_OUT = ("competencies/testing/", "competencies/packs/", "competencies/formats/picture/", "mastery/adapters/")
LEFT_OUT += ("mastery/testing/", "mastery/__main__.py")
# Tests that start processes of their own see no mutant; tests of the tests, and real logs, would only cost time.
SLOW = ("real_log", "interruption", "killed", "planted_faults", "each_law_can_break", "competency_faults")
SLOW += ("competency_strategies", "bar", "testing_room", "packaging", "docs", "mishaps_writing", "mishaps_at_the_door")
SLOW += ("laws_command",)


def mutated_tree(tree: Path, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Lay out a copy of the project whose functions hold their mutants, in wanted modules; return the file of each."""
    from mutmut.mutation.file_mutation import mutate_file_contents
    from mutmut.utils.format_utils import get_mutant_name

    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tree / name)
    where = {}
    for file in sorted([*(ROOT / "competencies").rglob("*.py"), *(ROOT / "mastery").rglob("*.py")]):
        path = file.relative_to(ROOT)
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        if str(path).startswith(LEFT_OUT) or not wanted(module):
            continue
        changed = mutate_file_contents(str(path), file.read_text("utf-8"))
        (tree / path).write_text(changed.code, "utf-8")
        where |= {get_mutant_name(path, name): str(path) for name in changed.mutant_names}
    return where


def told(tree: Path, path: str, mutants: list[str]) -> Iterator[str]:
    """Yield, for each mutant of a file, the lines that it takes away and puts in."""
    import libcst
    from mutmut.mutation.diff_apply import read_mutant_function, read_original_function

    module = libcst.parse_module((tree / path).read_text("utf-8"))
    for mutant in mutants:
        halves = (read(module, mutant) for read in (read_original_function, read_mutant_function))
        before, after = (libcst.Module([half]).code.splitlines() for half in halves)
        changed = [line for line in list(unified_diff(before, after, lineterm="", n=0))[2:] if line[:2] != "@@"]
        yield "\n    ".join([mutant, *changed])


def asked_for() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="*", metavar="GLOB")
    parser.add_argument("--from", dest="names", type=Path, metavar="FILE")
    parser.add_argument("--most", type=int, metavar="N")
    parser.add_argument("--seed", default="mutants", metavar="WORD")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--folder", default="all", metavar="NAME")
    parser.add_argument("tests", nargs="*", default=["tests"], metavar="TEST")
    return parser.parse_args()


def main() -> int:
    """Try the mutants that were asked for; print how many were killed, by module."""
    chosen = asked_for()
    os.chdir(ROOT)
    folder = WORK / chosen.folder
    asked = set(chosen.names.read_text("utf-8").split()) if chosen.names else None
    modules = {name.partition(".x")[0] for name in asked or () if "__mutmut_" in name}
    where = mutated_tree(folder / "tree", lambda m: m in modules if asked else fnmatch.fnmatch(f"{m}.x", chosen.only))
    names = [name for name in where if (name in asked if asked else fnmatch.fnmatch(name, chosen.only))]
    if chosen.most is not None and chosen.most < len(names):
        names = sorted(random.Random(chosen.seed).sample(names, chosen.most))
    print(f"{len(where)} mutants; {len(names)} to try", flush=True)

    import trial

    ended = trial.run(folder / "tree", chosen.tests, SLOW, names, chosen.jobs)
    if ended is None:
        return 2
    survivors = [name for name in names if ended[name] in {"survived", "no tests"}]
    by_file = {path: [name for name in survivors if where[name] == path] for path in map(where.get, survivors)}
    lines = [line for path, left in by_file.items() for line in told(folder / "tree", path, left)]
    (folder / "survivors.txt").write_text("\n".join([*lines, ""]), "utf-8")
    for path, n in sorted(Counter(where[name] for name in names).items()):
        killed = n - len(by_file.get(path, ()))
        print(f"{path:44} {killed:5} of {n:5}  {killed / n:6.1%}")
    share = 1 - len(survivors) / max(len(names), 1)
    print(f"Killed {len(names) - len(survivors)} of {len(names)}: {share:.1%} ({dict(Counter(ended.values()))}).")
    print(f"What survived: {(folder / 'survivors.txt').relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
