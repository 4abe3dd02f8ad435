# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site.invoker import invoker_findings

SETTINGS: dict[str, Any] = {
    "url_auth_type": "AWS_IAM",
    "url_public": False,
    "schedule_expression": "",
    "alarms_topic_arn": "",
    "alarms_emails": [],
    "alarms_period": 300,
}
TOPIC = "arn:aws:sns:eu-central-1:123456789012:operators"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"url_auth_type": "NONE", "url_public": True},
        {"schedule_expression": "cron(0 6 * * ? *)", "alarms_emails": ["a@example.com"], "alarms_period": 60},
        {"schedule_expression": "rate(1 hour)", "alarms_topic_arn": TOPIC},
    ],
)
def test_good_settings_have_no_finding(settings: dict[str, Any]) -> None:
    assert invoker_findings({**SETTINGS, **settings}) == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"url_auth_type": "NONE"}, "invoker_url_auth_type is NONE, which lets everybody on the internet run"),
        ({"schedule_expression": "daily"}, "invoker_schedule_expression is 'daily': it is rate(10 minutes)"),
        ({"alarms_topic_arn": "operators"}, "invoker_alarms_topic_arn 'operators' is not the ARN of an SNS topic."),
        (
            {"alarms_topic_arn": TOPIC, "alarms_emails": ["a@b.c"]},
            "invoker_alarms_emails go with a topic that is made here",
        ),
        ({"alarms_emails": ["nobody"]}, "invoker_alarms_emails has 'nobody', which is no e-mail address."),
        ({"alarms_period": 45}, "invoker_alarms_period is 45 seconds"),
    ],
)
def test_what_is_wrong_is_said(settings: dict[str, Any], sentence: str) -> None:
    [told] = invoker_findings({**SETTINGS, **settings})
    assert sentence in told
