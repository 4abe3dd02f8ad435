# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Find what looks like a password in the files of an inventory. Values are never returned.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

_FOLDERS = ("group_vars", "host_vars")
_ENDINGS = (".yml", ".yaml", ".json", "")
_SECRET = re.compile(
    r"(^|_)(pass(word|wd|phrase)?|secret|token|api_?key|private_?key|secret_?(access_?)?key)$", re.IGNORECASE
)
# ARNs, and paths of files and parameters, are no secrets. A slash elsewhere says nothing: keys of AWS have some.
_REFERENCE = re.compile(r"arn:|/")
_LOOPBACK = re.compile(r"https?://(127\.0\.0\.1|localhost)[:/]")


def plain_secrets(folder: str, load: Callable[[str], Any]) -> list[str]:
    """Return file and variable of each value that looks like a password in the clear.

    load: reads YAML; a value of Ansible Vault has to come out as something else than a text.
    """
    found = []
    for path in _files(Path(folder)):
        try:
            content = load(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # Ansible tells of files that it cannot read.
        found += [f"{path.relative_to(folder)}: {key}" for key in _walk(content, "")]
    return found


def _files(folder: Path) -> Iterator[Path]:
    candidates = [*folder.glob("*"), *(path for name in _FOLDERS for path in (folder / name).rglob("*"))]
    yield from sorted(path for path in candidates if path.is_file() and path.suffix in _ENDINGS)


def _walk(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        # The keys of the embedded AWS open nothing.
        embedded = _LOOPBACK.match(str(value.get("AWS_ENDPOINT_URL", "")))
        for name, inner in value.items():
            if not (embedded and str(name).startswith("AWS_")):
                yield from _walk(inner, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, key)
    elif isinstance(value, str) and _looks_secret(key, value):
        yield key


def _looks_secret(key: str, value: str) -> bool:
    plain = bool(value.strip()) and "{{" not in value and not value.startswith("$ANSIBLE_VAULT")
    return plain and bool(_SECRET.search(key)) and not _REFERENCE.match(value)
