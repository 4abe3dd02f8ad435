# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Twelve services in a graph, with all options of the invoker: order, payload, one leaving, options going.

One deployment and one change; the tests build on each other.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.embedded_aws import EmbeddedAws
from tests.playbooks.site import Site
from tests.tools.machine import wait_for

NAME = "dag-local"
MACHINE = f"arn:aws:states:us-east-1:123456789012:stateMachine:{NAME}-workflow"
RUN = f"arn:aws:states:us-east-1:123456789012:execution:{NAME}-workflow:graph-1"
SECONDS = 30
AFTER: dict[str, list[str]] = {
    "s01": [],
    "s02": ["s01"],
    "s03": ["s01"],
    "s04": ["s01"],
    "s05": ["s02", "s03"],
    "s06": ["s03", "s04"],
    "s07": ["s05", "s06"],
    "s08": ["s07"],
    "s09": ["s07"],
    "s10": ["s07"],
    "s11": ["s08", "s09"],
    "s12": ["s10", "s11"],
}
STAGES = [["s01"], ["s02", "s03", "s04"], ["s05", "s06"], ["s07"], ["s08", "s09", "s10"], ["s11"], ["s12"]]
OPTIONS: dict[str, Any] = {
    "invoker_url_enabled": True,
    "invoker_schedule_expression": "rate(1 hour)",
    "invoker_schedule_input": {"data": "timer"},
    "invoker_alarms_enabled": True,
    "invoker_alarms_emails": ["operators@example.com"],
}


def hosts(after: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Return the services; those that run side by side answer after half a second, so that they overlap."""
    slow = [name for stage in STAGES if len(stage) > 1 for name in stage]
    return {
        name: {
            "ecs_service_listener_port": 8000 + int(name[1:]),
            "workflow_after": others,
            **({"ecs_service_environment": {"SERVICE_NAME": name, "FAULT": "hang:0.5"}} if name in slow else {}),
        }
        for name, others in after.items()
    }


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site") / "inventory"
    made = Site(aws, folder, {"orchestra_project": "dag", "orchestra_environment": "local"})
    made.set_hosts(hosts(AFTER))
    return made


def ask(site: Site, given: dict[str, Any], keys: Credentials | None) -> Any:
    """POST to the function's URL, by its id, as the host name of AWS does not lead here."""
    address = site.aws.client("lambda").get_function_url_config(FunctionName=f"{NAME}-workflow-invoker")["FunctionUrl"]
    url = f"{site.aws.endpoint}/_lambda-url/{address.split('/')[2].split('.')[0]}/"
    request = AWSRequest("POST", url, data=json.dumps(given).encode(), headers={"Content-Type": "application/json"})
    if keys:
        SigV4Auth(keys, "lambda", "us-east-1").add_auth(request)
    with urllib.request.urlopen(urllib.request.Request(url, request.data, dict(request.headers))) as answer:
        return json.load(answer)


def extras(site: Site) -> list[str]:
    """Return the names of what the options of the invoker have made."""
    client = site.aws.client
    schedules = client("scheduler").list_schedules(NamePrefix=NAME)["Schedules"]
    alarms = client("cloudwatch").describe_alarms(AlarmNamePrefix=f"{NAME}/")["MetricAlarms"]
    topics = [one["TopicArn"].rsplit(":", 1)[1] for one in client("sns").list_topics()["Topics"]]
    roles = [role["RoleName"] for role in client("iam").list_roles()["Roles"]]
    return sorted(
        [
            *(one["Name"] for one in schedules),
            *(one["AlarmName"] for one in alarms),
            *(name for name in topics if name.startswith(f"{NAME}-")),
            *(name for name in roles if name == f"{NAME}-schedule"),
        ]
    )


ALARMS = [
    f"{NAME}/{name}"
    for name in ("api-5xx", "executions-failed", "executions-throttled", "executions-timed-out", "function-errors")
]


def test_all_of_it_is_deployed_in_one_run(site: Site) -> None:
    site.play("site", "-e", json.dumps(OPTIONS))
    assert extras(site) == sorted([*ALARMS, f"{NAME}-alarms", f"{NAME}-schedule", f"{NAME}-workflow"])


def test_the_payload_has_what_each_service_was_given(site: Site) -> None:
    keys = Credentials("test", "test")
    payload = ask(site, {"data": "x", "idempotencyKey": "graph-1"}, keys)
    assert payload["status"] == "completed"
    assert [key for key in payload if key in AFTER] == [name for stage in STAGES for name in stage]
    ancestors: dict[str, set[str]] = {}
    for name, others in AFTER.items():
        ancestors[name] = set(others).union(*(ancestors[other] for other in others))
        given = payload[name]["response"]["input"]
        assert given["input"] == {"data": "x"}
        assert set(given["responses"]) == ancestors[name]
        assert all(given["responses"][other]["service"] == other for other in ancestors[name])
    with pytest.raises(urllib.error.HTTPError, match="403"):
        ask(site, {}, None)


def test_the_history_shows_the_order_and_what_ran_side_by_side(site: Site) -> None:
    pages = site.aws.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=RUN)
    entered: dict[str, int] = {}
    exited: dict[str, int] = {}
    for event in (event for page in pages for event in page["events"]):
        if event["type"].endswith("StateEntered"):
            entered[event["stateEnteredEventDetails"]["name"]] = event["id"]
        elif event["type"].endswith("StateExited"):
            exited[event["stateExitedEventDetails"]["name"]] = event["id"]
    for name, others in AFTER.items():
        assert all(exited[other] < entered[name] for other in others), name
    for number, stage in enumerate(STAGES, start=1):
        if len(stage) > 1:
            # All of them had begun before the first one had ended.
            assert max(entered[name] for name in stage) < min(exited[name] for name in stage)
            around = f"Stage {number}"
            assert all(entered[around] < entered[name] < exited[name] < exited[around] for name in stage)


