# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Settings of network, cluster and services, with autoscaling and a strategy that moves traffic, in the playbooks.

They run as a user who has the deployer's policies and nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import botocore.exceptions
import pytest

from tests.embedded_aws import EmbeddedAws
from tests.playbooks import behind, permissions
from tests.playbooks.permissions import ACCOUNT, BOUNDARY, allowed
from tests.playbooks.site import ROOT, Site

NAME = "colors-local"
OPTIONS: dict[str, Any] = {
    "ecs_service_listener_port": 8001,
    "ecs_service_test_listener_port": 9001,
    "ecs_service_deployment": {"strategy": "CANARY", "canary": {"percent": 20, "bake_time_minutes": 0}},
    "ecs_service_autoscaling": {
        "minimum": 1,
        "maximum": 2,
        "target_tracking": [{"name": "cpu", "metric": "cpu", "target_value": 50}],
    },
    "ecs_service_desired_count": 2,
}
# Of the site, as against a real account; the last run takes back what it can.
SETTINGS: dict[str, Any] = {
    "network_nat_gateways": "none",
    "network_own_way_out": True,
    "network_endpoints": [{"service": "s3"}, {"service": "logs"}],
    "network_flow_logs": {"traffic_type": "REJECT"},
    "cluster_access_logs": {"bucket": "my-logs", "prefix": "colors"},
    "cluster_container_insights": "enhanced",
    "cluster_default_capacity_provider_strategy": [{"capacity_provider": "FARGATE", "weight": 1}],
    "cluster_idle_timeout": 40,
    "ecs_service_spot_percent": 50,
    "ecs_service_cpu_architecture": "ARM64",
    "ecs_service_ephemeral_storage_gib": 30,
    "ecs_service_readonly_root_filesystem": True,
    "ecs_service_ulimits": [{"name": "nofile", "soft_limit": 1024, "hard_limit": 2048}],
    "ecs_service_container_options": {"capabilities": {"drop": ["NET_RAW"]}},
    "ecs_service_target_group_options": {"slow_start": 30},
    "ecs_service_platform_version": "1.4.0",
}
# What the site with these settings has, and what of that AWS lists by its tags.
RESOURCES = {
    **dict.fromkeys(["VPC", "internet gateway", "flow log", "VPC link", "load balancer", "ECS cluster", "secret"], 1),
    **dict.fromkeys(["HTTP API", "stage", "state machine", "alias", "Lambda function", "schedule", "topic"], 1),
    **dict.fromkeys(["route table", "VPC endpoint", "parameter", "task definition", "ECS service", "listener rule"], 2),
    **dict.fromkeys(["target group", "listener"], 3),
    **dict.fromkeys(["subnet", "security group", "route"], 4),
    **dict.fromkeys(["alarm", "log group"], 5),
    "role": 7,
    "autoscaling of ECS service": 1,
}
ARNS = {
    **dict.fromkeys(["ec2:vpc", "ec2:internet-gateway", "ec2:flow-logs", "elasticloadbalancing:loadbalancer"], 1),
    **dict.fromkeys(["ecs:cluster", "secretsmanager:secret", "apigateway:vpclinks", "states:stateMachine"], 1),
    **dict.fromkeys(["lambda:function", f"sns:{NAME}-alarms"], 1),
    **dict.fromkeys(["ec2:route-table", "ssm:parameter", "ecs:service", "ecs:task-definition", "apigateway:apis"], 2),
    **dict.fromkeys(["elasticloadbalancing:listener-rule"], 2),
    **dict.fromkeys(["elasticloadbalancing:targetgroup", "elasticloadbalancing:listener", "ecs:task"], 3),
    **dict.fromkeys(["ec2:subnet", "ec2:security-group"], 4),
    **dict.fromkeys(["cloudwatch:alarm", "logs:log-group"], 5),
}
# Each goes right after what writes to it: the action that deletes that, and the group.
WRITERS = {
    f"/aws/lambda/{NAME}-workflow-invoker": "lambda:DeleteFunction",
    f"/aws/vendedlogs/states/{NAME}-workflow": "states:DeleteStateMachine",
    f"/aws/apigateway/{NAME}": "apigateway:DELETE",
    f"/ecs/{NAME}": "ecs:DeleteService",
    f"/aws/vpc/{NAME}": "ec2:DeleteVpc",
}
LOG_GROUPS = list(WRITERS)
# What AWS refuses, or leaves traces of, in another order.
IN_ORDER = [
    "lambda:DeleteFunction",
    "states:DeleteStateMachine",
    "apigateway:DELETE",
    # Not refused, but a service behind a load balancer is drained first, which takes minutes.
    "elasticloadbalancing:DeleteLoadBalancer",
    "ecs:DeleteService",
    "ecs:DeleteCluster",
    "ec2:DeleteSecurityGroup",
    "ec2:DeleteSubnet",
    "ec2:DeleteVpc",
]
SCALING = {"ServiceNamespace": "ecs", "ResourceIds": [f"service/{NAME}/service1"]}


