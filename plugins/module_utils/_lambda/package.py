# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Deployment packages of Lambda functions: the same files always make the same zip, byte for byte.

Names are sorted; times, owners and all permission bits but "executable" are fixed. Files are stored rather than
compressed, because compressed bytes differ between versions of zlib, and with them Lambda's CodeSha256.
Nothing here talks to AWS or to Ansible, and nothing is written.

Private to the collection.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

# Bytes, Lambda quotas: a zip that is uploaded in the request, and the function with its layers unpacked.
ZIPPED_LIMIT = 50 * 1024 * 1024
UNZIPPED_LIMIT = 250 * 1024 * 1024
ALWAYS_EXCLUDED = ("__pycache__", "*.pyc", "*.pyo")

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3


@dataclass(frozen=True)
class Package:
    """The bytes of a zip, and their digest as Lambda reports it in CodeSha256."""

    content: bytes = field(repr=False)
    sha256: str


def from_directory(source: Path, patterns: list[str]) -> Package:
    """Pack the files of a directory. patterns: what is left out.

    Raises InputError when there is nothing to pack, or Lambda would not accept it.
    """
    try:
        return _package(build(collect(source, patterns)), f"The package of {source}", "exclude some files")
    except OSError as error:
        raise InputError(f"Cannot pack {source}: {error}.") from error


def from_zip(path: Path) -> Package:
    """Read a zip that somebody else has made. Raises InputError when it is none, or Lambda would not accept it."""
    try:
        content = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unzipped = sum(entry.file_size for entry in archive.infolist())
    except OSError as error:
        raise InputError(f"Cannot read zip_file {path}: {error}.") from error
    except zipfile.BadZipFile as error:
        raise InputError(f"zip_file {path} is no zip archive that can be read: {error}.") from error
    if not unzipped:
        raise InputError(f"zip_file {path} is empty, and Lambda refuses an empty package.")
    _check_unzipped(unzipped, path)
    return _package(content, f"zip_file {path}", "leave out some files")


def _package(content: bytes, what: str, remedy: str) -> Package:
    if len(content) > ZIPPED_LIMIT:
        raise InputError(
            f"{what} has {len(content)} bytes, but Lambda accepts at most {ZIPPED_LIMIT} in a request: {remedy}."
        )
    return Package(content, code_sha256(content))


def code_sha256(content: bytes) -> str:
    """Return the digest as Lambda reports it in CodeSha256."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _check_unzipped(size: int, what: Path) -> None:
    if size >= UNZIPPED_LIMIT:
        raise InputError(
            f"The files of {what} have {size} bytes, but a Lambda function must have less than {UNZIPPED_LIMIT}"
            " unzipped: leave out some of them."
        )


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


def collect(source: Path, patterns: list[str]) -> dict[str, Path]:
    """Return the files of a directory by their names in the package, sorted.

    Raises InputError for what a package cannot hold, and when nothing is left.
    """
    if not source.is_dir():
        raise InputError(f"source {source} is no directory.")
    found = dict(_walk(source, [*ALWAYS_EXCLUDED, *patterns]))
    if not found:
        raise InputError(f"source {source} has no file to pack, and Lambda refuses an empty package.")
    _check_unzipped(sum(path.stat().st_size for path in found.values()), source)
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


def build(files: Mapping[str, Path]) -> bytes:
    """Return the zip of these files, in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, path in files.items():
            executable = bool(path.stat().st_mode & stat.S_IXUSR)
            archive.writestr(_entry(name, executable), path.read_bytes())
    return buffer.getvalue()


def _entry(name: str, executable: bool) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = _UNIX
    entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    entry.compress_type = zipfile.ZIP_STORED
    return entry
