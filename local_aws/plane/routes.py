# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Which route of an HTTP API takes a request ("Create routes for HTTP APIs"): pure, on route keys.

The page says nothing of a slash at the end. AWS's own Lambda test tool (aws/aws-lambda-dotnet, LambdaTestTool-v2)
does not take it off, lets {proxy+} be empty behind it, and demands something for {name}: so does this.
"""

from __future__ import annotations

import dataclasses
import urllib.parse
from collections.abc import Iterable, Mapping

DEFAULT = "$default"
_LITERAL, _PARAMETER, _GREEDY = 1, 2, 3


@dataclasses.dataclass(frozen=True)
class Match:
    """A route key that takes the request, and its path parameters (decoded)."""

    route_key: str
    parameters: Mapping[str, str]


def select(route_keys: Iterable[str], method: str, path: str) -> Match | None:
    """The most specific match: of the whole path, then by {proxy+}, then $default; None when there is none."""
    best: tuple[tuple[int, ...], Match] | None = None
    fallback = None
    for key in route_keys:
        if key == DEFAULT:
            fallback = Match(key, {})
            continue
        verb, _, template = key.partition(" ")
        if verb not in {method, "ANY"}:
            continue
        found = _match(template, path)
        if found is None:
            continue
        kinds, parameters = found
        # In each of the two, segment by segment a literal beats a parameter, which beats {proxy+}; then a method ANY.
        rank = (_GREEDY in kinds, *kinds, verb != method)
        if best is None or rank < best[0]:
            best = rank, Match(key, parameters)
    return best[1] if best is not None else fallback


def _match(template: str, path: str) -> tuple[list[int], dict[str, str]] | None:
    """The kind of each segment and the parameters; None for no match."""
    wanted, given = template.strip("/").split("/"), path.removeprefix("/").split("/")
    kinds: list[int] = []
    parameters: dict[str, str] = {}
    for index, segment in enumerate(wanted):
        if index >= len(given):
            return None
        if segment.startswith("{") and segment.endswith("+}"):
            parameters[segment[1:-2]] = urllib.parse.unquote("/".join(given[index:]))
            return [*kinds, _GREEDY], parameters
        if segment.startswith("{") and segment.endswith("}"):
            if not given[index]:
                return None
            parameters[segment[1:-1]] = urllib.parse.unquote(given[index])
            kinds.append(_PARAMETER)
        elif segment == given[index]:
            kinds.append(_LITERAL)
        else:
            return None
    return (kinds, parameters) if len(wanted) == len(given) else None
