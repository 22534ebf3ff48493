"""Take the pictures of the README from the pages as they are: `make screenshots`."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from browsing import MONDAY, opened, site_at

from mastery.adapters.cli import demo

PICTURES = {
    "today.png": ("/classes/7a", 900),
    "why.png": ("/learners/holly/why/RA6.11", 680),
}
"""For each file its page and how much of it is shown, in pixels."""


def main(folder: Path) -> None:
    """Write the pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name:
        path = Path(name) / "made.db"
        with redirect_stdout(StringIO()):
            demo.run(path, fresh=True, seed=7, at=MONDAY)
        with (
            site_at(Path(name) / "files" / "school.db", path.read_bytes(), MONDAY) as site,
            opened(site, "teacher-7a", viewport={"width": 1200, "height": 900}) as page,
        ):
            for file, (address, height) in PICTURES.items():
                page.set_viewport_size({"width": 1200, "height": height})
                page.goto(address, wait_until="networkidle")
                page.screenshot(path=folder / file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
