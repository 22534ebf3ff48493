"""Write the typed client of the service from its OpenAPI description: `python tests/client_made.py FOLDER`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from mastery.adapters.http import Tenants, service

__all__ = ["client_made"]

_SETTINGS = {"project_name_override": "mastery-client", "package_name_override": "mastery_client"}


def client_made(folder: Path) -> str:
    """Write the package mastery_client into a folder, and return what the generator had to say."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "openapi.json").write_text(json.dumps(service(Tenants([])).openapi(), indent=1), "utf-8")
    (folder / "settings.json").write_text(json.dumps(_SETTINGS), "utf-8")
    beside = Path(sys.executable).parent
    generator = beside / "openapi-python-client"
    done = subprocess.run(
        [
            *(str(generator), "generate", "--path", str(folder / "openapi.json"), "--meta", "none", "--overwrite"),
            *("--config", str(folder / "settings.json"), "--output-path", str(folder / "mastery_client")),
        ],
        env={**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"},  # it asks ruff to tidy up
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout + done.stderr


if __name__ == "__main__":
    sys.stdout.write(client_made(Path(sys.argv[1])))
    sys.stdout.write(f"The package mastery_client is in {sys.argv[1]}; it needs attrs and httpx.\n")
