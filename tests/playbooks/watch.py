# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Look for a text in everything that runs of playbooks print and write."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Payloads of modules hold an archive like this.
ARCHIVE = re.compile(rb"UEsDB[A-Za-z0-9+/]+=*")


@dataclass(frozen=True)
class Watch:
    """Everything that runs in this environment write, and what is added of their output, is below the folder."""

    folder: Path

    def environment(self) -> dict[str, str]:
        """Return settings with which Ansible writes as much as it can, and nothing elsewhere."""
        temporary = self.folder / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        return {
            "ANSIBLE_HOME": str(self.folder / "home"),
            "TMPDIR": str(temporary),
            "ANSIBLE_LOG_PATH": str(self.folder / "log"),
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(self.folder / "facts"),
            "ORCHESTRA_WARM_CACHE_FOLDER": str(self.folder / "warm"),
            # As in every result before ansible-core 2.21: the arguments of the module, which are shown from -vvv on.
            "ANSIBLE_INJECT_INVOCATION": "true",
        }

    def add(self, name: str, text: str) -> None:
        """Keep what a run has printed, and the plan that the next one would write over."""
        (self.folder / name).write_text(text)
        for plan in self.folder.glob("plan.*"):
            plan.rename(self.folder / f"{name} {plan.name}")

    def places(self, text: str) -> set[str]:
        """Return the first parts of the paths that have this text, or whose content has it."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        found = [path for path in files if text in str(path) or any(text.encode() in part for part in _parts(path))]
        return {path.relative_to(self.folder).parts[0] for path in found}


def _parts(path: Path) -> Iterator[bytes]:
    """Yield a file's content, and that of the archives in it."""
    content = path.read_bytes()
    yield content
    for archive in ARCHIVE.findall(content):
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(archive))) as opened:
            yield from (opened.read(name) for name in opened.namelist())
