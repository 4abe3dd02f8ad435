# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Durations, moments, sizes and numbers as people read them.

Private to the collection.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime


def duration(seconds: float) -> str:
    """Return seconds with about three digits, in the unit that suits them."""
    seconds = max(0.0, seconds)
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} days {hours} h" if hours else f"{days} days"


def moment(seconds: float) -> str:
    """Return a moment, given in seconds since 1970, in UTC with milliseconds."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.{math.floor(seconds * 1000) % 1000:03d} UTC"


def size(number: int) -> str:
    """Return a number of bytes."""
    if number < 1000:
        return counted(number, "byte")
    if number < 1_000_000:
        return f"{number / 1000:.3g} kB" if number < 999_500 else "1 MB"
    return f"{number / 1_000_000:.3g} MB"


def counted(number: int, thing: str, things: str | None = None) -> str:
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def listed(names: list[str], most: int = 3) -> str:
    """Return names as in a sentence, of many only the first."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def ticks(seconds: float, most: int = 5) -> list[float]:
    """Return round times from 0 on, up to a duration and at most so many steps apart."""
    if seconds <= 0:
        return [0.0]
    rough = seconds / most
    steps = [base * 10.0**power for power in range(-4, 1) for base in (1, 2, 5)]
    steps += [base * unit for unit in (60, 3600, 86400) for base in (0.5, 1, 2, 5, 10, 15, 30)]
    steps += [86400 * 60.0, 86400 * 90.0]
    step = next((one for one in sorted(set(steps)) if one >= rough), rough)
    return [step * number for number in range(math.floor(seconds / step + 1e-9) + 1)]
