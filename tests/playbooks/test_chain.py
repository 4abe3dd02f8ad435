# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The whole chain, from an empty account to an empty account. The tests build on each other, in order."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.playbooks import behind
from tests.playbooks.site import Run, Site

NAME = "chain-local"
SERVICES = ["service1", "service2", "service3"]
LOG_GROUPS = [f"/ecs/{NAME}", f"/aws/apigateway/{NAME}", f"/aws/vendedlogs/states/{NAME}-workflow"]
LOG_GROUPS += [f"/aws/lambda/{NAME}-workflow-invoker"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
COUNTS = {
    "plan": "{add} to add, {change} to change, {remove} to remove, {unchanged} unchanged",
    "drift": "{add} missing, {change} different, {remove} not in the inventory, {unchanged} as they should be",
    "run": "{add} added, {change} changed, {remove} removed, {unchanged} unchanged",
}
PORTS = {name: {"ecs_service_listener_port": 8001 + index} for index, name in enumerate([*SERVICES, "service4"])}


def task_addresses(site: Site, service: str) -> list[str]:
    ecs = site.aws.client("ecs")
    arns = ecs.list_tasks(cluster=NAME, serviceName=service, desiredStatus="RUNNING")["taskArns"]
    tasks = ecs.describe_tasks(cluster=NAME, tasks=arns)["tasks"]
    details = [detail for task in tasks for item in task["attachments"] for detail in item["details"]]
    return [detail["value"] for detail in details if detail["name"] == "privateIPv4Address"]


def machine_arn() -> str:
    return f"arn:aws:states:us-east-1:123456789012:stateMachine:{NAME}-workflow"


def last_history(site: Site) -> list[dict[str, Any]]:
    states = site.aws.client("stepfunctions")
    last = states.list_executions(stateMachineArn=machine_arn())["executions"][0]
    pages = states.get_paginator("get_execution_history").paginate(executionArn=last["executionArn"])
    return [event for page in pages for event in page["events"]]


def lines(run: Run) -> list[str]:
    """Return the lines that a run printed of resources, without times: one for each that does not stay as it is."""
    *printed, last = run.printed.splitlines()
    assert re.fullmatch(
        rf"{COUNTS[run.told['kind']].format(**run.told['summary'])} in (\d+ min )?\d+(\.\d)? s", last
    ), last
    found = [re.match(r"(  ([+~-]) (.+?)(: .*?)?)(  \((\d+ min )?\d+(\.\d)? s\))?$", line) for line in printed]
    shown = [line for line in found if line]
    signs = {"add": "+", "change": "~", "remove": "-"}
    told = [(one["action"], f"{one['kind']} {one['name']}") for one in run.told["resources"]]
    assert sorted((line[2], line[3]) for line in shown) == sorted(
        (signs[how], what) for how, what in told if how != "none"
    )
    # What was done has taken time; what would be has not.
    assert {bool(line[5]) for line in shown} <= {run.told["kind"] == "run"}
    return [line[1] for line in shown]


def expected() -> set[tuple[str, str]]:
    """Return the kind and the name of everything that the site shall have."""
    zones, groups = (1, 2), ("vpc-link", "alb", "tasks")
    lone = (
        "VPC",
        "internet gateway",
        "Elastic IP",
        "NAT gateway",
        "VPC link",
        "load balancer",
        "ECS cluster",
        "HTTP API",
    )
    return {
        *((kind, NAME) for kind in lone),
        *(("subnet", f"{NAME}-{side}-{zone}") for side in ("public", "private") for zone in zones),
        *(("route table", f"{NAME}-{side}") for side in ("public", "private")),
        *(("security group", f"{NAME}-{group}") for group in groups),
        *(("parameter", f"/{NAME}/registry/{key}") for key in ("username", "password")),
        ("secret", f"{NAME}/registry"),
        *(("role", f"{NAME}-{name}") for name in ("workflow", "invoker", *(f"{one}-execution" for one in SERVICES))),
        *((kind, f"{NAME}-{name}") for kind in ("task definition", "target group") for name in SERVICES),
        *(("listener", f"HTTP:{PORTS[name]['ecs_service_listener_port']}") for name in SERVICES),
        *(("ECS service", name) for name in SERVICES),
        *(("route", f"POST /{name}/process") for name in SERVICES),
        *(("route", f"GET /{name}/health") for name in SERVICES),
        ("stage", "$default"),
        ("state machine", f"{NAME}-workflow"),
        ("alias", "live"),
        ("Lambda function", f"{NAME}-workflow-invoker"),
        *(("log group", name) for name in LOG_GROUPS),
    }


def existing(site: Site) -> set[tuple[str, str]]:
    """Return the same of what AWS has, asked without any module."""
    client, only = site.aws.client, [{"Name": "tag:Name", "Values": [f"{NAME}*"]}]
    ec2, elb, api = client("ec2"), client("elbv2"), client("apigatewayv2")

    def tagged(kind: str, found: list[dict[str, Any]]) -> set[tuple[str, str]]:
        names = {next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "Name") for one in found}
        # The embedded AWS shows deleted NAT gateways whatever the filter says.
        return {(kind, name) for name in names if name.startswith(NAME)}

    balancers = [one for one in elb.describe_load_balancers()["LoadBalancers"] if one["LoadBalancerName"] == NAME]
    apis = [one for one in api.get_apis()["Items"] if one["Name"] == NAME]
    groups = [one["TargetGroupName"] for one in elb.describe_target_groups()["TargetGroups"]]
    listeners = [
        f"{one['Protocol']}:{one['Port']}"
        for balancer in balancers
        for one in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    ]
    stages = [one["StageName"] for found in apis for one in api.get_stages(ApiId=found["ApiId"])["Items"]]
    routes = [one["RouteKey"] for found in apis for one in api.get_routes(ApiId=found["ApiId"])["Items"]]
    names = {
        "load balancer": [one["LoadBalancerName"] for one in balancers],
        "target group": [name for name in groups if name.startswith(NAME)],
        "listener": listeners,
        "HTTP API": [one["Name"] for one in apis],
        "route": routes,
        "stage": stages,
        "VPC link": [one["Name"] for one in api.get_vpc_links()["Items"] if one["Name"] == NAME],
        **_others(site),
    }
    return {
        *tagged("VPC", ec2.describe_vpcs(Filters=only)["Vpcs"]),
        *tagged("subnet", ec2.describe_subnets(Filters=only)["Subnets"]),
        *tagged("internet gateway", ec2.describe_internet_gateways(Filters=only)["InternetGateways"]),
        *tagged("Elastic IP", ec2.describe_addresses(Filters=only)["Addresses"]),
        *tagged("NAT gateway", ec2.describe_nat_gateways(Filter=only)["NatGateways"]),
        *tagged("route table", ec2.describe_route_tables(Filters=only)["RouteTables"]),
        *tagged("security group", ec2.describe_security_groups(Filters=only)["SecurityGroups"]),
        *((kind, name) for kind, found in names.items() for name in found),
    }


