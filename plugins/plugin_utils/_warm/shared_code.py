# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The code of all payloads of a run, imported once, so that each fork finds it there.

Only module utilities are imported ahead, and only those of Ansible and of collections for AWS. A payload whose code
differs from what is imported already is refused. Each module sees what its own payload brings, and nothing else.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

AHEAD = (
    "ansible.module_utils.",
    "ansible_collections.amazon.aws.plugins.module_utils.",
    "ansible_collections.community.aws.plugins.module_utils.",
    "ansible_collections.orchestra.aws.plugins.module_utils.",
)
# What they are imported for runs before a module, or in another process.
NOT_AHEAD = ("._ansiballz._extensions", "._ansiballz._respawn_wrapper")
LOADER = "ansible.module_utils._internal._ansiballz._loader"
LOADER_ARGUMENTS = {"json_params", "profile", "module_fqn", "modlib_path", "extensions", "init_globals"}
USES_BOTO3 = (b"import boto3", b"import botocore", b"from botocore")


class RefusedError(Exception):
    """A payload cannot run in this interpreter: one clause that says why."""


@dataclass(frozen=True)
class Code:
    """The code of one payload. modules: dotted name -> checksum of its source."""

    archive: str
    modules: dict[str, int]


class SharedCode:
    """What is imported. on_boto3: called before the first import of code that uses boto3."""

    def __init__(self, on_boto3: Callable[[], None]) -> None:
        self._on_boto3: Callable[[], None] | None = on_boto3
        self._path = list(sys.path)
        self._known: dict[str, Code] = {}
        self._shared: dict[str, int] = {}
        self._archive = ""
        self._unfit = ""

    def expect_boto3(self) -> None:
        """Load boto3 before any payload asks for it."""
        if self._on_boto3:
            self._on_boto3()
            self._on_boto3 = None

    def admit(self, archive: str) -> Code:
        """Import what a payload shares with others; C(RefusedError) when it cannot run here."""
        if archive not in self._known:
            code = _read(archive)
            for name, checksum in code.modules.items():
                if self._shared.get(name, checksum) != checksum:
                    raise RefusedError(f"two modules of the run have different code of {name}")
            if self._on_boto3 and _uses_boto3(archive):
                self.expect_boto3()
            self._import(code)
            self._known[archive] = code
        if self._unfit:
            raise RefusedError(self._unfit)
        return self._known[archive]

    def enter(self, code: Code) -> None:
        """In the fork: make the interpreter look as if it had this payload alone."""
        self._point_to(code.archive)
        for name in self._shared:
            if name not in code.modules:
                _forget(name)
        importlib.invalidate_caches()

    def _point_to(self, archive: str) -> None:
        """Find further modules in this archive, those of packages that came from another one too."""
        for name in self._shared:
            module = sys.modules[name]
            if hasattr(module, "__path__"):
                module.__path__ = [part.replace(self._archive, archive, 1) for part in module.__path__]
        self._archive = archive
        sys.path[:] = [archive, *self._path]

    def _import(self, code: Code) -> None:
        self._point_to(code.archive)
        for name in (LOADER, *code.modules):
            if name in self._shared or not name.startswith(AHEAD) or any(part in name for part in NOT_AHEAD):
                continue
            self._import_one(name, code)
        if not _known_loader():
            self._unfit = "this version of ansible-core runs modules in another way"
        if threading.active_count() != 1:
            self._unfit = "a module utility starts threads when it is imported"

    def _import_one(self, name: str, code: Code) -> None:
        """Import a module utility, and undo that when it fails, or leaves messages for a module's result."""
        before, messages = set(sys.modules), _messages()
        try:
            importlib.import_module(name)
            clean = _messages() == messages
        except Exception:
            clean = False
        new = [one for one in sys.modules if one not in before and one in code.modules]
        if clean:
            self._shared |= {one: code.modules[one] for one in new}
            return
        _restore_messages(messages)
        for one in new:
            _forget(one)


def _read(archive: str) -> Code:
    modules: dict[str, int] = {}
    with zipfile.ZipFile(archive) as file:
        for member in file.infolist():
            if member.filename.endswith(".py"):
                name = member.filename.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                modules[name] = member.CRC
    return Code(archive, modules)


def _uses_boto3(archive: str) -> bool:
    with zipfile.ZipFile(archive) as file:
        members = [member for member in file.namelist() if member.endswith(".py")]
        return any(text in content for content in map(file.read, members) for text in USES_BOTO3)


def _forget(name: str) -> None:
    """Take a module away, from where C(import) finds it and from its package, where C(from) does."""
    module = sys.modules.pop(name, None)
    package, _dot, leaf = name.rpartition(".")
    if module is not None and getattr(sys.modules.get(package), leaf, None) is module:
        delattr(sys.modules[package], leaf)


def _known_loader() -> bool:
    loader: ModuleType | None = sys.modules.get(LOADER)
    run = getattr(loader, "run_module", None)
    return run is not None and set(inspect.signature(run).parameters) == LOADER_ARGUMENTS


def _messages() -> list[dict[Any, Any]]:
    """Return the warnings and deprecations that utilities have left for the result of a module."""
    module = sys.modules.get("ansible.module_utils.common.warnings")
    return [dict(getattr(module, name, None) or {}) for name in ("_global_warnings", "_global_deprecations")]


def _restore_messages(messages: list[dict[Any, Any]]) -> None:
    module = sys.modules.get("ansible.module_utils.common.warnings")
    for name, content in zip(("_global_warnings", "_global_deprecations"), messages, strict=True):
        held = getattr(module, name, None)
        if isinstance(held, dict):
            held.clear()
            held.update(content)
