# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Alarms and the topic they notify: what they are, what they shall be, and the difference. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
LONGEST_NAME = 255
PERIODS = (10, 20, 30)
LONGEST_WATCH = 604800
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TOPIC_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
# A subscription by e-mail has no ARN until somebody has confirmed it.
_CONFIRMED = re.compile(r"arn:.*")


@dataclass(frozen=True)
class Topic:
    """The topic that belongs to the alarms. subscriptions: e-mail address -> ARN, or a word while it is pending."""

    exists: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    subscriptions: dict[str, str] = field(default_factory=dict)

    def removable(self, wanted: Sequence[str]) -> dict[str, str]:
        """Return the confirmed subscriptions beyond those wanted; pending ones end by themselves after three days."""
        return {
            address: arn
            for address, arn in self.subscriptions.items()
            if address not in wanted and _CONFIRMED.fullmatch(arn)
        }


def validate(params: Mapping[str, Any]) -> None:
    """Raise InputError for options that CloudWatch or SNS would refuse."""
    if not params["prefix"]:
        raise InputError("prefix is empty: all alarms of the account would be taken for those of this task.")
    doubled = [name for name, count in Counter(alarm["name"] for alarm in params["alarms"]).items() if count > 1]
    if doubled:
        raise InputError(f"alarms has {doubled[0]} twice.")
    for alarm in params["alarms"]:
        _check_alarm(params["prefix"], alarm)
    for address in params["emails"]:
        if not _EMAIL.fullmatch(address):
            raise InputError(f"emails has {address!r}, which is no e-mail address.")
    if params["topic_name"] is not None and not _TOPIC_NAME.fullmatch(params["topic_name"]):
        raise InputError(f"topic_name is {params['topic_name']!r}; it must be 1 to 256 letters, digits, - or _")
    if params["emails"] and (params["topic_arn"] or not params["topic_name"]):
        raise InputError("emails need topic_name, without topic_arn: another's topic is not subscribed to.")


def _check_alarm(prefix: str, alarm: Mapping[str, Any]) -> None:
    name, period = prefix + alarm["name"], alarm["period"]
    if not alarm["name"] or len(name) > LONGEST_NAME:
        raise InputError(f"The name of alarm {name} has {len(name)} characters; 1 to {LONGEST_NAME} are allowed.")
    if period not in PERIODS and (period < 60 or period % 60):
        raise InputError(f"The period of alarm {name} is {period} seconds; it is 10, 20, 30 or a multiple of 60.")
    if period * alarm["evaluation_periods"] > LONGEST_WATCH:
        raise InputError(f"Alarm {name} watches more than {LONGEST_WATCH} seconds: lower period or evaluation_periods.")
    if not 1 <= (alarm["datapoints_to_alarm"] or 1) <= alarm["evaluation_periods"]:
        raise InputError(f"datapoints_to_alarm of alarm {name} is from 1 to its evaluation_periods.")


def normalize(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of an alarm that are compared, tags aside."""
    return {
        "description": alarm.get("AlarmDescription") or "",
        "namespace": alarm.get("Namespace"),
        "metric_name": alarm.get("MetricName"),
        "dimensions": {one["Name"]: one["Value"] for one in alarm.get("Dimensions") or []},
        "statistic": alarm.get("Statistic"),
        "period": alarm.get("Period"),
        "threshold": float(alarm.get("Threshold") or 0),
        "evaluation_periods": alarm.get("EvaluationPeriods"),
        "datapoints_to_alarm": alarm.get("DatapointsToAlarm") or alarm.get("EvaluationPeriods"),
        "comparison": alarm.get("ComparisonOperator"),
        "treat_missing_data": alarm.get("TreatMissingData") or "missing",
        "actions": sorted(alarm.get("AlarmActions") or []),
        "ok_actions": sorted(alarm.get("OKActions") or []),
        "enabled": bool(alarm.get("ActionsEnabled", True)),
    }


def desired(alarm: Mapping[str, Any], topic_arn: str | None, notify_ok: bool) -> dict[str, Any]:
    """Return the settings that an alarm shall have, in the form of C(normalize)."""
    actions = [topic_arn] if topic_arn else []
    return {
        "description": alarm["description"] or "",
        "namespace": alarm["namespace"],
        "metric_name": alarm["metric_name"],
        "dimensions": {key: str(value) for key, value in (alarm["dimensions"] or {}).items()},
        "statistic": alarm["statistic"],
        "period": alarm["period"],
        "threshold": float(alarm["threshold"]),
        "evaluation_periods": alarm["evaluation_periods"],
        "datapoints_to_alarm": alarm["datapoints_to_alarm"] or alarm["evaluation_periods"],
        "comparison": alarm["comparison"],
        "treat_missing_data": alarm["treat_missing_data"],
        "actions": actions,
        "ok_actions": actions if notify_ok else [],
        "enabled": True,
    }


def request(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings in the form of PutMetricAlarm."""
    return {
        "AlarmDescription": settings["description"],
        "Namespace": settings["namespace"],
        "MetricName": settings["metric_name"],
        "Dimensions": [{"Name": key, "Value": value} for key, value in sorted(settings["dimensions"].items())],
        "Statistic": settings["statistic"],
        "Period": settings["period"],
        "Threshold": settings["threshold"],
        "EvaluationPeriods": settings["evaluation_periods"],
        "DatapointsToAlarm": settings["datapoints_to_alarm"],
        "ComparisonOperator": settings["comparison"],
        "TreatMissingData": settings["treat_missing_data"],
        "AlarmActions": settings["actions"],
        "OKActions": settings["ok_actions"],
        "ActionsEnabled": settings["enabled"],
    }


def topic_settings(topic: Topic) -> dict[str, Any] | None:
    """Return the settings of the topic that are compared; None for no topic."""
    return {"tags": topic.tags, "emails": sorted(topic.subscriptions)} if topic.exists else None


def desired_topic(params: Mapping[str, Any], topic: Topic) -> dict[str, Any] | None:
    """Return the settings that the topic shall have; None for none of its own.

    Subscriptions that are pending and no longer wanted stay in the settings: only their e-mail can end them.
    """
    if not params["topic_name"] or params["topic_arn"]:
        return None
    stays = set(topic.subscriptions) - topic.removable(params["emails"]).keys()
    tags = desired_tags(topic.tags, params["tags"], params["purge_tags"])
    return {"tags": tags, "emails": sorted(stays | set(params["emails"]))}


def actions(before: Mapping[str, Any], after: Mapping[str, Any], topic_name: str | None) -> list[str]:
    """Return a sentence for each step: the topic first, which the alarms name, and last when it goes."""
    was, shall = before["topic"], after["topic"]
    steps = []
    if shall is not None and was is None:
        steps.append(f"create topic {topic_name}")
    elif shall is not None and was["tags"] != shall["tags"]:
        steps.append(f"update tags of topic {topic_name}")
    if shall is not None:
        known = was["emails"] if was else []
        steps += [f"subscribe {address} to topic {topic_name}" for address in shall["emails"] if address not in known]
        steps += [
            f"unsubscribe {address} from topic {topic_name}" for address in known if address not in shall["emails"]
        ]
    for name, settings in after["alarms"].items():
        if name not in before["alarms"]:
            steps.append(f"create alarm {name}")
        elif before["alarms"][name] != settings:
            steps.append(f"update alarm {name}")
    steps += [f"delete alarm {name}" for name in before["alarms"] if name not in after["alarms"]]
    if was is not None and shall is None:
        steps.append(f"delete topic {topic_name}")
    return steps
