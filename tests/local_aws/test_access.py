# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""What IAM is asked about a request, and whether the deployer's policies fit what the actions support."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

from local_aws.access import catalogue, decide
from local_aws.access.resources import Place
from local_aws.refusals import Call

ROOT = Path(__file__).resolve().parents[2]
PLACE = Place("123456789012", "us-east-1")
REGION = "us-east-1:123456789012"
SITE = [{"Key": "site", "Value": "a"}]
ROLE = "arn:aws:iam::123456789012:role/x"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:loadbalancer/app/a/1"


def asked(service: str, operation: str, given: dict[str, Any], method: str = "POST", path: str = "/") -> list[str]:
    call = Call(service, "us-east-1", operation, "AKIA", "json")
    environ = {"RAW_URI": path, "REQUEST_METHOD": method}
    return [f"{one.action} {one.resource}" for one in decide.checks(call, given, PLACE, environ)]


@pytest.mark.parametrize(
    ("service", "operation", "given", "expected"),
    [
        ("ec2", "DescribeVpcs", {}, ["ec2:DescribeVpcs *"]),
        (
            "ec2",
            "CreateSubnet",
            {"VpcId": "vpc-1", "TagSpecifications": [{"ResourceType": "subnet", "Tags": SITE}]},
            [
                f"ec2:CreateSubnet arn:aws:ec2:{REGION}:vpc/vpc-1",
                f"ec2:CreateSubnet arn:aws:ec2:{REGION}:subnet/*",
                f"ec2:CreateTags arn:aws:ec2:{REGION}:subnet/*",
            ],
        ),
        (
            "ec2",
            "DeleteTags",
            {"Resources": ["vpc-1", "sg-1"]},
            [
                f"ec2:DeleteTags arn:aws:ec2:{REGION}:security-group/sg-1",
                f"ec2:DeleteTags arn:aws:ec2:{REGION}:vpc/vpc-1",
            ],
        ),
        (
            "ecs",
            "RegisterTaskDefinition",
            {"family": "f", "executionRoleArn": ROLE},
            [f"ecs:RegisterTaskDefinition arn:aws:ecs:{REGION}:task-definition/f:*", f"iam:PassRole {ROLE}"],
        ),
        (
            "ecs",
            "UpdateService",
            {"cluster": "c", "service": "s", "loadBalancers": [{"advancedConfiguration": {"roleArn": ROLE}}]},
            [f"ecs:UpdateService arn:aws:ecs:{REGION}:service/c/s", f"iam:PassRole {ROLE}"],
        ),
        (
            "elasticloadbalancing",
            "CreateListener",
            {"LoadBalancerArn": BALANCER, "Tags": SITE},
            [
                f"elasticloadbalancing:CreateListener {BALANCER}",
                f"elasticloadbalancing:AddTags {BALANCER.replace('loadbalancer/', 'listener/')}/*",
            ],
        ),
        (
            "states",
            "StartExecution",
            {"stateMachineArn": f"arn:aws:states:{REGION}:stateMachine:m:live", "name": "n"},
            [f"states:StartExecution arn:aws:states:{REGION}:stateMachine:m"],
        ),
        (
            "states",
            "CreateStateMachine",
            {"name": "m", "roleArn": ROLE, "publish": True},
            [
                f"states:CreateStateMachine arn:aws:states:{REGION}:stateMachine:m",
                f"states:PublishStateMachineVersion arn:aws:states:{REGION}:stateMachine:m",
                f"iam:PassRole {ROLE}",
            ],
        ),
        (
            "states",
            "DescribeExecution",
            {"executionArn": f"arn:aws:states:{REGION}:execution:m:n"},
            [f"states:DescribeExecution arn:aws:states:{REGION}:execution:m:n"],
        ),
        ("lambda", "Invoke", {"FunctionName": "f"}, [f"lambda:InvokeFunction arn:aws:lambda:{REGION}:function:f"]),
        (
            "secretsmanager",
            "CreateSecret",
            {"Name": "s"},
            [f"secretsmanager:CreateSecret arn:aws:secretsmanager:{REGION}:secret:s-??????"],
        ),
        ("nothing", "Known", {}, ["nothing:Known *"]),
    ],
)
def test_the_questions(service: str, operation: str, given: dict[str, Any], expected: list[str]) -> None:
    assert asked(service, operation, given) == expected


