# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Keep the payloads that Ansible builds, over runs, so that it does not look through all module utilities again.

Holds code only: Ansible adds the arguments of a task after it has read its own per-run cache, which is filled from
here. An entry is used while every file that it was made from is unchanged.
"""

from __future__ import annotations

import base64
import glob
import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .private_folder import private_folder, remove_old, write_whole
from .sources import Places, Sources, Unchanged, sources_of

FORMAT = 1
# Beside a payload of the run that need not be looked at again.
SEEN = ".seen"


def key(version: str, places: Places) -> str:
    """Return the name of the folder for what all entries depend on."""
    everything = [FORMAT, version, sys.version, sys.executable, places.core, places.collections]
    return hashlib.sha256(json.dumps(everything).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class PayloadCache:
    """Payloads of one version of everything. folder: is made if it is not there. run: Ansible's own cache."""

    folder: Path
    run: Path
    places: Places

    def provide(self) -> None:
        """Put every entry that is still true where Ansible looks."""
        private_folder(self.folder)
        self.run.mkdir(mode=0o700, parents=True, exist_ok=True)
        unchanged = Unchanged(self.places)
        for path in self.folder.glob("*.json"):
            entry = _read_entry(path)
            if entry and unchanged(entry[1]):
                _link(self.folder / entry[0], self.run / path.name.removesuffix(".json"))
        remove_old(self.folder.parent)

    def keep(self, module: str, code: str) -> None:
        """Keep what Ansible has built for a module, unless its sources are not known. code: its zip, in base64.

        The description is written last, and names a payload that nothing changes any more.
        """
        for path in self.run.glob(f"{glob.escape(module)}-*-none"):
            seen = path.with_name(path.name + SEEN)
            if path.stat().st_nlink > 1 or seen.exists():
                continue
            seen.touch()
            content = path.read_bytes()
            if code.encode() in content and (sources := sources_of(base64.b64decode(code), self.places)):
                payload = f"{hashlib.sha256(content).hexdigest()[:32]}.payload"
                write_whole(self.folder / payload, content)
                entry = {"payload": payload, "sources": sources.fields()}
                write_whole(self.folder / f"{path.name}.json", json.dumps(entry).encode())


def _read_entry(path: Path) -> tuple[str, Sources] | None:
    try:
        entry = json.loads(path.read_bytes())
        return os.path.basename(entry["payload"]), Sources(**entry["sources"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _link(kept: Path, wanted: Path) -> None:
    """Link, or copy to another file system; a link stays whole when the cache removes its own."""
    if wanted.exists():
        return
    try:
        wanted.hardlink_to(kept)
    except (FileExistsError, FileNotFoundError):
        return
    except OSError:
        part = wanted.with_name(f".{wanted.name}.{os.getpid()}")
        shutil.copyfile(kept, part)
        wanted.with_name(wanted.name + SEEN).touch()
        part.replace(wanted)
