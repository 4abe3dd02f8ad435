# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What one does with a site that is deployed: look, run it many times, delete it. The tests build on each other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.playbooks import terminal
from tests.playbooks.site import Run, Site

NAME = "daytwo-local"
HANDED_ON = "Hand the findings on to what runs the playbook"


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site") / "inventory"
    made = Site(aws, folder, {"orchestra_project": "daytwo", "orchestra_environment": "local"})
    made.set_hosts({"service1": {"ecs_service_listener_port": 8001}})
    return made


def options(**variables: Any) -> list[str]:
    return ["-e", json.dumps(variables)]


def result(run: Run, task: str) -> dict[str, Any]:
    return next(result for _host, name, result in run.tasks if name.endswith(f": {task}"))


def test_the_doctor_finds_nothing_in_the_way(site: Site) -> None:
    run = site.play("doctor")
    found = result(run, HANDED_ON)["ansible_stats"]["data"]["findings"]
    assert {one["check"] for one in found} == {
        "settings",
        "account",
        "permissions",
        "roles",
        "zones",
        "quotas",
        "registry",
    }
    assert {one["level"] for one in found} == {"ok"}
    assert result(run, "Show the findings")["msg"].count("\n") == len(found) - 1
    assert site.resources() == []


@pytest.fixture
def onlooker(site: Site) -> Iterator[dict[str, str]]:
    """The environment of a user who may look at everything, and make nothing but clusters."""
    iam, name = site.aws.client("iam"), "daytwo-onlooker"
    looks = ["ec2:Describe*", "elasticloadbalancing:Describe*", "apigateway:GET", "iam:ListRoles", "ssm:Describe*"]
    actions = [*looks, "ecs:*", "iam:SimulatePrincipalPolicy", "servicequotas:*"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="looks", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    yield {
        "AWS_ENDPOINT_URL": site.aws.endpoint,
        "AWS_REGION": site.aws.region,
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=name, PolicyName="looks")
    iam.delete_user(UserName=name)


def test_the_doctor_names_each_error_and_fails(site: Site, onlooker: dict[str, str]) -> None:
    variables = {
        "orchestra_account_id": "999999999999",
        "orchestra_aws_environment": onlooker,
        "network_availability_zone_count": 6,
        "network_nat_gateways": "per_zone",
        "ecs_service_cpu": 4096,
        "ecs_service_memory": 8192,
        "ecs_service_desired_count": 2,
    }
    run = site.play("doctor", *options(**variables), fails=True)
    found = result(run, HANDED_ON)["ansible_stats"]["data"]["findings"]
    errors = {one["check"]: one["sentence"] for one in found if one["level"] == "error"}
    assert set(errors) >= {"account", "permissions", "zones", "quotas"}
    assert "user/daytwo-onlooker is not allowed ec2:" in errors["permissions"]
    assert "ecs:CreateCluster" not in errors["permissions"]
    assert "has 5 zones in which VPC links may be" in errors["zones"]
    told = result(run, "Show the findings")["msg"]
    assert "Elastic IP addresses: 0 are in use, the site needs 6, the quota is 5" in told
    assert "Fargate On-Demand vCPU: the site needs 8, the quota is 6: ask for more of fargate L-3032A538" in told
    assert onlooker["AWS_SECRET_ACCESS_KEY"] not in str(run.output)


def test_it_is_deployed(site: Site) -> None:
    site.play("site")
    more = {"network_availability_zone_count": 5, "network_excluded_zone_ids": ["use1-az3"]}
    run = site.play("doctor", *options(**more, network_nat_gateways="per_zone"))
    told = result(run, "Show the findings")["msg"]
    # What the site has is among what is in use, and not counted twice.
    assert "Elastic IP addresses: 1 are in use, the site needs 4 more, the quota is 5, which leaves little" in told


def test_many_inputs_run_and_what_fails_is_named(site: Site, tmp_path: Path) -> None:
    inputs = [{"data": number} for number in range(9)] + [
        {"data": "first", "idempotencyKey": "order-9"},
        {"data": "other", "idempotencyKey": "order-9"},
    ]
    given, written = tmp_path / "inputs.jsonl", tmp_path / "payloads.jsonl"
    given.write_text("".join(f"{json.dumps(one)}\n" for one in inputs))
    files = {"workflow_inputs_file": str(given), "workflow_output_file": str(written)}
    run = site.play("invoke", *options(**files, workflow_parallel=2), fails=True)
    progress = result(run, "Run the workflow")["results"]
    assert len(progress) == 3
    payloads = [json.loads(line) for line in written.read_text().splitlines()]
    received = [one["service1"]["response"]["input"]["input"]["data"] for one in payloads[:9]]
    assert received == list(range(9))
    # Which of the two that share a key came first is open.
    assert sorted(one["status"] for one in payloads) == ["completed"] * 10 + ["refused"]
    told = " ".join(run.failures())
    assert "1 of 11 inputs failed: input 1" in told
    assert "(order-9): IdempotencyKeyReused" in told
    assert "11 inputs: 10 completed, 1 failed, 0 still running." in result(run, "Show how they ended")["msg"]


def called(site: Site, **event: Any) -> dict[str, Any]:
    """Return what the function answers."""
    client = site.aws.client("lambda")
    answer = client.invoke(FunctionName=f"{NAME}-workflow-invoker", Payload=json.dumps(event))
    payload: dict[str, Any] = json.load(answer["Payload"])
    return payload


def test_the_function_starts_the_workflow_and_tells_later_how_it_ended(site: Site) -> None:
    started = called(site, data="x", idempotencyKey="later", invocationMode="async")
    assert started["status"] == "running"
    assert started["execution"].endswith(f":execution:{NAME}-workflow:later")
    # With the same key it waits for the same execution.
    ended = called(site, data="x", idempotencyKey="later")
    assert (ended["status"], ended["service1"]["response"]["input"]["input"]) == ("completed", {"data": "x"})
    assert called(site, invocationMode="status", executionArn=started["execution"]) == ended
    assert called(site, invocationMode="status", idempotencyKey="later") == ended
    assert called(site, data="x", idempotencyKey="later", invocationMode="async") == ended
    for other in (f"{started['execution']}2", started["execution"].replace(NAME, "other")):
        assert called(site, invocationMode="status", executionArn=other)["error"] == "UnknownExecution"


OWN = {
    "QueryLanguage": "JSONata",
    "TimeoutSeconds": 60,
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::apigateway:invoke",
            "Arguments": {
                "ApiEndpoint": "${api_host}",
                "Method": "POST",
                "Path": "service1/process",
                "RequestBody": {"asked": "{% $states.input.data %}"},
            },
            "Output": {"status": "completed", "word": "${word}", "got": "{% $states.result.ResponseBody.input %}"},
            "End": True,
        }
    },
}


