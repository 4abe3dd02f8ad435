# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Keep the compiled templates of this collection's roles and playbooks, over tasks and runs.

Ansible forks for each task, and each fork compiles for itself every template that it comes upon. Here it adds what it
has compiled to a file, which the next run reads before the first fork. Kept is code alone, made from files of this
collection that are not encrypted: what inventories, vaults and command lines say is compiled each time. How Ansible
compiles is private to it: where that is not as known, everything is as without this.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

import jinja2
from ansible import __version__ as core_version
from jinja2 import nodes

from .private_folder import write_whole

if TYPE_CHECKING:
    from jinja2 import Environment

FORMAT = 1
# Far more than all playbooks of this collection need; then the next run begins anew.
LIMIT_BYTES = 32 * 2**20
OPTIONS = ("allow_embedded_templates", "sandbox_mode")
_LENGTH_BYTES = 4
_DIGEST_BYTES = 16
_HEAD_BYTES = _LENGTH_BYTES + _DIGEST_BYTES
_VAULT = b"$ANSIBLE_VAULT"

# Whether backslashes are escaped, and the text.
Key = tuple[bool, str]
# Filters and tests that a template calls, with what each is given beside its arguments: the code depends on that.
Calls = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Compiled:
    code: CodeType
    calls: Calls

    def fits(self, environment: Environment) -> bool:
        """Whether its filters and tests are called in the same way still."""
        return all(_passed(environment, kind, name) == passed for kind, name, passed in self.calls)


class Templates:
    """folder: where the file is, ours alone. collection: the folder of the collection whose templates are kept."""

    def __init__(self, folder: Path, collection: str) -> None:
        self._folder = folder
        folders = {name: os.path.join(collection, name) for name in ("files", "playbooks", "roles")}
        # In a checkout, Ansible may come upon each by two ways.
        both = {name: {path, os.path.realpath(path)} for name, path in folders.items()}
        self._below = tuple(f"{path}/" for path in both["files"] | both["roles"])
        # Not below: beside the playbooks there may be variables of the user's.
        self._in = both["playbooks"]
        self._kept: dict[Key, Compiled] = {}
        self._file = -1
        self._is_ours: dict[str, bool] = {}

    def install(self) -> None:
        """Change how this process and its forks compile templates; C(OSError) when the file cannot be used."""
        known = _internals()
        if known is None:
            return
        self._context, self._origin, environment = known.context, known.origin, known.environment
        settings = [FORMAT, core_version, jinja2.__version__, sys.version, known.options]
        path = self._folder / f"templates-{hashlib.sha256(repr(settings).encode()).hexdigest()[:16]}.marshal"
        self._kept = _read(path)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        compile_ = environment.compile

        def compiled(self_: Any, source: Any, *arguments: Any, **keywords: Any) -> Any:
            plain = isinstance(source, str) and not (arguments or keywords or self_.overlayed)
            return self._code(self_, source, compile_) if plain else compile_(self_, source, *arguments, **keywords)

        environment.compile = compiled

    def _ours(self, source: str) -> bool:
        origin = self._origin.get_tag(source)
        path = str(origin.path or "") if origin else ""
        if path not in self._is_ours:
            is_below = path.startswith(self._below) or os.path.dirname(path) in self._in
            self._is_ours[path] = is_below and not _is_encrypted(path)
        return self._is_ours[path]

    def _code(
        self, environment: Environment, source: str, compile_: Callable[[Environment, Any], CodeType]
    ) -> CodeType:
        context = self._context.current(optional=True)
        key = (bool(context and context.escape_backslashes), str.__str__(source))
        found = self._kept.get(key)
        if found is None or not found.fits(environment):
            try:
                tree = environment._parse(source, None, None)
                found = Compiled(compile_(environment, tree), tuple(_calls(environment, tree)))
            except jinja2.TemplateSyntaxError:
                # Ansible's own way tells where the mistake is.
                return compile_(environment, source)
            self._kept[key] = found
            if self._ours(source):
                self._add(key, found)
        return found.code

    def _add(self, key: Key, made: Compiled) -> None:
        """Add to the file at once, since a fork never learns that it ends."""
        said = marshal.dumps((key, made.code, made.calls))
        with contextlib.suppress(OSError):
            os.write(self._file, len(said).to_bytes(_LENGTH_BYTES) + _digest(said) + said)


def _digest(said: bytes) -> bytes:
    return hashlib.blake2b(said, digest_size=_DIGEST_BYTES).digest()


def _is_encrypted(path: str) -> bool:
    """Whether a file is a vault; its texts do not say so themselves. In doubt it is."""
    try:
        with open(path, "rb") as file:
            return file.read(len(_VAULT)) == _VAULT
    except OSError:
        return True


@dataclass(frozen=True)
class _Internals:
    """How Ansible compiles. options: what the user can set that the code of a template depends on."""

    environment: Any
    context: Any
    origin: Any
    options: list[str]


def _internals() -> _Internals | None:
    """Return how Ansible compiles, where that is as known."""
    try:
        from ansible._internal._datatag._tags import Origin
        from ansible._internal._templating._jinja_bits import AnsibleEnvironment, _TemplateCompileContext
        from ansible._internal._templating._jinja_common import _TemplateConfig

        is_known = (
            AnsibleEnvironment.compile is jinja2.Environment.compile
            and AnsibleEnvironment._debuggable_template_source is False
            # Code of the user's, which may change without a word.
            and not _TemplateConfig.jinja_extensions
            and "escape_backslashes" in _TemplateCompileContext.__dataclass_fields__
        )
        options = [repr(getattr(_TemplateConfig, name)) for name in OPTIONS]
    except (ImportError, AttributeError):
        return None
    return _Internals(AnsibleEnvironment, _TemplateCompileContext, Origin, options) if is_known else None


def _calls(environment: Environment, tree: nodes.Template) -> Iterator[tuple[str, str, str]]:
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        kind = "filters" if isinstance(node, nodes.Filter) else "tests"
        yield kind, str.__str__(node.name), _passed(environment, kind, node.name)


def _passed(environment: Environment, kind: str, name: str) -> str:
    """Return what a filter or test wants before its arguments, or that it is not there."""
    function = getattr(environment, kind).get(name)
    return "missing" if function is None else str(getattr(function, "jinja_pass_arg", ""))


def _read(path: Path) -> dict[Key, Compiled]:
    """Return what is kept, and write the file anew if it has what is not needed."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    records = list(_records(content))
    kept = {key: Compiled(code, calls) for _record, (key, code, calls) in records}
    once = {key: record for record, (key, _code, _calls) in records}
    needed = b"".join(once.values())
    if len(needed) > LIMIT_BYTES:
        kept, needed = {}, b""
    if len(needed) < len(content):
        write_whole(path, needed)
    return kept


def _records(content: bytes) -> Iterator[tuple[bytes, tuple[Key, CodeType, Calls]]]:
    """Yield each record and what it says, up to the first that is not whole."""
    start = 0
    while start < len(content):
        head = content[start : start + _HEAD_BYTES]
        length = int.from_bytes(head[:_LENGTH_BYTES])
        end = start + _HEAD_BYTES + length
        said = content[start + _HEAD_BYTES : end]
        if len(said) != length or head[_LENGTH_BYTES:] != _digest(said):
            return
        yield content[start:end], marshal.loads(said)
        start = end
