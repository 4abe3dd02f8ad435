# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Tell from a command line whether it is nothing but a module for this very interpreter.

The command is put together again from what was recognised, and must come out as it went in: then no part of it was
anything that a shell would have acted upon.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
# What a process reads once, at its start: too late for an interpreter that runs already.
_READ_AT_START = re.compile(
    r"PYTHON.*|LD_.*|DYLD_.*|LC_.*|LANG|LANGUAGE|LOCPATH|MALLOC_.*|GLIBC_.*|OPENSSL_.*|HOME|BASH_ENV|ENV|IFS|PATH_LOCALE"
)


@dataclass(frozen=True)
class Command:
    """What a module's command line says. doubt: why a new interpreter has to run it; empty when none has to."""

    environment: dict[str, str] = field(default_factory=dict)
    doubt: str = ""


def recognise(line: str, interpreter: str) -> Command:
    """Read C([SHELL -c '][NAME=VALUE ...] INTERPRETER['])."""
    try:
        words = shlex.split(line)
        inner = line
        if len(words) == 3 and words[1] == "-c" and line == f"{words[0]} -c {shlex.quote(words[2])}":
            inner = words[2]
        words = shlex.split(inner)
    except ValueError:
        return Command(doubt="the command line is an unusual one")
    environment: dict[str, str] = {}
    while words and (assignment := _ASSIGNMENT.fullmatch(words[0])):
        environment[assignment[1]] = assignment[2]
        words.pop(0)
    prefix = "".join(f"{name}={shlex.quote(value)} " for name, value in environment.items())
    if len(words) != 1 or inner not in (prefix + words[0], prefix + shlex.quote(words[0])):
        return Command(doubt="the command line is an unusual one")
    if words[0] != interpreter:
        return Command(doubt="ansible_python_interpreter is not the Python of ansible-playbook")
    for name in environment:
        if _READ_AT_START.fullmatch(name):
            return Command(doubt=f"the environment sets {name}, which Python reads when it starts")
    return Command(environment)
