# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Which files on the controller a payload was made from, and whether they are still what they were."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

# Made by ansible-core itself; its version is part of the key.
_MADE = {"ansible/__init__.py", "ansible/module_utils/__init__.py"}
# Their change can change which files a payload has: redirects, and the version.
_ABOUT_A_COLLECTION = ("meta/runtime.yml", "MANIFEST.json", "galaxy.yml")


@dataclass(frozen=True)
class Places:
    """Where code comes from. core: the folder of the package ansible. collections: in the order of search."""

    core: str
    collections: tuple[str, ...]

    def of(self, collection: str) -> str | None:
        """Return the folder of a collection, as C(namespace/name)."""
        for folder in self.collections:
            below = "" if os.path.basename(folder) == "ansible_collections" else "ansible_collections"
            path = os.path.join(folder, below, collection)
            if os.path.isdir(path):
                return path
        return None


@dataclass(frozen=True)
class Sources:
    """What a payload depends on. files: path -> time and size; folders: path -> time. Times are in nanoseconds."""

    files: dict[str, list[int]] = field(default_factory=dict)
    folders: dict[str, int] = field(default_factory=dict)
    collections: dict[str, str] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        return asdict(self)


class Unchanged:
    """Compares sources with the disk; looks at each file once, however many payloads share it."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._files: dict[str, list[int] | None] = {}

    def __call__(self, sources: Sources) -> bool:
        """Whether no file has changed, none has come or gone in their folders, and no other collection is in front."""
        return (
            all(self._places.of(name) == path for name, path in sources.collections.items())
            and all((self._look(path) or [0])[0] == time for path, time in sources.folders.items())
            and all(self._look(path) == stamp for path, stamp in sources.files.items())
        )

    def _look(self, path: str) -> list[int] | None:
        if path not in self._files:
            self._files[path] = stamp(path)
        return self._files[path]


def stamp(path: str) -> list[int] | None:
    """Return a file's time and size, or None when it is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_size]


def sources_of(archive: bytes, places: Places) -> Sources | None:
    """Return what a payload was made from; None unless each of its files is, byte for byte, one that is known."""
    sources = Sources()
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        for member in file.namelist():
            if member not in _MADE and not _add(sources, member, file.read(member), places):
                return None
    for path in sources.collections.values():
        _add_stamps(sources, (os.path.join(path, name) for name in _ABOUT_A_COLLECTION))
    for folder in {os.path.dirname(path) for path in sources.files}:
        sources.folders[folder] = (stamp(folder) or [0])[0]
    return sources


def _add(sources: Sources, member: str, content: bytes, places: Places) -> bool:
    path = _path(sources, member, places)
    if path is None:
        return False
    before = stamp(path)
    if before is not None:
        if Path(path).read_bytes() == content:
            sources.files[path] = before
            return True
        return False
    # A package of which only the modules count.
    return not content and member.endswith("/__init__.py")


def _path(sources: Sources, member: str, places: Places) -> str | None:
    parts = member.split("/")
    if parts[0] == "ansible" and parts[1] in ("module_utils", "modules"):
        return os.path.join(places.core, *parts[1:])
    if parts[0] != "ansible_collections":
        return None
    if len(parts) < 4:
        return os.path.join(places.core, "no_such_package", member)
    name = "/".join(parts[1:3])
    folder = places.of(name)
    if folder is None:
        return None
    sources.collections[name] = folder
    return os.path.join(folder, *parts[3:])


def _add_stamps(sources: Sources, paths: Iterable[str]) -> None:
    for path in paths:
        found = stamp(path)
        if found is not None:
            sources.files[path] = found
