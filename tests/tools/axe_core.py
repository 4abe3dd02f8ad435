# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Fetch axe-core, which checks pages for accessibility, through npm into .cache: one version, whose content is known.

python -m tests.tools.axe_core
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
SCRIPT = Path(__file__).resolve().parents[2] / ".cache" / "axe-core" / VERSION / "axe.min.js"
FETCH_SECONDS = 120


class MissingError(Exception):
    """Why there is no axe-core, in a sentence."""


def script() -> Path:
    """Return the script, which is fetched when it is not there yet."""
    if not SCRIPT.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise MissingError("axe-core cannot be fetched, because there is no npm.")
        with tempfile.TemporaryDirectory() as folder:
            _fetch(npm, Path(folder))
    return SCRIPT


def _fetch(npm: str, folder: Path) -> None:
    command = [npm, "pack", "--silent", f"axe-core@{VERSION}", "--pack-destination", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS, cwd=folder, check=False)
    packed = next(folder.glob("*.tgz"), None)
    if done.returncode != 0 or packed is None:
        raise MissingError(f"npm could not fetch axe-core {VERSION}: {done.stderr.strip()[-300:]}")
    digest = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise RuntimeError(f"axe-core {VERSION} is not what it was: its digest is sha512-{digest}.")
    with tarfile.open(packed) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        content = member.read()
    SCRIPT.parent.mkdir(parents=True, exist_ok=True)
    aside = SCRIPT.with_suffix(".part")
    aside.write_bytes(content)
    aside.replace(SCRIPT)


def main() -> int:
    try:
        script()
    except MissingError as error:
        print(f"{error} The tests of accessibility will be skipped.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