def _others(site: Site) -> dict[str, list[str]]:
    client = site.aws.client
    ecs, states = client("ecs"), client("stepfunctions")
    aliases = states.list_state_machine_aliases(stateMachineArn=machine_arn())["stateMachineAliases"]
    services = ecs.list_services(cluster=NAME)["serviceArns"]
    found = {
        "parameter": [one["Name"] for one in client("ssm").describe_parameters()["Parameters"]],
        "secret": [one["Name"] for one in client("secretsmanager").list_secrets()["SecretList"]],
        "role": [one["RoleName"] for one in client("iam").list_roles()["Roles"]],
        "state machine": [one["name"] for one in states.list_state_machines()["stateMachines"]],
        "Lambda function": [one["FunctionName"] for one in client("lambda").list_functions()["Functions"]],
        "log group": [one["logGroupName"] for one in client("logs").describe_log_groups()["logGroups"]],
        "task definition": ecs.list_task_definition_families(status="ACTIVE")["families"],
        "ECS cluster": [arn.rsplit("/", 1)[1] for arn in ecs.list_clusters()["clusterArns"]],
    }
    return {
        **{kind: [name for name in names if NAME in name] for kind, names in found.items()},
        "ECS service": [arn.rsplit("/", 1)[1] for arn in services],
        "alias": [one["stateMachineAliasArn"].rsplit(":", 1)[1] for one in aliases],
    }