VARIABLES = {
    "orchestra_project": "colors",
    "orchestra_environment": "local",
    "orchestra_permissions_boundary": BOUNDARY,
    "api_authorization": "AWS_IAM",
    "invoker_schedule_expression": "rate(1 hour)",
    "invoker_schedule_enabled": False,
    "invoker_alarms_enabled": True,
    "invoker_url_enabled": True,
}
PLAIN = {"ecs_service_listener_port": 8002}
REGION = f"us-east-1:{ACCOUNT}"
MACHINE = f"arn:aws:states:{REGION}:stateMachine:{NAME}-workflow"
QUALIFIED = {"states:statemachinequalifier": ["live"]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where permissions.yml writes, before anything is deployed."""
    return tmp_path_factory.mktemp("permissions")


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    """The credentials of the deployer, from its first test on."""
    return {}


@pytest.fixture(scope="module")
def site(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(aws, tmp_path_factory.mktemp("site") / "inventory", VARIABLES)
    made.set_hosts({"service1": OPTIONS, "service2": PLAIN})
    return made


def more(*playbooks: str) -> list[str]:
    """Let one run play these, too."""
    return [str(ROOT / "playbooks" / f"{name}.yml") for name in playbooks]


def target_groups(site: Site) -> set[str]:
    found = site.aws.client("elbv2").describe_target_groups()["TargetGroups"]
    return {group["TargetGroupName"] for group in found if group["TargetGroupName"].startswith(NAME)}


def flow_logs(site: Site) -> list[dict[str, Any]]:
    found = site.aws.client("ec2").describe_flow_logs()["FlowLogs"]
    return [log for log in found if {"Key": "Name", "Value": NAME} in log["Tags"]]


def endpoint_services(site: Site) -> set[str]:
    found = site.aws.client("ec2").describe_vpc_endpoints(
        Filters=[{"Name": "tag:orchestra:project", "Values": ["colors"]}]
    )
    return {one["ServiceName"] for one in found["VpcEndpoints"] if one["State"] == "available"}


def role_names(site: Site) -> list[str]:
    roles = site.aws.client("iam").list_roles()["Roles"]
    return [role["RoleName"] for role in roles if role["RoleName"].startswith(NAME)]


def kind_of(arn: str) -> str:
    """Return service and type, like ec2:subnet."""
    _arn, _partition, service, _region, _account, rest = arn.split(":", 5)
    return f"{service}:{rest.replace(':', '/').strip('/').split('/')[0]}"


def api_id(site: Site) -> str:
    [api] = [one for one in site.aws.client("apigatewayv2").get_apis()["Items"] if one["Name"] == NAME]
    return str(api["ApiId"])


def statements(written: Any) -> list[dict[str, Any]]:
    return [one for document in written for one in document["Statement"]]


def test_permissions_of_an_empty_account(site: Site, folder: Path, keys: dict[str, str]) -> None:
    run = site.play("permissions", "-e", f"permissions_folder={folder}")
    assert run.actions() == []
    assert site.resources() == []
    policies = permissions.documents(folder / "deployer")
    assert all(len(json.dumps(document, separators=(",", ":"))) <= 6144 for document in policies.values())
    roles = permissions.documents(folder / "roles")
    granted = statements([*policies.values(), *(one for role in roles.values() for one in role["policies"].values())])
    assert not [one for one in granted if any("*" in action for action in [one["Action"]] if isinstance(action, str))]
    assert not [one for one in granted if any("*" in action for action in one["Action"])]
    keys.update(permissions.become_deployer(site, policies))


def test_rights_follow_from_the_options(site: Site, tmp_path: Path) -> None:
    options = {
        "permissions_folder": str(tmp_path),
        "network_flow_logs": SETTINGS["network_flow_logs"],
        "ecs_service_image": "210987654321.dkr.ecr.eu-west-1.amazonaws.com/team/app:1",
        "ecs_service_enable_execute_command": True,
        "ecs_service_kms_key_arns": [f"arn:aws:kms:{REGION}:key/k"],
        "workflow_type": "EXPRESS",
    }
    site.play("permissions", "-e", json.dumps(options))
    made = permissions.documents(tmp_path / "roles")
    execution, task, invoker = (made[f"{NAME}-{name}"] for name in ("service1-execution", "service1-task", "invoker"))
    image = "arn:aws:ecr:eu-west-1:210987654321:repository/team/app"
    assert allowed(execution, "ecr:BatchGetImage", image)
    assert allowed(execution, "ecr:GetAuthorizationToken", "*")
    assert not allowed(execution, "ecr:BatchGetImage", f"{image}2")
    key, via = f"arn:aws:kms:{REGION}:key/k", {"kms:viaservice": "ssm.us-east-1.amazonaws.com"}
    assert allowed(execution, "kms:Decrypt", key, via)
    assert not allowed(execution, "kms:Decrypt", key)
    assert allowed(task, "ssmmessages:OpenDataChannel", "*")
    assert allowed(invoker, "states:StartSyncExecution", MACHINE, QUALIFIED)
    assert not allowed(invoker, "states:DescribeExecution", MACHINE.replace("stateMachine", "execution") + ":x")
    assert {name.removeprefix(f"{NAME}-"): trusted(role) for name, role in made.items()} == TRUSTED
    found = {name: excesses("id-of-the-api", name, role) for name, role in made.items()}
    # Its image is in a private ECR here.
    assert found == {**dict.fromkeys(made, []), f"{NAME}-service1-execution": ["ecr:GetAuthorizationToken on *"]}


def source(arn: str) -> dict[str, Any]:
    return {"ArnLike": {"aws:SourceArn": arn}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}


ECS_TASKS = ("ecs-tasks.amazonaws.com", source(f"arn:aws:ecs:{REGION}:*"))
# Service and condition of each role; without the condition, the service could be made to use it for somebody else.
TRUSTED: dict[str, tuple[str, dict[str, Any]]] = {
    "workflow": ("states.amazonaws.com", source(MACHINE)),
    "schedule": (
        "scheduler.amazonaws.com",
        {
            "StringEquals": {
                "aws:SourceArn": f"arn:aws:scheduler:{REGION}:schedule-group/default",
                "aws:SourceAccount": ACCOUNT,
            }
        },
    ),
    "flow-logs": ("vpc-flow-logs.amazonaws.com", source(f"arn:aws:ec2:{REGION}:vpc-flow-log/*")),
    **{f"service{number}-{role}": ECS_TASKS for number in (1, 2) for role in ("execution", "task")},
    "invoker": ("lambda.amazonaws.com", {}),
    "service1-deployment": ("ecs.amazonaws.com", {}),
}


def trusted(role: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the one service that may assume a role, and on what condition."""
    (statement,) = role["trust_policy"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sts:AssumeRole")
    (service,) = statement["Principal"].values()
    return service, statement.get("Condition", {})


def test_the_documented_trust_is_that_of_the_roles() -> None:
    text = (ROOT / "docs" / "security.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if ".amazonaws.com` | " in line]
    of_page = {(service.strip("`"), "aws:SourceArn" in rule, "aws:SourceAccount" in rule) for _, service, rule in rows}
    assert of_page == {(service, bool(condition), bool(condition)) for service, condition in TRUSTED.values()}
    assert len(rows) == len(of_page)


def test_a_site_with_all_settings_and_two_target_groups(site: Site, tmp_path: Path) -> None:
    settings = ["-e", json.dumps(SETTINGS)]
    plan = site.look("plan", *settings, status=2)
    run = site.play("site", *settings)
    assert plan.resources() == run.resources()
    assert {action for action, _kind, _name in run.resources()} == {"add"}
    assert Counter(kind for _action, kind, _name in run.resources()) == RESOURCES
    # Every step of every module, but for the version, which has no number before it is published.
    steps = [[step for step in seen.actions() if not step.startswith("create alias live")] for seen in (plan, run)]
    assert steps[0] == steps[1]
    assert Counter(kind_of(arn) for arn in site.resources()) == ARNS
    assert target_groups(site) == {f"{NAME}-service1", f"{NAME}-service1-alt", f"{NAME}-service2"}
    [target] = site.aws.client("application-autoscaling").describe_scalable_targets(**SCALING)["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 2)


def test_drift_tells_what_was_changed_by_hand_and_a_run_repairs_it(site: Site) -> None:
    settings = ["-e", json.dumps(SETTINGS)]
    made = behind.changes_of_options(NAME)
    for change in made:
        change.do(site.aws, NAME)
    drift = site.look("drift", "--diff", *settings, status=2)
    assert drift.resources() == {(change.action, change.kind, change.name) for change in made}
    behind.check_fields(drift, made)
    site.play("site", *settings)
    assert site.play("site", *settings).changed() == []
    [log] = flow_logs(site)
    assert (log["LogGroupName"], log["TrafficType"]) == (f"/aws/vpc/{NAME}", "REJECT")
    assert log["DeliverLogsPermissionArn"].endswith(f":role/{NAME}-flow-logs")
    assert endpoint_services(site) == {"com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.logs"}


def test_the_roles_are_those_that_were_shown(site: Site, folder: Path) -> None:
    site.play("permissions", "-e", json.dumps({**SETTINGS, "permissions_folder": str(folder)}))
    made = permissions.roles(site.aws, NAME)
    assert {role.pop("boundary") for role in made.values()} == {BOUNDARY}
    assert f"{NAME}-flow-logs" in made
    assert made == permissions.documents(folder / "roles")


def test_what_aws_has_of_the_settings(site: Site) -> None:
    ecs, elbv2 = site.aws.client("ecs"), site.aws.client("elbv2")
    [service] = ecs.describe_services(cluster=NAME, services=["service1"])["services"]
    weights = {one["capacityProvider"]: one["weight"] for one in service["capacityProviderStrategy"]}
    assert weights == {"FARGATE": 50, "FARGATE_SPOT": 50}
    task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    assert (task["ephemeralStorage"], task["runtimePlatform"]["cpuArchitecture"]) == ({"sizeInGiB": 30}, "ARM64")
    [container] = task["containerDefinitions"]
    assert (container["readonlyRootFilesystem"], container["ulimits"][0]["hardLimit"]) == (True, 2048)
    assert container["linuxParameters"]["capabilities"]["drop"] == ["NET_RAW"]
    [cluster] = ecs.describe_clusters(clusters=[NAME], include=["SETTINGS"])["clusters"]
    assert {"name": "containerInsights", "value": "enhanced"} in cluster["settings"]
    [balancer] = elbv2.describe_load_balancers(Names=[NAME])["LoadBalancers"]
    found = elbv2.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])["Attributes"]
    attributes = {one["Key"]: one["Value"] for one in found}
    assert (attributes["access_logs.s3.bucket"], attributes["access_logs.s3.enabled"]) == ("my-logs", "true")
    assert attributes["idle_timeout.timeout_seconds"] == "40"


def test_a_canary_deployment_serves_the_workflow(site: Site, tmp_path: Path) -> None:
    environment = {"SERVICE_NAME": "service1", "FAULT": "text"}
    site.set_hosts({"service1": {**OPTIONS, "ecs_service_environment": environment}, "service2": PLAIN})
    slow = {"workflow_timeout_seconds": 33, "release_steps": [], "release_step_seconds": 1}
    run = site.play("canary", *more("rollback"), "-e", json.dumps(slow))
    assert len([step for step in run.actions() if "alias" in step]) == 2, run.actions()
    assert any("update ECS service service1" in step and "task_definition" in step for step in run.actions())
    assert (flow_logs(site), endpoint_services(site)) == ([], set())
    assert f"{NAME}-flow-logs" not in role_names(site)
    payload = site.invoke({"data": "x"}, tmp_path / "payload.json")
    assert payload["service1"]["response"] == "processed", payload
    [service] = site.aws.client("ecs").describe_services(cluster=NAME, services=["service1"])["services"]
    assert service["deployments"][0]["rolloutState"] == "COMPLETED"
    assert service["desiredCount"] == 2


def test_the_deployer_looks_too(site: Site, tmp_path: Path) -> None:
    options = {"report_file": str(tmp_path / "report.html"), "logs_of": "service2", "logs_lines": 1000}
    run = site.play("doctor", *more("status", "report", "logs"), "-e", json.dumps(options))
    told = {name.partition(" : ")[2]: result for _, name, result in run.tasks}
    assert "user/deployer is allowed all" in told["Show the findings"]["msg"]
    assert f"{NAME}-workflow" in (tmp_path / "report.html").read_text()
    lines = told["Read the last lines"]["lines"]
    assert {line["source"].split("/")[0] for line in lines} == {"service2"}
    assert any("/process" in line["message"] for line in lines), lines


def test_what_everybody_asked_for_was_allowed(site: Site) -> None:
    entries = permissions.asked(site.aws)
    asked = [
        entry for entry in entries if f"role/{NAME}-" in entry["principal"] or "user/deployer" in entry["principal"]
    ]
    # Lambda tries to make a log group that is gone, and takes a refusal for an answer.
    refused = {(one["principal"], one["action"]) for one in asked if not one["allowed"]}
    assert refused <= {(f"arn:aws:iam::{ACCOUNT}:role/{NAME}-invoker", "logs:CreateLogGroup")}
    principals = {one["principal"].rpartition("/")[2].removeprefix(f"{NAME}-") for one in asked}
    services = {"service1-execution", "service1-deployment", "service2-execution"}
    assert principals == {"deployer", "workflow", "invoker", *services}


def test_no_role_may_what_it_never_asked_for(site: Site) -> None:
    """Every right is one that was used, or is named here with its reason."""
    asked = {(one["principal"].rpartition("/")[2], one["action"]) for one in permissions.asked(site.aws)}
    unseen = {
        # Step Functions asks for all of them; the embedded AWS for the three that it can judge by.
        "workflow": "logs:DeleteLogDelivery logs:DescribeResourcePolicies logs:GetLogDelivery logs:ListLogDeliveries "
        "logs:PutResourcePolicy",
        # ECS moves targets itself; the embedded AWS asks for the rule alone.
        "service1-deployment": "elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeRules "
        "elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth "
        "elasticloadbalancing:DeregisterTargets elasticloadbalancing:ModifyListener "
        "elasticloadbalancing:RegisterTargets",
        # The schedule is not enabled.
        "schedule": "lambda:InvokeFunction",
    }
    for name, role in permissions.roles(site.aws, NAME).items():
        actions = [action for one in statements(role["policies"].values()) for action in _listed(one["Action"])]
        known = unseen.get(name.removeprefix(f"{NAME}-"), "").split()
        assert {action for action in actions if (name, action) not in asked} == set(known), name


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


EVERYBODY = [
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/{NAME}-workflow"),
    ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/{NAME}-workflow"),
    ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x"),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/{NAME}-workflow"),
    ("s3:GetObject", "arn:aws:s3:::bucket/key"),
    ("ec2:RunInstances", f"arn:aws:ec2:{REGION}:instance/*"),
    ("kms:Decrypt", f"arn:aws:kms:{REGION}:key/x"),
    ("ecs:UpdateService", f"arn:aws:ecs:{REGION}:service/{NAME}/service1"),
    ("states:StartExecution", f"arn:aws:states:{REGION}:stateMachine:other"),
    ("states:StopExecution", f"arn:aws:states:{REGION}:execution:{NAME}-workflow:x"),
    ("states:DescribeExecution", f"arn:aws:states:{REGION}:execution:other:x"),
    ("states:DeleteStateMachine", MACHINE),
    ("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:function:other"),
    ("lambda:DeleteFunction", f"arn:aws:lambda:{REGION}:function:{NAME}-workflow-invoker"),
    ("execute-api:Invoke", f"arn:aws:execute-api:{REGION}:other/$default/POST/service1/process"),
    ("execute-api:Invoke", f"arn:aws:execute-api:{REGION}:API/$default/GET/service1/health"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:secret:{NAME}/other-AbCdEf"),
    ("ssm:GetParameters", f"arn:aws:ssm:{REGION}:parameter/other"),
    ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:log-group:/other:log-stream:x"),
    ("logs:DeleteLogStream", f"arn:aws:logs:{REGION}:log-group:/ecs/{NAME}:log-stream:service1/x"),
    ("logs:DeleteLogStream", f"arn:aws:logs:{REGION}:log-group:/ecs/{NAME}:log-stream:service2/x"),
    ("logs:DeleteLogGroup", f"arn:aws:logs:{REGION}:log-group:/ecs/{NAME}"),
    # A late line must not bring back a log group that a deletion has taken.
    *(("logs:CreateLogGroup", f"arn:aws:logs:{REGION}:log-group:{group}") for group in LOG_GROUPS),
    ("elasticloadbalancing:ModifyRule", f"arn:aws:elasticloadbalancing:{REGION}:listener-rule/app/other/1/2/3"),
]
SINGLE: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "workflow": [("states:StartExecution", MACHINE, QUALIFIED)],
    "invoker": [
        ("states:StartExecution", MACHINE, {}),
        ("states:StartExecution", MACHINE, {"states:statemachinequalifier": ["3"]}),
        ("states:StartSyncExecution", MACHINE, {}),
        ("execute-api:Invoke", f"arn:aws:execute-api:{REGION}:API/$default/POST/service1/process", {}),
        ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:log-group:/ecs/{NAME}:log-stream:service1/x", {}),
    ],
    "service1-execution": [
        ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:log-group:/ecs/{NAME}:log-stream:service2/service2/x", {}),
        ("ecr:BatchGetImage", f"arn:aws:ecr:{REGION}:repository/x", {}),
        ("ecr:GetAuthorizationToken", "*", {}),
    ],
    "flow-logs": [
        ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:log-group:/ecs/{NAME}:log-stream:x", {}),
        ("logs:CreateLogGroup", f"arn:aws:logs:{REGION}:log-group:/aws/vpc/{NAME}", {}),
    ],
    "service1-task": [
        ("logs:CreateLogStream", f"arn:aws:logs:{REGION}:log-group:/ecs/{NAME}:log-stream:service1/x", {}),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:secret:{NAME}/registry-AbCdEf", {}),
    ],
    "service1-deployment": [
        (
            "elasticloadbalancing:ModifyRule",
            f"arn:aws:elasticloadbalancing:{REGION}:listener-rule/app/{NAME}/1/2/3",
            {"aws:resourcetag/orchestra:service": "service2"},
        ),
        (
            "elasticloadbalancing:DeregisterTargets",
            f"arn:aws:elasticloadbalancing:{REGION}:targetgroup/{NAME}-service2/1",
            {},
        ),
    ],
}


def excesses(api_id: str, name: str, role: dict[str, Any]) -> list[str]:
    """Return what a role may do though it must not."""
    own = SINGLE.get(name.removeprefix(f"{NAME}-"), [])
    table = [*((action, resource, {}) for action, resource in EVERYBODY), *own]
    placed = [(action, resource.replace(":API/", f":{api_id}/"), context) for action, resource, context in table]
    return [
        f"{action} on {resource}" for action, resource, context in placed if allowed(role, action, resource, context)
    ]


def test_no_role_may_what_it_must_not(site: Site) -> None:
    made, api = permissions.roles(site.aws, NAME), api_id(site)
    assert len(made) == 6
    assert {name: excesses(api, name, role) for name, role in made.items()} == dict.fromkeys(made, [])


@pytest.mark.parametrize("element", ["Action", "Resource"])
def test_a_role_that_were_wider_would_be_found(site: Site, element: str) -> None:
    for name, role in permissions.roles(site.aws, NAME).items():
        wide = json.loads(json.dumps(role))
        for one in statements(wide["policies"].values()):
            one[element] = "*"
            one.pop("Condition", None)
        assert excesses(api_id(site), name, wide), name


def test_the_deployer_may_not_leave_the_site(site: Site, keys: dict[str, str]) -> None:
    def of(service: str) -> Any:
        return permissions.client(site.aws, service, keys)

    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam, ec2, ecs = of("iam"), of("ec2"), of("ecs")
    refused = [
        lambda: iam.create_role(RoleName="other", AssumeRolePolicyDocument=trust, PermissionsBoundary=BOUNDARY),
        # Without the boundary, not even a role of the site.
        lambda: iam.create_role(RoleName=f"{NAME}-x", AssumeRolePolicyDocument=trust),
        lambda: iam.delete_role_permissions_boundary(RoleName=f"{NAME}-workflow"),
        lambda: iam.attach_role_policy(RoleName=f"{NAME}-workflow", PolicyArn=BOUNDARY),
        lambda: iam.create_user(UserName="other"),
        lambda: iam.attach_user_policy(UserName="deployer", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"),
        lambda: ec2.create_vpc(CidrBlock="10.9.0.0/16"),
        lambda: ec2.delete_vpc(
            VpcId=ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
        ),
        lambda: ec2.run_instances(MinCount=1, MaxCount=1, ImageId="ami-1"),
        lambda: ecs.create_cluster(clusterName="other"),
        lambda: ecs.list_tasks(cluster="other"),
        lambda: ecs.register_task_definition(
            family=f"{NAME}-x", containerDefinitions=[], taskRoleArn=f"arn:aws:iam::{ACCOUNT}:role/other"
        ),
        lambda: of("sqs").list_queues(),
        lambda: of("stepfunctions").delete_state_machine(stateMachineArn=f"{MACHINE}2"),
        lambda: of("lambda").invoke(FunctionName="other"),
        lambda: of("secretsmanager").get_secret_value(SecretId="other"),
        lambda: of("apigatewayv2").create_api(Name="other", ProtocolType="HTTP"),
        lambda: of("logs").delete_log_group(logGroupName="/other"),
    ]
    for call in refused:
        with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied|UnauthorizedOperation"):
            call()


def test_destroy_leaves_nothing_of_it(site: Site) -> None:
    before = len(permissions.asked(site.aws))
    site.play("destroy")
    asked = [(one["action"], one["resource"]) for one in permissions.asked(site.aws)[before:]]
    actions = [action for action, _resource in asked]
    ends = [len(actions) - actions[::-1].index(action) for action in IN_ORDER]
    assert ends == sorted(ends)
    for group, writer in WRITERS.items():
        gone = [place for place, one in enumerate(asked) if one[0] == "logs:DeleteLogGroup" and f":{group}" in one[1]]
        assert len(gone) > 0, group
        assert min(gone) >= ends[IN_ORDER.index(writer)], group
    assert target_groups(site) == set()
    assert [arn for arn in site.resources() if ":elasticloadbalancing:" in arn or "scalable-target" in arn] == []
    client = site.aws.client("application-autoscaling")
    assert client.describe_scalable_targets(**SCALING)["ScalableTargets"] == []
    assert role_names(site) == []
