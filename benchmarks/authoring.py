"""What an author waits for: reading a real package. `make bench-authoring`."""

import json
from pathlib import Path

import competencies
from benchmarks.harness import Suite, timed

REAL = Path(__file__).parents[2] / "shared" / "data" / "case" / "smarter_balanced_math_content_spec_v1p0.json"


def parse() -> object:
    """Read the file as JSON and no more."""
    with REAL.open(encoding="utf-8") as file:
        return json.load(file)


def main() -> None:
    """Measure everything and write the report."""
    if not REAL.exists():
        raise SystemExit(f"real data are absent: {REAL}")
    suite = Suite("authoring")
    suite.pair(
        "load Smarter Balanced, 585 items and 3,368 associations",
        lambda: timed(lambda: competencies.load(REAL)),
        "json.load of the file",
        lambda: timed(parse),
        target=3,
        rounds=15,
    )
    suite.finish()


if __name__ == "__main__":
    main()