def test_a_plan_from_an_empty_account_names_everything_and_makes_nothing(site: Site) -> None:
    plan = site.look("plan", status=2)
    assert site.resources() == []
    assert plan.resources() == {("add", kind, name) for kind, name in expected()}
    assert plan.told["summary"] == {"add": len(expected()), "change": 0, "remove": 0, "unchanged": 0}
    handed_on = plan.output["global_custom_stats"]
    assert handed_on["orchestra_plan_document"]["resources"] == plan.told["resources"]
    assert f"+ VPC {NAME}" in handed_on["orchestra_plan_markdown"].splitlines()
    cost = plan.told["cost"]
    assert handed_on["orchestra_plan_document"]["cost"] == cost
    assert {
        item["what"]: item["how_many"] for item in cost["month"]["items"] if not item["what"].startswith("task")
    } == {
        "NAT gateway": "1",
        "public IPv4 address": "1",
        "load balancer": "1",
        "secret": "1",
    }
    assert cost["month"]["now"] == 0
    assert cost["billed"]["workflow"]["transitions"] == {"least": 4, "most": 4}
    assert f"| together |  | {cost['month']['least']:.2f} |" in handed_on["orchestra_plan_markdown"].splitlines()


def test_a_first_run_makes_exactly_that(site: Site) -> None:
    run = site.play("site", printed=True)
    assert run.resources() == {("add", kind, name) for kind, name in expected()}
    shown = lines(run)
    assert f"  + VPC {NAME}" in shown
    assert existing(site) == expected()
    assert len(site.resources()) > 40


def test_destroy_leaves_nothing(site: Site) -> None:
    shown = lines(site.play("destroy", printed=True))
    assert f"  - VPC {NAME}" in shown
    found = site.play("destroy")
    assert found.changed() == []
    clients = site.aws
    assert clients.client("ec2").describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [NAME]}])["Vpcs"] == []
    assert [g for g in clients.client("logs").describe_log_groups()["logGroups"] if NAME in g["logGroupName"]] == []
    assert [s for s in clients.client("secretsmanager").list_secrets()["SecretList"] if NAME in s["Name"]] == []
    assert [r for r in clients.client("iam").list_roles()["Roles"] if r["RoleName"].startswith(NAME)] == []
    with urllib.request.urlopen(f"{site.aws.endpoint}/_local_aws/state") as answer:
        state = json.load(answer)
    assert NAME not in json.dumps(state)


def test_a_run_after_that_deploys_again(site: Site) -> None:
    assert len(site.play("site").changed()) > 20


def test_a_second_run_changes_nothing(site: Site) -> None:
    run = site.play("site")
    assert run.changed() == []
    assert run.actions() == []


def own_prices(folder: Path) -> tuple[str, str]:
    """Write a table of round prices, and return the arguments that name it, as seen from where the command runs."""
    prices = {"nat_gateway_hour": 1, "fargate_x86_vcpu_hour": 4, "fargate_x86_gb_hour": 2, "secret_month": 1000}
    table = {"date": "2020-01-01", "currency": "EUR", "regions": {"us-east-1": prices}}
    (folder / "prices.yml").write_text(yaml.safe_dump(table))
    return "-e", f"orchestra_prices_file={os.path.relpath(folder / 'prices.yml', os.environ['PWD'])}"


