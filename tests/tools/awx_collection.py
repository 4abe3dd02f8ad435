# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Fetch the collection awx.awx, whose modules configure a controller, through pip into .cache: one known version.

The package ansible of another major brings it; the one that the tests run with no longer does.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# It brings awx.awx 24.6.1.
PACKAGE = "ansible==11.13.0"
DIGEST = "7f1c9c6a6026ff214d9240647e4d2b019b2a9d4c7a2bc733932bcf92af80ab04"
FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "awx-24.6.1"
INSIDE = "ansible_collections/awx/awx/"
FETCH_SECONDS = 300


class MissingError(Exception):
    """Why there is no such collection, in a sentence."""


def collections() -> Path:
    """Return the folder of collections that has it, which is fetched when it is not there yet."""
    if not FOLDER.exists():
        with tempfile.TemporaryDirectory() as folder:
            _fetch(Path(folder))
    return FOLDER


def _fetch(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", "--dest", str(folder), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False)
    wheel = next(folder.glob("*.whl"), None)
    if done.returncode != 0 or wheel is None:
        raise MissingError(f"pip could not fetch {PACKAGE}, which brings awx.awx: {done.stderr.strip()[-300:]}")
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != DIGEST:
        raise RuntimeError(f"{PACKAGE} is not what it was.")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith(INSIDE)])
    # Two runs may fetch it at the same time: the folder comes into being as a whole, and the first one wins.
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=FOLDER.parent))
    shutil.move(folder / "ansible_collections", aside)
    try:
        aside.rename(FOLDER)
    except OSError:
        shutil.rmtree(aside)
