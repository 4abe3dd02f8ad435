# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What is wrong with the settings of the invoker: one clear sentence each. Pure functions only.

Private to the collection. All of it is found before anything is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._scheduler import expression

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TOPIC = re.compile(r"arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+")


def invoker_findings(settings: Mapping[str, Any]) -> list[str]:
    """Return what is wrong, a sentence each; an empty list when all is well.

    settings: url_auth_type, url_public, schedule_expression, alarms_topic_arn, alarms_emails, alarms_period.
    """
    return [*_url(settings), *_schedule(settings), *_alarms(settings)]


def _url(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["url_auth_type"] == "NONE" and not settings["url_public"]:
        yield (
            "invoker_url_auth_type is NONE, which lets everybody on the internet run the workflow: "
            "set invoker_url_public: true as well if that is meant, or use AWS_IAM."
        )


def _schedule(settings: Mapping[str, Any]) -> Iterator[str]:
    given = settings["schedule_expression"]
    fault = expression.finding(given) if given else None
    if fault:
        yield f"invoker_schedule_expression {fault}"


def _alarms(settings: Mapping[str, Any]) -> Iterator[str]:
    topic, emails, period = settings["alarms_topic_arn"], settings["alarms_emails"], settings["alarms_period"]
    if topic and not _TOPIC.fullmatch(topic):
        yield f"invoker_alarms_topic_arn '{topic}' is not the ARN of an SNS topic."
    if topic and emails:
        yield "invoker_alarms_emails go with a topic that is made here, not with invoker_alarms_topic_arn."
    for address in emails:
        if not _EMAIL.fullmatch(str(address)):
            yield f"invoker_alarms_emails has '{address}', which is no e-mail address."
    if period not in (10, 20, 30) and (period < 60 or period % 60):
        yield f"invoker_alarms_period is {period} seconds: it is 10, 20, 30 or a multiple of 60."