def is_counted_with_own_prices(cost: dict[str, Any]) -> bool:
    """Return whether this is the cost with them: each task has 0.25 vCPU and 0.5 GB, and the table is old."""
    counted = (cost["date"], cost["currency"], cost["month"]["least"], len(cost["remarks"]))
    return counted == ("2020-01-01", "EUR", 730 * (1 + 3 * 2) + 1000, 1)


def test_then_there_is_nothing_to_plan(site: Site, tmp_path: Path) -> None:
    plan = site.look("plan", *own_prices(tmp_path), status=0, printed=True)
    assert plan.resources() == set()
    assert lines(plan) == []
    assert is_counted_with_own_prices(plan.told["cost"])
    month = plan.told["cost"]["month"]
    assert month["now"] == month["least"]
    assert {(one["kind"], one["name"]) for one in plan.told["resources"]} == expected()


def test_a_changed_variable_of_a_host_is_planned_as_exactly_that(site: Site) -> None:
    site.set_hosts(
        {name: PORTS[name] for name in SERVICES} | {"service2": {**PORTS["service2"], "ecs_service_memory": 1024}}
    )
    plan = site.look("plan", "--diff", status=2, printed=True)
    site.set_hosts({name: PORTS[name] for name in SERVICES})
    assert plan.resources() == {
        ("change", "task definition", f"{NAME}-service2"),
        ("change", "ECS service", "service2"),
    }
    [definition] = [one for one in plan.told["resources"] if one.get("fields")]
    assert definition["fields"] == [{"path": "memory", "before": 512, "after": 1024}]
    assert lines(plan) == [
        f"  ~ task definition {NAME}-service2",
        "  ~ ECS service service2: task_definition",
    ]
    assert "      memory: 512 -> 1024" in plan.printed.splitlines()


def test_what_cannot_be_planned_has_a_status_of_its_own(site: Site) -> None:
    failed = site.look("plan", "-e", "ecs_service_cpu=300", status=1)
    assert "ecs_service_cpu" in failed.told["problems"][0]["message"]


def test_drift_tells_each_change_made_by_hand_and_a_run_repairs_them(site: Site) -> None:
    made = behind.changes(NAME)
    for change in made:
        change.do(site.aws, NAME)
    drift = site.look("drift", "--diff", status=2, printed=True)
    # A service with another task definition differs too, and each of these resources is told once.
    wanted = {(change.action, change.kind, change.name) for change in made}
    assert drift.resources() == wanted | {("change", "ECS service", "service2")}
    shown = lines(drift)
    assert {line[2] for line in shown} == {"+", "~", "-"}
    behind.check_fields(drift, made)
    site.play("site")
    assert site.look("drift", status=0).resources() == set()


def test_the_payload(site: Site, tmp_path: Path) -> None:
    payload = site.invoke({"data": "x"}, tmp_path / "payload.json")
    assert list(payload) == ["start", "end", *SERVICES, "status"]
    assert payload["status"] == "completed"
    moments = [payload["start"]]
    for name in SERVICES:
        record = payload[name]
        assert list(record) == ["start", "end", "serviceIp", "statusCode", "response"]
        assert record["serviceIp"] in task_addresses(site, name)
        assert record["statusCode"] == 200
        moments += [record["start"], record["end"]]
    moments.append(payload["end"])
    assert all(TIME.fullmatch(moment) for moment in moments)
    assert moments == sorted(moments)
    received = [payload[name]["response"]["input"] for name in SERVICES]
    answers = {name: payload[name]["response"] for name in SERVICES}
    plain = ("service", "processed", "timestamp", "serviceIp")  # The reference service repeats these, not all.
    responses = {name: {key: answer[key] for key in plain} for name, answer in answers.items()}
    assert received == [
        {"input": {"data": "x"}, "responses": {}},
        {"input": {"data": "x"}, "responses": {"service1": responses["service1"]}},
        {"input": {"data": "x"}, "responses": {"service1": responses["service1"], "service2": responses["service2"]}},
    ]
    # What AWS bills, as docs/costs.md has it: one transition for each service, and one for the end.
    entered = [event for event in last_history(site) if event["type"].endswith("StateEntered")]
    assert len(entered) == len(SERVICES) + 1


