# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""When a schedule of EventBridge Scheduler starts its target; pure.

Follows "Schedule types" of the user guide. Of cron's characters W and # are not known here.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

_RATE = re.compile(r"rate\(([1-9]\d*) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
# Scheduler counts the days of the week from Sunday, 1.
_WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)}
_YEARS = (1970, 2199)
_DAYS_AHEAD = 366 * 8


class BadExpression(ValueError):
    """The expression is none that Scheduler takes."""


def check(expression: str, timezone: str) -> None:
    """Raise BadExpression, or NotImplementedError for what only AWS understands."""
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    following(expression, timezone, now, now)


def following(
    expression: str, timezone: str, created: datetime.datetime, after: datetime.datetime
) -> datetime.datetime | None:
    """The first time at or after `after`; None for never again. A rate counts from the creation, itself a time."""
    zone = _zone(timezone)
    rate, cron, once = _RATE.fullmatch(expression), _CRON.fullmatch(expression), _AT.fullmatch(expression)
    if rate:
        step = datetime.timedelta(seconds=int(rate[1]) * _SECONDS[rate[2]])
        return created + step * max(0, -((created - after) // step))
    if once:
        moment = datetime.datetime.fromisoformat(once[1]).replace(tzinfo=zone)
        return moment.astimezone(datetime.UTC) if moment >= after else None
    if cron:
        return _cron(cron.groups(), zone, after)
    raise BadExpression(f"Invalid Schedule Expression {expression}.")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadExpression(f"Invalid Schedule Expression Timezone {name}.") from error


def _cron(fields: tuple[str, ...], zone: ZoneInfo, after: datetime.datetime) -> datetime.datetime | None:
    minutes, hours = _values(fields[0], 0, 59), _values(fields[1], 0, 23)
    months, years = _values(fields[3], 1, 12, _MONTHS), _values(fields[5], *_YEARS)
    local = after.astimezone(zone)
    day = local.date()
    for _ in range(_DAYS_AHEAD):
        if day.month in months and day.year in years and day.day in _days(fields[2], fields[4], day):
            for moment in _moments(day, sorted(hours), sorted(minutes), zone):
                if moment >= after:
                    return moment.astimezone(datetime.UTC)
        day += datetime.timedelta(days=1)
    return None


def _moments(day: datetime.date, hours: list[int], minutes: list[int], zone: ZoneInfo) -> Iterator[datetime.datetime]:
    for hour in hours:
        for minute in minutes:
            yield datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


def _days(days: str, weekdays: str, day: datetime.date) -> set[int]:
    """The days of a month on which the expression holds."""
    if (days == "?") == (weekdays == "?"):
        raise BadExpression("Either the day of the month or the day of the week is '?'.")
    last = calendar.monthrange(day.year, day.month)[1]
    if weekdays == "?":
        return {last} if days == "L" else _values(days, 1, 31)
    wanted = {7} if weekdays == "L" else _values(weekdays, 1, 7, _WEEKDAYS)
    month = (datetime.date(day.year, day.month, number) for number in range(1, last + 1))
    return {each.day for each in month if each.isoweekday() % 7 + 1 in wanted}


def _values(field: str, low: int, high: int, names: dict[str, int] | None = None) -> set[int]:
    """The values of one field: *, ?, numbers or names, lists, ranges and steps."""
    if re.search(r"[W#]|L.", field) and not (names and field.upper() in names):
        raise NotImplementedError(f"{field} in a cron expression")
    values: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span in ("*", "?"):
            begin, end = low, high
        else:
            begin = _number(first, names)
            end = _number(last, names) if last else high if step else begin
        if not low <= begin <= end <= high or (step and not step.isdigit()) or step == "0":
            raise BadExpression(f"Parameter {field} is not valid.")
        values |= set(range(begin, end + 1, int(step or 1)))
    return values


def _number(text: str, names: dict[str, int] | None) -> int:
    if names and text.upper() in names:
        return names[text.upper()]
    if not text.isdigit():
        raise BadExpression(f"Parameter {text} is not valid.")
    return int(text)
