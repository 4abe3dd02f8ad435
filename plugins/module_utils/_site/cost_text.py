# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A cost as text for people and as Markdown. Pure functions.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Cost = Mapping[str, Any]
_MONTH, _THOUSAND = 2, 4
# Name, how many, amount.
_Line = tuple[str, str, str]


def cost_text(cost: Cost) -> str:
    """Return a cost as lines: the sums, what else could be chosen, what is not counted."""
    lines = [heading(cost)]
    for title, rows in _tables(cost):
        wide, middle = (max(len(row[column]) for row in rows) for column in (0, 1))
        right = max(len(row[2]) for row in rows)
        lines += [f"  {title}"]
        lines += [f"    {what:{wide}}  {how_many:{middle}}  {amount:>{right}}" for what, how_many, amount in rows]
    return "\n".join([*lines, *(f"  {line}" for line in _remarks(cost))])


def markdown(cost: Cost) -> list[str]:
    """Return the same as lines of Markdown."""
    lines = ["#### Cost", "", heading(cost)]
    for title, rows in _tables(cost):
        lines += ["", f"| {title} | | |", "|---|---|--:|"]
        lines += [f"| {what} | {how_many} | {amount} |" for what, how_many, amount in rows]
    remarks = [f"- {line}" for line in _remarks(cost)]
    return [*lines, *(["", *remarks] if remarks else [])]


def heading(cost: Cost) -> str:
    """Return what the numbers are, or why there are none."""
    if "month" not in cost:
        return f"Cost in {cost['region']}: not known."
    return (
        f"Cost in {cost['region']} in {cost['currency']}: list prices as of {cost['date']}, without taxes, discounts "
        "and the free tier."
    )


def _tables(cost: Cost) -> Iterator[tuple[str, list[_Line]]]:
    if "month" not in cost:
        return
    month, thousand = cost["month"], cost["thousand_executions"]
    now = [] if month["now"] is None else [("as it is now", "", f"{month['now']:.{_MONTH}f}")]
    yield f"A month of {month['hours']} hours", [*_table(month, _MONTH), *now]
    if thousand["items"]:
        yield f"1,000 executions of {thousand['seconds']:g} s each", _table(thousand, _THOUSAND)
    if cost["choices"]:
        rows = [(one["what"], "", f"{one['month']:.{_MONTH}f}") for one in cost["choices"]]
        yield "The same month with another choice", rows


def _table(part: Mapping[str, Any], digits: int) -> list[_Line]:
    rows = [(item["what"], item["how_many"], _amount(item, digits)) for item in part["items"]]
    return [*rows, ("together", "", _amount(part, digits))]


def _amount(part: Mapping[str, Any], digits: int) -> str:
    least, most = part["least"], part["most"]
    if most is None:
        return f"{least:.{digits}f} and more"
    return f"{least:.{digits}f}" if most == least else f"{least:.{digits}f} to {most:.{digits}f}"


def _remarks(cost: Cost) -> Iterator[str]:
    if not cost["billed"].get("whole", True):
        yield "This run looked at a part of the site only, and counts no more than that."
    yield from cost.get("remarks") or []
    yield from cost["missing"]
    yield from (f"Not counted: {one}." for one in cost.get("not_counted") or [])