def test_an_express_workflow_with_a_definition_of_ones_own(site: Site, tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text(json.dumps(OWN))
    settings = options(
        workflow_type="EXPRESS",
        workflow_replace=True,
        workflow_definition=str(own),
        workflow_substitutions={"word": "hello"},
        workflow_tracing=True,
        workflow_log_level="ALL",
        api_vpc_link_subnets="{{ (network__result | default({})).network.private_subnet_ids[:1] | default([]) }}",
    )
    site.play("site", *settings)
    assert site.look("plan", "--limit", "control", *settings, status=0).resources() == set()
    arn = f"arn:aws:states:us-east-1:123456789012:stateMachine:{NAME}-workflow"
    machine = site.aws.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert (machine["type"], machine["tracingConfiguration"]) == ("EXPRESS", {"enabled": True})
    assert machine["loggingConfiguration"]["level"] == "ALL"
    policy = site.aws.client("iam").get_role_policy(RoleName=f"{NAME}-workflow", PolicyName="workflow")
    assert "xray:PutTraceSegments" in json.dumps(policy["PolicyDocument"])
    payload = {"status": "completed", "word": "hello", "got": {"asked": "x"}}
    assert site.invoke({"data": "x"}, tmp_path / "payload.json") == payload
    started = called(site, data="y", invocationMode="async")
    assert (started["status"], started["execution"].split(":")[5:7]) == ("running", ["express", f"{NAME}-workflow"])
    told = called(site, invocationMode="status", executionArn=started["execution"])
    assert (told["status"], told["error"]) == ("refused", "NoStatus")
    log = site.aws.client("logs").filter_log_events(logGroupName=f"/aws/vendedlogs/states/{NAME}-workflow")
    kinds = {json.loads(event["message"])["type"] for event in log["events"]}
    assert kinds >= {"ExecutionStarted", "TaskStateEntered", "ExecutionSucceeded"}


def test_a_vpc_link_with_other_subnets_has_replaced_the_first_one(site: Site) -> None:
    gateway = site.aws.client("apigatewayv2")
    [link] = [one for one in gateway.get_vpc_links()["Items"] if one["Name"] == NAME]
    assert len(link["SubnetIds"]) == 1
    [api] = [one for one in gateway.get_apis()["Items"] if one["Name"] == NAME]
    integrations = gateway.get_integrations(ApiId=api["ApiId"])["Items"]
    assert {one["ConnectionId"] for one in integrations} == {link["VpcLinkId"]}


def test_the_last_log_lines_are_shown_sorted_with_their_sources(site: Site) -> None:
    run = site.play("logs", *options(logs_lines=1000))
    lines = result(run, "Read the last lines")["lines"]
    times = [line["time"] for line in lines]
    assert times == sorted(times)
    assert {line["source"].split("/")[0] for line in lines} >= {"service1", "api", "invoker", "workflow"}
    assert result(run, "Show the last lines")["msg"].count("\n") == len(lines) - 1
    only = site.play("logs", *options(logs_of="service1,api", logs_filter="process", logs_lines=5))
    chosen = result(only, "Read the last lines")["lines"]
    assert len(chosen) == 5
    assert {line["source"].split("/")[0] for line in chosen} == {"service1", "api"}
    assert all("process" in line["message"] for line in chosen)
    refused = site.play("logs", *options(logs_of="nobody"), fails=True)
    assert "There are no logs of nobody: logs_of takes services, invoker, workflow, api, service1." in str(
        refused.failures()
    )


def at_terminal(site: Site, typed: str, until: str = "") -> tuple[int, str]:
    """Delete the site from a terminal, where its name is asked for."""
    environment = {**site.environment(), "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"}
    command = site.command("destroy", *options(destroy_confirm_needed=True))
    return terminal.answer(
        command, environment, QUESTION, typed, "TASK [orchestra.aws.destroy : Check that this", until
    )


# An environment that is not local, with the names of the one that is there.
ELSEWHERE = {"orchestra_environment": "staging", "common_name": NAME, "destroy_tags": {"orchestra:project": "daytwo"}}
QUESTION = f"This deletes everything of {NAME}."


def test_nothing_is_deleted_that_is_protected_or_not_meant(site: Site) -> None:
    elb, before = site.aws.client("elbv2"), site.resources()
    arn = elb.describe_load_balancers(Names=[NAME])["LoadBalancers"][0]["LoadBalancerArn"]
    for protected in ("true", "false"):
        attribute = {"Key": "deletion_protection.enabled", "Value": protected}
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[attribute])
        told = " ".join(site.play("destroy", *options(**ELSEWHERE), fails=True).failures())
        expected = "set cluster_deletion_protection to false" if protected == "true" else f"destroy_confirm={NAME}"
        assert expected in told
    status, shown = at_terminal(site, "daytwo")
    assert (status != 0, f"destroy_confirm={NAME}" in shown) == (True, True)
    other = site.play("destroy", *options(orchestra_account_id="999999999999"), fails=True)
    assert "this inventory is for account 999999999999: nothing was deleted" in " ".join(other.failures())
    assert site.resources() == before


def test_a_deletion_that_is_killed_goes_on_where_it_was_and_names_what_is_left(site: Site) -> None:
    before = site.resources()
    check = site.play("destroy", "--check", *options(destroy_confirm_needed=True))
    assert site.resources() == before
    shown = result(check, "Show what would be deleted")["msg"]
    assert [arn for arn in before if arn not in shown and ":task-definition/" not in arn] == []
    at_terminal(site, NAME, until="Delete the service]")
    # Somebody's, with the site's tags: no module knows of it.
    sns, tags = site.aws.client("sns"), {"orchestra:project": "daytwo", "orchestra:environment": "local"}
    topic = sns.create_topic(Name="notes", Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
    confirmed = {"destroy_confirm_needed": True, "destroy_confirm": NAME, "leftovers_wait_timeout": 1}
    left = site.play("destroy", *options(**confirmed), fails=True)
    assert f"Of {NAME} this is left: {topic['TopicArn']}" in left.failures()
    assert left.actions()
    assert [action for action in left.actions() if action not in check.actions()] == []
    roles = site.aws.client("iam").list_roles()["Roles"]
    assert [role["RoleName"] for role in roles if role["RoleName"].startswith(f"{NAME}-")] == []
