# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Execution logs in CloudWatch Logs, one document per history event.

Follows "Logging using CloudWatch Logs" of the developer guide: level ALL, ERROR, FATAL or OFF, execution data only on
request. moto stores the configuration and logs nothing.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from moto.logs.models import logs_backends
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from local_aws import identity, logs
from local_aws.sfn.errors import api_error

LEVELS = ("ALL", "ERROR", "FATAL", "OFF")
FATAL_EVENTS = frozenset({"ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"})
ERROR_ENDINGS = ("Failed", "TimedOut", "Aborted")
EXECUTION_DATA = frozenset(
    {"input", "inputDetails", "output", "outputDetails", "parameters", "assignedVariables", "assignedVariablesDetails"}
)
_DESTINATION = re.compile(r"arn:aws[a-z-]*:logs:([a-z0-9-]+):(\d{12}):log-group:([^:]+):\*")
# What the state machine's role needs, on any resource, before Step Functions accepts the configuration.
DELIVERY_ACTIONS = ("logs:CreateLogDelivery", "logs:UpdateLogDelivery", "logs:DescribeLogGroups")


def checked(configuration: Mapping[str, Any] | None, role_arn: str) -> dict[str, Any]:
    """The configuration with its defaults; InvalidLoggingConfiguration or AccessDeniedException."""
    given = configuration or {}
    level = given.get("level") or "OFF"
    destinations = given.get("destinations") or []
    if level not in LEVELS or len(destinations) > 1 or (level != "OFF" and not destinations):
        raise _invalid("Must specify exactly one Log Destination.")
    result: dict[str, Any] = {"level": level, "includeExecutionData": bool(given.get("includeExecutionData", False))}
    if destinations:
        arn = (destinations[0].get("cloudWatchLogsLogGroup") or {}).get("logGroupArn")
        _check_destination(arn)
        if not all(identity.role_allows(role_arn, action, "*") for action in DELIVERY_ACTIONS):
            message = "The state machine IAM Role is not authorized to access the Log Destination"
            raise api_error("AccessDeniedException", message)
        result["destinations"] = [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]
    return result


def session_for(configuration: Mapping[str, Any], execution_arn: str, machine_name: str) -> Session | None:
    """What writes one execution's events; None when nothing is to be logged."""
    if configuration["level"] == "OFF":
        return None
    match = _DESTINATION.fullmatch(configuration["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"])
    if match is None:
        return None
    region, account, group = match.groups()
    include = bool(configuration["includeExecutionData"])
    return Session(configuration["level"], include, execution_arn, machine_name, (account, region, group))


class Session:
    """The events of one execution on their way to a log group; moto's event manager calls record()."""

    def __init__(
        self, level: str, include_data: bool, execution_arn: str, machine_name: str, target: tuple[str, str, str]
    ) -> None:
        self.level = level
        self.include_data = include_data
        self.execution_arn = execution_arn
        self.machine_name = machine_name
        self.target = target

    def record(self, event: Mapping[str, Any]) -> None:
        """Write one history event if the level asks for it."""
        if is_logged(self.level, str(event["type"])):
            text = json.dumps(self.document(event), separators=(",", ":"), default=str)
            logs.put(*self.target, self._stream(), [text])

    def document(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The log document of a history event."""
        moment = datetime.datetime.fromisoformat(str(event["timestamp"]))
        document = {
            "id": str(event["id"]),
            "type": str(event["type"]),
            "details": {},
            "previous_event_id": str(event["previousEventId"]),
            "event_timestamp": str(round(moment.timestamp() * 1000)),
            "execution_arn": self.execution_arn,
            "redrive_count": "0",
        }
        for name, value in event.items():
            if name.endswith("EventDetails"):
                hidden = frozenset() if self.include_data else EXECUTION_DATA
                document["details"] = {key: item for key, item in value.items() if key not in hidden}
        return document

    def _stream(self) -> str:
        """One stream a day; AWS's ends in characters of its own choice."""
        day = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d-00-00")
        return f"states/{self.machine_name}/{day}/{hashlib.sha256(self.machine_name.encode()).hexdigest()[:8]}"


def is_logged(level: str, event_type: str) -> bool:
    """Whether a level includes an event type (developer guide, "Log levels")."""
    if level == "ALL":
        return True
    if level == "FATAL":
        return event_type in FATAL_EVENTS
    return level == "ERROR" and (event_type == "FailStateEntered" or event_type.endswith(ERROR_ENDINGS))


def apply() -> None:
    """Hand each event to our session; moto's own writes nothing that CloudWatch Logs accepts."""

    def _publish_history_log(self: Any, **event: Any) -> None:
        if isinstance(self._cloud_watch_logging_session, Session):
            self._cloud_watch_logging_session.record(
                {
                    "id": event["event_id"],
                    "previousEventId": event["source_event_id"],
                    "type": getattr(event["event_type"], "value", event["event_type"]),
                    "timestamp": event["timestamp"],
                    **(event["event_details"] or {}),
                }
            )

    EventManager._publish_history_log = _publish_history_log


def _check_destination(arn: Any) -> None:
    match = _DESTINATION.fullmatch(arn) if isinstance(arn, str) else None
    if match is None:
        raise _invalid("Log Destination must be the ARN of a log group that ends in ':*'.")
    region, account, group = match.groups()
    if group not in logs_backends[account][region].groups:
        raise _invalid("Log Destination not found.")


def _invalid(reason: str) -> Exception:
    return api_error("InvalidLoggingConfiguration", f"Invalid Logging Configuration: {reason}")
