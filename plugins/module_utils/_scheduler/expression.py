# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""When a schedule starts its target: what Scheduler's expressions look like. Pure functions only.

Private to the collection. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)(s?)\)")
_CRON = re.compile(r"cron\((\S+ \S+ \S+ \S+ \S+ \S+)\)")
_AT = re.compile(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)")


def finding(expression: str) -> str | None:
    """Return what is wrong with an expression, without its name; None when all is well."""
    rate = _RATE.fullmatch(expression)
    if rate:
        number, unit, plural = rate.groups()
        right = f"rate({number} {unit}{'' if number == '1' else 's'})"
        return None if (number == "1") == (not plural) else f"is {expression}: Scheduler writes {right}."
    cron = _CRON.fullmatch(expression)
    if cron:
        _minutes, _hours, day, _month, weekday, _year = cron[1].split()
        if (day == "?") == (weekday == "?"):
            return f"is {expression}: either the day of the month or that of the week is '?', and not both."
        return None
    if _AT.fullmatch(expression):
        return None
    return f"is {expression!r}: it is rate(10 minutes), cron(0 6 * * ? *) with six fields, or at(2030-01-31T06:00:00)."
