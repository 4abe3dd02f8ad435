# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of intrinsic functions, as States.Format('{}', $.name): which there are, and with how many arguments.

Facts: https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach

INTRINSIC = re.compile(r"States\.[A-Z]\w*\(")
_CALL = re.compile(r"States\.(\w*)\(")
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_MANY = 10_000
_CLOSERS = {")": "(", "]": "["}


class _Call(NamedTuple):
    name: str
    arguments: list[str]


# Fewest and most arguments.
FUNCTIONS: dict[str, tuple[int, int]] = {
    "Array": (0, _MANY),
    "ArrayPartition": (2, 2),
    "ArrayContains": (2, 2),
    "ArrayRange": (3, 3),
    "ArrayGetItem": (2, 2),
    "ArrayLength": (1, 1),
    "ArrayUnique": (1, 1),
    "Base64Encode": (1, 1),
    "Base64Decode": (1, 1),
    "Hash": (2, 2),
    "JsonMerge": (3, 3),
    "StringToJson": (1, 1),
    "JsonToString": (1, 1),
    "MathRandom": (2, 3),
    "MathAdd": (2, 2),
    "StringSplit": (2, 2),
    "UUID": (0, 0),
    "Format": (1, _MANY),
}


def check(text: str, pointer: str) -> Iterator[Finding]:
    """Check a text that begins with an intrinsic function, those inside of it too."""
    waiting = [text]
    while waiting:
        written = waiting.pop()
        call = _read(written)
        if call is None:
            yield breach("intrinsic-syntax", pointer, f"{written!r} is not one closed call, or leaves an argument out.")
            continue
        if call.name not in FUNCTIONS:
            yield breach("intrinsic-unknown", pointer, f"There is no intrinsic function States.{call.name}.")
        else:
            yield from _number_of_arguments(call, pointer)
        waiting += [argument for argument in call.arguments if _CALL.match(argument)]


def _number_of_arguments(call: _Call, pointer: str) -> Iterator[Finding]:
    fewest, most = FUNCTIONS[call.name]
    given, because = len(call.arguments), ""
    if call.name == "Format" and call.arguments and _TEXT.fullmatch(call.arguments[0]):
        gaps = _ESCAPED.sub(" ", call.arguments[0]).count("{}")
        fewest, most, because = gaps + 1, gaps + 1, f": its text has {gaps} {{}}"
    if not fewest <= given <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} or more" if most == _MANY else f"{fewest} to {most}"
        sentence = f"States.{call.name} takes {wanted} arguments, not {given}{because}."
        yield breach("intrinsic-arguments", pointer, sentence)


def _read(text: str) -> _Call | None:
    """Take a call apart; None for what is not exactly one call with all its arguments."""
    start = _CALL.match(text)
    if start is None:
        return None
    opened, arguments, begun, position = ["("], list[str](), start.end(), start.end()
    while position < len(text) and opened:
        quoted = _TEXT.match(text, position)
        character = text[position]
        if quoted:
            position = quoted.end()
            continue
        if character in "'\"":
            return None
        if character in "([":
            opened.append(character)
        elif character in _CLOSERS and opened.pop() != _CLOSERS[character]:
            return None
        if (character == "," and len(opened) == 1) or not opened:
            arguments.append(text[begun:position].strip())
            begun = position + 1
        position += 1
    if opened or text[position:].strip():
        return None
    if arguments == [""]:
        return _Call(start[1], [])
    return _Call(start[1], arguments) if all(arguments) else None
