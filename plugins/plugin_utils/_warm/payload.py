# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Read the wrapper that Ansible sends for a Python module: which module, its arguments, and the zip of its code.

The wrapper is private to ansible-core. What is not exactly as known here is refused, and the wrapper then runs as is.
"""

from __future__ import annotations

import ast
import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

_CALL = b"\n    _ansiballz_main(\n"
_NEEDED = {"ansible_module", "module_fqn", "profile", "params", "zip_data"}
_UNUSED = {"date_time"}
# They change how a module is run; without a value they do nothing.
_MUST_BE_EMPTY = {"rlimit_nofile", "extensions"}


class UnknownPayloadError(Exception):
    """The payload is none that a warm interpreter can run: one clause that says why."""


@dataclass(frozen=True)
class Payload:
    """A module as Ansible sends it. code: the zip, in base64."""

    name: str
    module: str
    profile: str
    params: str
    code: str

    @property
    def digest(self) -> str:
        return hashlib.blake2b(self.code.encode(), digest_size=16).hexdigest()

    def write_archive(self, folder: Path) -> Path:
        """Put the zip into a folder of its own, once, under the name that it has without a warm interpreter."""
        path = folder / self.digest / f"ansible_{self.name}_payload.zip"
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}")
            part.write_bytes(_decoded(self.code))
            part.replace(path)
        return path


def parse(data: bytes) -> Payload:
    """Return what the wrapper's one call says; C(UnknownPayloadError) on anything unexpected."""
    start = data.rfind(_CALL)
    if start < 0:
        raise UnknownPayloadError("the payload has no call of its wrapper")
    arguments = _arguments(data[start + len(_CALL) :].decode())
    missing = _NEEDED - set(arguments)
    unknown = set(arguments) - _NEEDED - _MUST_BE_EMPTY
    if missing or unknown:
        raise UnknownPayloadError("the payload is of another version of ansible-core")
    for name in _MUST_BE_EMPTY & set(arguments):
        if arguments[name]:
            raise UnknownPayloadError(f"the payload sets {name}")
    values = {name: str(arguments[name]) for name in _NEEDED}
    if "/" in values["ansible_module"]:
        raise UnknownPayloadError("the module has no usual name")
    return Payload(
        name=values["ansible_module"],
        module=values["module_fqn"],
        profile=values["profile"],
        params=values["params"],
        code=values["zip_data"],
    )


def _arguments(call: str) -> dict[str, object]:
    """Read C(name=literal,) line by line: no literal of Python's own making has a line feed in it."""
    *lines, end, rest = call.split("\n")
    if end != ")" or rest:
        raise UnknownPayloadError("the payload does not end with its call")
    found: dict[str, object] = {}
    for line in lines:
        name, _equals, literal = line.rstrip(",").partition("=")
        if name in _UNUSED:
            continue
        try:
            found[name] = ast.literal_eval(literal)
        except (ValueError, SyntaxError):
            raise UnknownPayloadError("the payload has arguments that are no literals") from None
    return found


def _decoded(code: str) -> bytes:
    try:
        return base64.b64decode(code, validate=True)
    except binascii.Error:
        raise UnknownPayloadError("the payload's code is no base64") from None
