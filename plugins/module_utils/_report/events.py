# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""History events in one form, whether boto3 has returned them or the AWS CLI has printed them.

Private to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError


@dataclass(frozen=True)
class Event:
    """One event. at: seconds since 1970. details: as AWS names them."""

    id: int
    previous: int
    at: float
    type: str
    details: dict[str, Any]

    def text(self, key: str) -> str | None:
        """Return a detail that is a text, None when it is not there."""
        value = self.details.get(key)
        return None if value is None else str(value)


def read(events: list[dict[str, Any]]) -> list[Event]:
    """Return events in the order of their ids. Raises InputError when they are not events."""
    try:
        return sorted((_event(event) for event in events), key=lambda event: event.id)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"The history is not what get-execution-history returns: {type(error).__name__} {error}."
        ) from error


def _event(event: dict[str, Any]) -> Event:
    details: Any = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
    return Event(
        int(event["id"]), int(event.get("previousEventId") or 0), seconds(event["timestamp"]), event["type"], details
    )


def seconds(moment: datetime | float | str) -> float:
    """Return a moment in seconds since 1970: boto3 gives a datetime, the AWS CLI a number or ISO 8601."""
    if isinstance(moment, (int, float)):
        return float(moment)
    found = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
