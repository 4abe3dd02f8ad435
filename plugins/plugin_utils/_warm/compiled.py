# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Compile the code of payloads once, and keep it over runs: Python itself keeps none of what comes from a zip.

Found by the digest of the source, so a change of the source is another entry. What this Python's import of zips does
is private to it: where that is not as known, everything is compiled each time.
"""

from __future__ import annotations

import _imp
import contextlib
import hashlib
import marshal
import sys
import zipimport
from pathlib import Path
from types import CodeType
from typing import Any

from .private_folder import write_whole

# More than all modules of the collections for AWS have; then what this run has not used is dropped.
LIMIT = 2000
_DIGEST_BYTES = 16


class Compiled:
    """What is compiled. folder: where it is kept; None keeps nothing over runs."""

    def __init__(self, folder: Path | None) -> None:
        version = hashlib.sha256(f"{sys.version}{sys.flags}".encode()).hexdigest()[:16]
        self._file = folder / f"code-{version}.marshal" if folder else None
        self._kept = _read(self._file)
        self._used: dict[bytes, bytes] = {}
        self._made = False
        self._seen: set[tuple[str, str]] = set()

    def install(self) -> None:
        """Change how this process imports from zips; without the function that is known nothing changes."""
        importer: Any = zipimport
        self._compile: Any = getattr(importer, "_compile_source", None)
        if self._compile is not None:
            importer._compile_source = self.code

    def code(self, path: str, source: bytes) -> CodeType:
        """Return the code of a source, as C(zipimport._compile_source) does."""
        digest = hashlib.blake2b(source, digest_size=_DIGEST_BYTES).digest()
        if kept := self._used.get(digest) or self._kept.get(digest):
            self._used[digest] = kept
            found: CodeType = marshal.loads(kept)
            # Tracebacks name the file; the zip is another one in each run.
            _imp._fix_co_filename(found, path)  # type: ignore[attr-defined]
            return found
        made: CodeType = self._compile(path, source)
        self._used[digest] = marshal.dumps(made)
        self._made = True
        return made

    def prepare(self, archive: str, module: str) -> None:
        """Compile a module before the fork that runs it, so that the next one finds it."""
        if (archive, module) not in self._seen:
            self._seen.add((archive, module))
            folder = module.rpartition(".")[0].replace(".", "/")
            # What is wrong with it is the module's to tell.
            with contextlib.suppress(Exception):
                zipimport.zipimporter(f"{archive}/{folder}").get_code(module)

    def keep(self) -> None:
        """Write what this run has added."""
        if self._file and self._made:
            known = {**self._kept, **self._used}
            with contextlib.suppress(OSError):
                write_whole(self._file, marshal.dumps(known if len(known) <= LIMIT else self._used))


def _read(file: Path | None) -> dict[bytes, bytes]:
    try:
        found = marshal.loads(file.read_bytes()) if file else {}
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
