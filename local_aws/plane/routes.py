# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Which route of an HTTP API takes a request ("Create routes for HTTP APIs"): pure, on route keys."""

from __future__ import annotations

import dataclasses
import urllib.parse
from collections.abc import Iterable, Mapping

DEFAULT = "$default"


@dataclasses.dataclass(frozen=True)
class Match:
    """A route key that takes the request, and its path parameters (decoded)."""

    route_key: str
    parameters: Mapping[str, str]


def select(route_keys: Iterable[str], method: str, path: str) -> Match | None:
    """The most specific match: method and path, then ANY or greedy ones, then $default; None when there is none."""
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
        # Segment by segment a literal beats a parameter, a parameter beats {proxy+}; then the method beats ANY.
        rank = (*kinds, 0, 0 if verb == method else 1)
        if best is None or rank < best[0]:
            best = rank, Match(key, parameters)
    return best[1] if best is not None else fallback


def _match(template: str, path: str) -> tuple[list[int], dict[str, str]] | None:
    """The kind of each segment (1 literal, 2 parameter, 3 greedy) and the parameters; None for no match."""
    wanted, given = template.strip("/").split("/"), path.removeprefix("/").split("/")
    kinds: list[int] = []
    parameters: dict[str, str] = {}
    for index, segment in enumerate(wanted):
        if segment.startswith("{") and segment.endswith("+}"):
            rest = "/".join(given[index:])
            if not rest:
                return None
            parameters[segment[1:-2]] = urllib.parse.unquote(rest)
            return [*kinds, 3], parameters
        if index >= len(given):
            return None
        if segment.startswith("{") and segment.endswith("}"):
            if not given[index]:
                return None
            parameters[segment[1:-1]] = urllib.parse.unquote(given[index])
            kinds.append(2)
        elif segment == given[index]:
            kinds.append(1)
        else:
            return None
    return (kinds, parameters) if len(wanted) == len(given) else None
