# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Inputs of many runs of a workflow, and the summary of how they ended. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

# As many failed inputs as a message names.
_NAMED = 20
_SHOWN_CAUSE = 120
_PERCENTILES = (50, 90, 99)


def inputs(text: str, path: str) -> list[Any]:
    """Return the inputs of a file of JSON: one list, or a value on each line. Raises ValueError with one sentence."""
    if text.lstrip().startswith("["):
        try:
            return as_list(json.loads(text), path)
        except json.JSONDecodeError as error:
            if path.endswith(".json"):
                raise ValueError(f"{path} is no JSON: line {error.lineno}, {error.msg}.") from None
    return [_value(line, number, path) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def as_list(value: Any, path: str) -> list[Any]:
    """Return the list that a file holds. Raises ValueError with one sentence for anything else."""
    if not isinstance(value, list):
        raise ValueError(f"{path} holds no list: it needs a list with one item for each input.")  # noqa: TRY004
    return value


def _value(line: str, number: int, path: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}, line {number} is no JSON: {error.msg} at column {error.colno}.") from None


def summary(invocations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return counts, percentiles of the duration in seconds, and which failed."""
    seconds = sorted(one["seconds"] for one in invocations)
    failed = [one for one in invocations if one["status"] == "failed"]
    return {
        "inputs": len(invocations),
        "completed": sum(one["status"] == "completed" for one in invocations),
        "running": sum(one["status"] == "running" for one in invocations),
        "failed": len(failed),
        "seconds": {f"p{percent}": _percentile(seconds, percent) for percent in _PERCENTILES}
        | {"longest": seconds[-1] if seconds else None},
        "failures": [_sentence(one) for one in failed[:_NAMED]]
        + ([f"and {len(failed) - _NAMED} more"] if len(failed) > _NAMED else []),
    }


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """Return the smallest value that as many percent do not exceed (nearest rank)."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1] if ordered else None


def _sentence(one: Mapping[str, Any]) -> str:
    key = f" ({one['key']})" if one["key"] else ""
    cause = " ".join(str(one["cause"] or "").split())
    shown = cause if len(cause) <= _SHOWN_CAUSE else f"{cause[:_SHOWN_CAUSE]}..."
    why = " ".join(str(part) for part in (one["service"], one["error"], shown) if part)
    return f"input {one['number']}{key}: {why}"