def test_api_gateway_is_asked_by_method_and_path() -> None:
    arn = "arn:aws:apigateway:us-east-1::/apis/abc/routes/r"
    assert asked("apigatewayv2", "UpdateRoute", {}, "PATCH", "/v2/apis/abc/routes/r") == [f"apigateway:PATCH {arn}"]


def test_the_keys_of_a_question() -> None:
    call = Call("states", "us-east-1", "StartExecution", "AKIA", "json")
    given = {"stateMachineArn": f"arn:aws:states:{REGION}:stateMachine:m:live"}
    [question] = decide.checks(call, given, PLACE, {})
    assert question.context == {"states:statemachinequalifier": ["live"]}
    call = Call("ec2", "us-east-1", "CreateVpc", "AKIA", "ec2")
    given = {"TagSpecifications": [{"ResourceType": "vpc", "Tags": SITE}]}
    made, tagged = decide.checks(call, given, PLACE, {})
    assert made.context == {"aws:requesttag/site": "a", "aws:tagkeys": ["site"]}
    assert tagged.context == {**made.context, "ec2:createaction": "CreateVpc"}


def deployer(boundary: str) -> dict[str, Any]:
    text = (ROOT / "files" / "iam" / "deployer.yml.j2").read_text(encoding="utf-8")
    header, _, body = text.partition("\n")
    options = dict(re.findall(r"(\w+):'([^']+)'", header))
    environment = jinja2.Environment(
        autoescape=False, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options
    )
    caller = {"partition": "aws", "region": "us-east-1", "account_id": "123456789012"}
    rendered = environment.from_string(body).render(
        permissions_name="shop-prod",
        permissions_project="shop",
        permissions_environment="prod",
        permissions_boundary=boundary,
        common_caller=caller,
    )
    documents: dict[str, Any] = yaml.safe_load(rendered)
    return documents


def statements() -> Iterator[tuple[dict[str, Any], str, catalogue.Action]]:
    """Each statement of the deployer's policies with each of its actions."""
    for document in deployer("arn:aws:iam::123456789012:policy/b").values():
        for statement in document["Statement"]:
            for name in [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]:
                service, _, action = name.partition(":")
                found = catalogue.action(service, action)
                if service != "apigateway" and not action.startswith(("ListLogDel", "UntagLogGroup")):
                    assert found is not None, f"{name} is no action"
                if found is not None:
                    yield statement, name, found


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_resources_are_ones_that_the_actions_have() -> None:
    for statement, name, action in statements():
        resources = listed(statement["Resource"])
        if resources == ["*"]:
            continue
        kinds = [PLACE.arn(kind.arn.partition("${Account}")[2].partition("${")[0]) for kind in action.types]
        named = [one.split(":", 5)[5] for one in resources]
        # "*/*" stands for all types of EC2, of which the tags tell the site's own.
        fits = [kind for kind in kinds for one in named if f":{one}".startswith(kind) or one == "*/*"]
        assert fits, (name, kinds, resources)


def test_everything_stands_only_where_aws_has_nothing_narrower() -> None:
    # They take an ARN, but of any name: what is looked for may not exist yet, or is named otherwise.
    by_name = {"cloudwatch:DescribeAlarms", "ec2:DescribeVpcAttribute", "iam:ListRoles", "sns:ListTopics"}
    by_name |= {"logs:DescribeLogGroups", "scheduler:ListSchedules"}
    for statement, name, action in statements():
        if statement["Resource"] == "*" and not statement.get("Condition"):
            needed = [kind.name for kind in action.types if kind.required]
            assert not needed or name in by_name, (name, needed)


def test_conditions_are_on_keys_that_the_actions_support() -> None:
    for statement, name, action in statements():
        for key in (key for keys in statement.get("Condition", {}).values() for key in keys):
            start = key.partition("/")[0]
            assert any(known.partition("/")[0] == start for known in action.keys), (name, key)


def test_a_boundary_is_demanded_when_there_is_one() -> None:
    assert "iam:PermissionsBoundary" in json.dumps(deployer("arn:aws:iam::123456789012:policy/b"))
    assert "iam:PermissionsBoundary" not in json.dumps(deployer(""))
