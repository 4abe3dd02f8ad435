# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""cloudwatch_alarms: alarms of a prefix and their topic become the desired ones in one run, and no others change."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._cloudwatch import alarms_apply
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_alarms import MemoryCloudWatch, MemorySns
from tests.properties.strategies import FOUND_TAGS, maybe, tagging

PREFIX, TOPIC = "shop-prod/", "shop-prod-alarms"
ARN = f"arn:aws:sns:eu-central-1:123456789012:{TOPIC}"
OTHERS = "arn:aws:sns:eu-central-1:123456789012:others"
NAMES = st.sampled_from(["errors", "throttles", "duration"])
EMAILS = ["a@example.com", "b@example.com"]


def of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


ALARM = st.fixed_dictionaries(
    {
        "name": NAMES,
        "namespace": of("AWS/Lambda"),
        "metric_name": of("Errors", "Throttles"),
        "threshold": of(0, 1, 2.5),
    },
    optional={
        "description": of("", "Something failed"),
        "dimensions": of({}, {"FunctionName": "orders"}, {"B": "b", "A": 1}),
        "statistic": of("Sum", "Maximum"),
        # An alarm has no period of 45 seconds.
        "period": of(60, 300, 45),
        "evaluation_periods": of(1, 3),
        "datapoints_to_alarm": of(1, 2),
        "comparison": of("GreaterThanThreshold", "LessThanThreshold"),
        "treat_missing_data": of("breaching", "missing"),
    },
)
ALARMS = st.lists(ALARM, max_size=3, unique_by=lambda alarm: str(alarm["name"]))
NOTIFIED = st.one_of(
    st.just({}),
    st.just({"topic_arn": OTHERS}),
    st.just({"topic_arn": OTHERS, "topic_name": TOPIC}),
    st.fixed_dictionaries({"topic_name": st.just(TOPIC)}, optional={"emails": st.lists(of(*EMAILS), unique=True)}),
)
OPTIONS = st.tuples(NOTIFIED, maybe(alarms=ALARMS, notify_ok=st.booleans(), **tagging())).map(
    lambda parts: {"prefix": PREFIX, **parts[0], **parts[1]}
)
# As somebody may have made them by hand: with what the module has no option for, too.
FOUND_ALARM = st.fixed_dictionaries(
    {"Namespace": of("AWS/Lambda"), "MetricName": of("Errors"), "Period": of(60), "EvaluationPeriods": of(1, 3)},
    optional={
        "Threshold": of(1.0),
        "Statistic": of("Sum"),
        "ExtendedStatistic": of("p99"),
        "ActionsEnabled": st.booleans(),
        "AlarmActions": of([ARN], [OTHERS, ARN]),
        "Dimensions": of([{"Name": "FunctionName", "Value": "orders"}]),
    },
)
FOUND_ALARMS = st.dictionaries(NAMES, st.tuples(FOUND_TAGS, FOUND_ALARM))
SUBSCRIPTIONS = st.lists(
    st.builds(
        lambda protocol, address, arn: {"Protocol": protocol, "Endpoint": address, "SubscriptionArn": arn},
        of("email", "email", "sqs"),
        of(*EMAILS, "c@example.com"),
        of("PendingConfirmation", "Deleted", f"{ARN}:1", f"{ARN}:2", f"{ARN}:3"),
    ),
    max_size=3,
    unique_by=(lambda one: str(one["Endpoint"]), lambda one: str(one["SubscriptionArn"])),
)


def account(found: dict[str, Any], topic: Any) -> Clients:
    clients = Clients(cloudwatch=MemoryCloudWatch(), sns=MemorySns())
    clients("cloudwatch").add("other/errors", {}, {"Namespace": "AWS/Lambda", "MetricName": "Errors"})
    for name, (tags, alarm) in found.items():
        clients("cloudwatch").add(PREFIX + name, tags, alarm)
    if topic:
        clients("sns").add(ARN, *topic)
    return clients


@given(FOUND_ALARMS, st.none() | st.tuples(FOUND_TAGS, SUBSCRIPTIONS), st.lists(OPTIONS, min_size=1, max_size=3))
def test_any_alarms_and_topic_converge(found: dict[str, Any], topic: Any, following: list[dict[str, Any]]) -> None:
    clients = account(found, topic)
    for options in following:
        done = converges(alarms_apply.ensure, "cloudwatch_alarms", options, clients)
        if done:
            names = {PREFIX + alarm["name"] for alarm in options.get("alarms", [])}
            assert clients("cloudwatch").state["alarms"].keys() == names | {"other/errors"}
            subscribed = clients("sns").state["topics"].get(ARN, [])
            assert set(options.get("emails", [])) <= {one["Endpoint"] for one in subscribed}
    absent = {"prefix": PREFIX, "topic_name": TOPIC, "state": "absent"}
    converges(alarms_apply.ensure, "cloudwatch_alarms", absent, clients)
    assert list(clients("cloudwatch").state["alarms"]) == ["other/errors"]
    assert clients("sns").state["topics"] == {}
