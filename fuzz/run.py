"""Run one fuzz target under atheris, guided by coverage: `python fuzz/run.py TARGET RUNS`, or no arguments for all.

The inputs that reached something new stay in .cache/fuzz/TARGET. A finding ends the run with an exit code that is
not 0, and its input is kept there as crash-*.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / ".cache" / "fuzz"
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]


def run_all(runs: str) -> int:
    """Run every target in a process of its own; return how many found something."""
    import fuzz_targets
    import fuzz_targets_mastery

    found = []
    for name in (*fuzz_targets.TARGETS, *fuzz_targets_mastery.TARGETS):
        print(f"{name}: {runs} runs", flush=True)
        if subprocess.run([sys.executable, __file__, name, runs], cwd=ROOT, check=False).returncode:
            found.append(name)
    print(f"Found something: {', '.join(found)}" if found else "Nothing was found.")
    return len(found)


def run(name: str, runs: str) -> None:
    """Run one target; this does not return."""
    import atheris

    with atheris.instrument_imports(include=["competencies", "mastery"]):
        import fuzz_targets
        import fuzz_targets_mastery
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    for n, seed in enumerate({**fuzz_targets.SEEDS, **fuzz_targets_mastery.SEEDS}[name]):
        (folder / f"seed-{n}").write_bytes(seed)
    target = {**fuzz_targets.TARGETS, **fuzz_targets_mastery.TARGETS}[name]
    options = [f"-runs={runs}", "-max_len=4096", "-verbosity=0", f"-artifact_prefix={folder}/", "-seed=1"]
    atheris.Setup([sys.argv[0], *options, str(folder)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        run(*sys.argv[1:])
    sys.exit(1 if run_all(os.environ.get("FUZZ_RUNS", "20000")) else 0)
