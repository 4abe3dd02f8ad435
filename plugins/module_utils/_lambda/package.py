# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Deployment packages of Lambda functions: the same files always make the same zip, byte for byte.

Names are sorted; times, owners and all permission bits but "executable" are fixed. Files are stored rather than
compressed unless asked for, because compressed bytes differ between versions of zlib, and with them Lambda's
CodeSha256. Nothing here talks to AWS or to Ansible.

Private to the collection.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._module import InputError, Outcome

# Bytes, Lambda quotas: a zip that is uploaded in the request, and the function with its layers unpacked.
ZIPPED_LIMIT = 50 * 1024 * 1024
UNZIPPED_LIMIT = 250 * 1024 * 1024
ALWAYS_EXCLUDED = ("__pycache__", "*.pyc", "*.pyo")
# Files that a single action sentence lists by name.
_LISTED = 10

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


@dataclass(frozen=True)
class Member:
    """A file of the package: whether it can be executed, and the SHA-256 of its content in hex."""

    executable: bool
    sha256: str

    def __str__(self) -> str:
        return f"{'0755' if self.executable else '0644'} sha256:{self.sha256}"


def excluded(name: str, patterns: list[str]) -> bool:
    """Tell whether a file, by its path relative to the source, or a directory above it matches a pattern.

    A pattern without a slash is matched against every part of the path, one with a slash against the path from the
    source on.
    """
    path = PurePosixPath(name)
    paths = [str(path), *(str(parent) for parent in path.parents if str(parent) != ".")]
    for pattern in patterns:
        candidates = paths if "/" in pattern.rstrip("/") else list(path.parts)
        if any(fnmatchcase(candidate, pattern.strip("/")) for candidate in candidates):
            return True
    return False


def collect(source: Path, patterns: list[str], own: Path) -> dict[str, Path]:
    """Return the files of a directory by their names in the package, sorted.

    own: the package itself, which may lie in the source and is then left out.
    Raises InputError for what a package cannot hold, and when nothing is left.
    """
    if not source.is_dir():
        raise InputError(f"src {source} is no directory.")
    own = own.resolve()
    found = {name: path for name, path in _walk(source, [*ALWAYS_EXCLUDED, *patterns]) if path.resolve() != own}
    if not found:
        raise InputError(f"src {source} has no file to package, and Lambda refuses an empty package.")
    unzipped = sum(path.stat().st_size for path in found.values())
    if unzipped >= UNZIPPED_LIMIT:
        raise InputError(
            f"The files of {source} have {unzipped} bytes, but a Lambda function must have less than"
            f" {UNZIPPED_LIMIT} unzipped: exclude some, or use a container image."
        )
    return dict(sorted(found.items()))


def _walk(source: Path, patterns: list[str]) -> Iterator[tuple[str, Path]]:
    for directory, subdirectories, files in os.walk(source, onerror=_unreadable):
        here = Path(directory)
        subdirectories[:] = sorted(
            name for name in subdirectories if not excluded(_name(here / name, source), patterns)
        )
        links = [here / name for name in subdirectories if (here / name).is_symlink()]
        if links:
            raise InputError(f"{links[0]} is a symbolic link to a directory: copy the directory, or exclude the link.")
        for file in files:
            path = here / file
            name = _name(path, source)
            if not excluded(name, patterns):
                if not path.is_file():
                    raise InputError(f"{path} is neither a file nor a link to one: exclude it.")
                yield name, path


def _unreadable(error: OSError) -> None:
    raise error


def _name(path: Path, source: Path) -> str:
    return path.relative_to(source).as_posix()


def build(files: Mapping[str, Path], compress: bool) -> bytes:
    """Return the zip of these files.

    Raises InputError when Lambda would not accept it in a request.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, path in files.items():
            executable = bool(path.stat().st_mode & stat.S_IXUSR)
            archive.writestr(_entry(name, executable, compress), path.read_bytes())
    content = buffer.getvalue()
    if len(content) > ZIPPED_LIMIT:
        remedy = "exclude some files, or upload it through S3" if compress else "set compress, or exclude some files"
        raise InputError(
            f"The package has {len(content)} bytes, but Lambda accepts at most {ZIPPED_LIMIT} in a request: {remedy}."
        )
    return content


def _entry(name: str, executable: bool, compress: bool) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = _UNIX
    entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    return entry


def members(content: bytes | None, where: Path) -> dict[str, Member]:
    """Return the files of a zip; {} for no zip.

    Raises InputError when the bytes are no zip: they are not ours to overwrite.
    """
    if content is None:
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            return {entry.filename: _member(entry, archive.read(entry)) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise InputError(f"dest {where} exists and is no zip archive that can be read: {error}.") from error


def _member(entry: zipfile.ZipInfo, content: bytes) -> Member:
    executable = bool((entry.external_attr >> 16) & stat.S_IXUSR)
    return Member(executable, hashlib.sha256(content).hexdigest())


def code_sha256(content: bytes) -> str:
    """Return the digest as Lambda reports it in CodeSha256."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def settings(content: bytes | None, where: Path) -> dict[str, Any]:
    """Return what is compared and shown in the diff; {} for no zip."""
    if content is None:
        return {}
    files = members(content, where)
    return {
        "path": str(where),
        "sha256_base64": code_sha256(content),
        "files": {name: str(files[name]) for name in sorted(files)},
    }


def sentence(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """Say what happens to the package; None when it is already right."""
    if before == after:
        return None
    path = after["path"]
    if not before:
        number = len(after["files"])
        return f"create package {path} of {number} {'file' if number == 1 else 'files'}"
    old, new = before["files"], after["files"]
    changes = [f"add {name}" for name in new if name not in old]
    changes += [f"change {name}" for name in new if name in old and old[name] != new[name]]
    changes += [f"remove {name}" for name in old if name not in new]
    if not changes:
        return f"rewrite package {path}, its files unchanged"
    more = f" and {len(changes) - _LISTED} more" if len(changes) > _LISTED else ""
    return f"update package {path}: {', '.join(changes[:_LISTED])}{more}"


def write(content: bytes, path: Path) -> None:
    """Put the zip in place in one step, so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def ensure(params: Mapping[str, Any], check_mode: bool) -> Outcome:
    """Build the package in memory, and write it when the one in place differs."""
    path = Path(params["dest"])
    if path.is_dir():
        raise InputError(f"dest {path} is a directory: give the name of the zip file in it.")
    try:
        files = collect(Path(params["src"]), params["exclude"], path)
        content = build(files, params["compress"])
        before = settings(path.read_bytes() if path.exists() else None, path)
        after = settings(content, path)
        action = sentence(before, after)
        if action and not check_mode:
            write(content, path)
    except OSError as error:
        raise InputError(f"Cannot make package {path}: {error}.") from error
    package = {
        "path": str(path),
        "sha256_base64": code_sha256(content),
        "files": list(files),
        "size": len(content),
        "unzipped_size": _unzipped_size(content),
    }
    return Outcome(before, after, [action] if action else [], {"package": package})


def _unzipped_size(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(entry.file_size for entry in archive.infolist())