def test_the_schedule_has_started_the_workflow(site: Site) -> None:
    client = site.aws.client("stepfunctions")

    def scheduled() -> list[str]:
        found = client.list_executions(stateMachineArn=MACHINE)["executions"]
        inputs = [client.describe_execution(executionArn=one["executionArn"])["input"] for one in found]
        return [one for one in inputs if json.loads(one) == {"data": "timer"}]

    assert len(wait_for(scheduled, timeout=SECONDS)) == 1


def test_a_failed_execution_is_what_the_alarm_watches(site: Site) -> None:
    """The embedded AWS makes no metrics: this is what CloudWatch goes by."""
    [alarm] = site.aws.client("cloudwatch").describe_alarms(AlarmNames=[f"{NAME}/executions-failed"])["MetricAlarms"]
    metric = (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"])
    assert metric == ("AWS/States", "ExecutionsFailed", "Sum")
    assert alarm["Dimensions"] == [{"Name": "StateMachineArn", "Value": MACHINE}]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)
    assert (alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (1, "notBreaching")
    [topic] = alarm["AlarmActions"]
    subscribed = site.aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [one["Endpoint"] for one in subscribed] == OPTIONS["invoker_alarms_emails"]


def identities(site: Site) -> dict[str, Any]:
    """Return what would be other if a service were made anew: ARNs, deployments and times of creation."""
    client, found = site.aws.client, {}
    ecs = client("ecs")
    for start in (1, 7):
        names = [f"s{number:02}" for number in range(start, start + 6)]
        for service in ecs.describe_services(cluster=NAME, services=names)["services"]:
            deployments = [(one["id"], one["taskDefinition"]) for one in service["deployments"]]
            tasks = ecs.list_tasks(cluster=NAME, serviceName=service["serviceName"])["taskArns"]
            if service["status"] == "ACTIVE":
                found[service["serviceArn"]] = (service["createdAt"], deployments, sorted(tasks))
    for role in client("iam").list_roles()["Roles"]:
        if role["RoleName"].startswith(f"{NAME}-s") and role["RoleName"].endswith("-execution"):
            found[role["Arn"]] = role["CreateDate"]
    [balancer] = client("elbv2").describe_load_balancers(Names=[NAME])["LoadBalancers"]
    for listener in client("elbv2").describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]:
        found[listener["ListenerArn"]] = (listener["Port"], listener["DefaultActions"][0]["TargetGroupArn"])
    [api] = [one for one in client("apigatewayv2").get_apis()["Items"] if one["Name"] == NAME]
    for route in client("apigatewayv2").get_routes(ApiId=api["ApiId"], MaxResults="100")["Items"]:
        found[route["RouteKey"]] = (route["RouteId"], route["Target"])
    return found


def is_of(key: str, value: Any, service: str, port: int) -> bool:
    return service in key or (isinstance(value, tuple) and value[0] == port)


def test_a_service_leaves_the_middle_and_the_options_go(site: Site) -> None:
    before = identities(site)
    resources = set(site.resources())
    after = {name: [other for other in others if other != "s06"] for name, others in AFTER.items() if name != "s06"}
    site.set_hosts(hosts(after))
    schedule = {key: value for key, value in OPTIONS.items() if "schedule" in key}
    run = site.play("site", "-e", json.dumps(schedule))
    assert {name: run.changed(name) for name in after} == {name: [] for name in after}
    now = identities(site)
    gone = {key for key, value in before.items() if is_of(key, value, "s06", 8006)}
    assert len(gone) >= 5  # service, role, listener, two routes
    assert now == {key: value for key, value in before.items() if key not in gone}
    assert extras(site) == [f"{NAME}-schedule", f"{NAME}-workflow"]
    functions = site.aws.client("lambda")
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function_url_config(FunctionName=f"{NAME}-workflow-invoker")
    lost = resources - set(site.resources())
    foreign = [arn for arn in lost if "s06" not in arn and ":cloudwatch:" not in arn and ":sns:" not in arn]
    # A listener has a tag of its service, and no name.
    assert [arn.split(":")[5].split("/")[0] for arn in foreign if before.get(arn, (0,))[0] != 8006] == []
    assert set(site.resources()) - resources == set()


def test_destroy_leaves_nothing(site: Site) -> None:
    site.play("destroy")  # It proves by itself that nothing is left.
    assert extras(site) == []