def aws_cli(site: Site, *arguments: str) -> str:
    environment = {
        **site.environment(),
        "AWS_ENDPOINT_URL": site.aws.endpoint,
        "AWS_DEFAULT_REGION": site.aws.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    command = [str(Path(sys.executable).with_name("aws")), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True).stdout


def test_the_aws_command_line_runs_it_too(site: Site, tmp_path: Path) -> None:
    response = tmp_path / "response.json"
    function = f"{NAME}-workflow-invoker"
    aws_cli(site, "lambda", "invoke", "--function-name", function, "--payload", '{"data": "cli"}', str(response))
    assert json.loads(response.read_text())["status"] == "completed"
    started = aws_cli(site, "stepfunctions", "start-execution", "--state-machine-arn", machine_arn(), "--input", "{}")
    assert json.loads(started)["executionArn"].startswith("arn:aws:states:")


def test_the_urls_that_status_prints_answer(site: Site, tmp_path: Path) -> None:
    run = site.play("status", "-e", f"status_output_file={tmp_path}/status.json", *own_prices(tmp_path))
    told = json.loads((tmp_path / "status.json").read_text())
    shown = next(result["msg"] for _host, name, result in run.tasks if name.endswith("what ran last"))
    assert [service["running_count"] for service in told["services"]] == [1, 1, 1]
    assert told["workflow"]["executions"][0]["status"] in ("SUCCEEDED", "RUNNING")
    assert all(url in shown for url in told["urls"])
    assert "service1  1 of 1 running  rollout COMPLETED  chain-local-service1:" in shown
    assert [(task["service"], task["count"], task["gb"]) for task in told["cost"]["billed"]["tasks"]] == [
        (service, 1, 0.5) for service in SERVICES
    ]
    assert is_counted_with_own_prices(told["cost"])
    assert f"  {told['cost']['month']['least']:.2f}" in shown
    url = next(url for url in told["urls"] if url.startswith("POST") and "/service1/process" in url).split()[1]
    request = urllib.request.Request(url, b'{"data": "test"}', {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer)["input"] == {"data": "test"}


def test_an_idempotency_key_runs_the_workflow_once(site: Site, tmp_path: Path) -> None:
    given = {"data": "once", "idempotencyKey": "order-7"}
    first = site.invoke(given, tmp_path / "first.json")
    assert site.invoke(given, tmp_path / "second.json") == first
    other = site.invoke({**given, "data": "other"}, tmp_path / "third.json", fails=True)
    assert other["error"] == "IdempotencyKeyReused"


def with_fault(site: Site, fault: str, limit: str = "service2") -> Run:
    """Give service2 a fault, without touching anything else."""
    environment = {"SERVICE_NAME": "service2", **({"FAULT": fault} if fault else {})}
    site.set_hosts(
        {name: PORTS[name] for name in SERVICES}
        | {"service2": {**PORTS["service2"], "ecs_service_environment": environment}}
    )
    return site.play("site", "--limit", limit)


def test_a_service_that_answers_503_twice_is_retried(site: Site, tmp_path: Path) -> None:
    with_fault(site, "status:503:2")
    assert site.invoke({"data": "x"}, tmp_path / "payload.json")["status"] == "completed"
    events = last_history(site)
    failed = [event["taskFailedEventDetails"]["error"] for event in events if event["type"] == "TaskFailed"]
    assert failed == ["ApiGateway.503", "ApiGateway.503"]


def test_the_report_of_that_run(site: Site, tmp_path: Path) -> None:
    dest = tmp_path / "new" / "report.html"
    last = reported(site, dest)
    found = {name: last["states"][name] for name in [*SERVICES, "Completed", "Failed"]}
    assert found == dict.fromkeys([*SERVICES, "Completed"], "succeeded") | {
        "service2": "retried",
        "Failed": "not reached",
    }
    assert last["size"] == dest.stat().st_size
    several = reported(site, tmp_path / "several.html", report_executions=2)
    assert [one["name"] for one in several["executions"]][0] == last["executions"][0]["name"]
    assert len(several["executions"]) == 2
    states, arn = site.aws.client("stepfunctions"), last["execution_arn"]
    history, definition = tmp_path / "history.json", tmp_path / "definition.json"
    history.write_text(json.dumps({"events": last_history(site)}, default=str))
    definition.write_text(json.dumps(states.describe_state_machine_for_execution(executionArn=arn), default=str))
    files = {"report_history_file": str(history), "report_definition_file": str(definition)}
    saved = reported(site, tmp_path / "saved.html", report_execution=arn, **files)
    assert {**saved, "dest": last["dest"]} == last
    assert (tmp_path / "saved.html").read_text() == dest.read_text()


def reported(site: Site, dest: Path, **variables: Any) -> dict[str, Any]:
    """Write a report and return what the module says of it."""
    run = site.play("report", "-e", json.dumps({"report_file": str(dest), **variables}))
    (result,) = [result for _host, name, result in run.tasks if name.endswith("Write the report")]
    return result["report"]


def test_a_report_is_of_one_thing(site: Site) -> None:
    wrong = {"report_execution": "x", "report_executions": 2, "report_history_file": "history.json"}
    told = site.play("report", "-e", json.dumps(wrong), fails=True).failures()[0]
    assert "A report from files needs both" in told
    assert "leave report_execution and report_history_file out" in told
    assert "report_execution x is no ARN" in told


@pytest.mark.parametrize(
    ("fault", "error"),
    [("status:500", "ApiGateway.500"), ("hang", "ApiGateway.50[34]"), ("large:300000", "States.DataLimitExceeded")],
)
def test_a_service_that_fails_is_named_with_what_had_completed(
    site: Site, tmp_path: Path, fault: str, error: str
) -> None:
    with_fault(site, fault)
    payload = site.invoke({"data": "x"}, tmp_path / "payload.json", fails=True)
    assert (payload["status"], payload["service"]) == ("failed", "service2")
    assert re.fullmatch(error, payload["error"])
    assert payload["cause"]
    assert payload["service1"]["statusCode"] == 200
    assert "service3" not in payload
    assert TIME.fullmatch(payload["start"])
    assert TIME.fullmatch(payload["end"])


def test_a_service_may_answer_text(site: Site, tmp_path: Path) -> None:
    run = with_fault(site, "text", "site,service2")
    assert run.changed("service2") == run.changed() == ["orchestra.aws.ecs_service : Make the service"]
    payload = site.invoke({"data": "x"}, tmp_path / "payload.json")
    assert payload["status"] == "completed"
    assert isinstance(payload["service2"]["response"], str)


def test_a_service_that_does_not_start_is_rolled_back_and_told(site: Site, tmp_path: Path) -> None:
    site.set_hosts(
        {name: PORTS[name] for name in SERVICES}
        | {"service2": {**PORTS["service2"], "ecs_service_environment": {"SERVICE_NAME": "service2", "FAULT": "exit"}}}
    )
    run = site.play("site", "--limit", "service2,service3", "-e", "orchestra_serial=1", fails=True)
    failed = " ".join(run.failures())
    assert "rolled" in failed
    assert "service2" in failed
    assert re.search(r'Essential container in task exited.*log of service2 in task .*"event.*exit', failed, re.DOTALL)
    # One after the other: what comes after a failure is not touched.
    assert [host for host, name, _result in run.tasks if name.endswith("Make the service")] == ["service2"]
    assert site.invoke({"data": "x"}, tmp_path / "payload.json")["status"] == "completed"


def test_a_fourth_service_joins_the_chain_and_changes_no_other(site: Site, tmp_path: Path) -> None:
    with_fault(site, "")
    site.set_hosts(PORTS)
    alone = site.play("site", "--limit", "service4", fails=True)
    assert "run with --limit site,service4" in " ".join(alone.failures())
    assert alone.changed() == []
    run = site.play("site")
    assert [run.changed(name) for name in SERVICES] == [[], [], []]
    assert len(run.changed("service4")) == 2
    payload = site.invoke({"data": "x"}, tmp_path / "payload.json")
    assert list(payload) == ["start", "end", *PORTS, "status"]
    assert list(payload["service4"]["response"]["input"]["responses"]) == SERVICES


def test_a_service_that_leaves_the_inventory_goes_with_all_its_own(site: Site, tmp_path: Path) -> None:
    site.set_hosts({name: PORTS[name] for name in PORTS if name != "service2"})
    plan = site.play("site", "--check")
    run = site.play("site")
    moves = "route alias live"  # In a check, the number of the version to come is not known.
    assert [step for step in plan.actions() if moves not in step] == [s for s in run.actions() if moves not in s]
    assert [run.changed(name) for name in ("service1", "service3", "service4")] == [[], [], []]
    payload = site.invoke({"data": "x"}, tmp_path / "payload.json")
    assert list(payload) == ["start", "end", "service1", "service3", "service4", "status"]
    names = [group["TargetGroupName"] for group in site.aws.client("elbv2").describe_target_groups()["TargetGroups"]]
    assert f"{NAME}-service2" not in names
    roles = [role["RoleName"] for role in site.aws.client("iam").list_roles()["Roles"]]
    assert f"{NAME}-service2-execution" not in roles
    assert site.play("site").changed() == []


def test_a_port_that_serves_another_service_is_told_before_anything_is_changed(site: Site) -> None:
    before = site.resources()
    site.set_hosts({"service1": {"ecs_service_listener_port": 8003}, "service4": PORTS["service4"]})
    failed = site.play("site", fails=True)
    assert "ecs_service_listener_port 8003 still serves service3" in " ".join(failed.failures())
    assert not any("Make" in name for _host, name, _result in failed.tasks)
    assert site.resources() == before
    site.set_hosts({name: PORTS[name] for name in PORTS if name != "service2"})


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-e", "ecs_service_image="], "service1: ecs_service_image is missing"),
        (["-e", "ecs_service_listener_port=8001"], "have the same ecs_service_listener_port 8001"),
        (["-e", "ecs_service_cpu=300"], "ecs_service_cpu is one of 256, 512"),
        (["-e", '{"workflow_after": ["nobody"]}'], "workflow_after names 'nobody'"),
        (["-e", "ecs_service_memmory=512", "-e", "api_timeout_milliseconds=1"], "the nearest is ecs_service_memory."),
        (
            ["-e", '{"ecs_service_secrets": {"A": "x"}}', "-e", "network_nat_gateways=none"],
            "ecs_service_secrets.A is not",
        ),
        (["-e", "orchestra_project=a-project-whose-name-is-long"], "AWS allows 32"),
        (["-e", "orchestra_project="], "The inventory has to set orchestra_project"),
        (["-e", '{"orchestra_account_id": "111111111111"}'], "and this inventory is for account 111111111111"),
    ],
)
def test_wrong_settings_stop_before_anything_is_changed(site: Site, arguments: list[str], sentence: str) -> None:
    run = site.play("site", *arguments, fails=True)
    assert sentence in " ".join(run.failures())
    assert not any("Make" in name for _host, name, _result in run.tasks)


def test_in_the_end_everything_goes(site: Site) -> None:
    site.play("destroy")
    status = site.play("status")
    told = status.output["global_custom_stats"]["status"]
    assert (told["urls"], told["services"], told["workflow"]) == ([], [], None)
    assert told["cost"]["month"]["least"] == 0
