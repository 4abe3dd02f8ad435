# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The decision on one request: every action and resource that IAM is asked about, in AWS's order.

Besides the operation itself these are: the tags of what is made, roles that are handed to a service (iam:PassRole),
service-linked roles, which this account never has yet, and the log delivery that a stage with an access log sets up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from moto.iam.models import iam_backends

from local_aws import identity
from local_aws.access import apigateway, catalogue, resources
from local_aws.access.catalogue import Action, ResourceType
from local_aws.access.parameters import named, pairs, parameters, tags
from local_aws.access.resources import Place
from local_aws.front import Environ
from local_aws.refusals import Call

Context = dict[str, str | list[str]]

_SERVICES = {"tagging": "tag", "monitoring": "cloudwatch"}
_ACTIONS = {("lambda", "Invoke"): "InvokeFunction", ("lambda", "InvokeWithResponseStream"): "InvokeFunction"}
# Answered to everybody, whatever the policies say.
_FREE = {("sts", "GetCallerIdentity"), ("sts", "GetSessionToken")}
# The action that IAM asks about when something is made with tags; EC2 is a case of its own.
_TAGGING = {
    "application-autoscaling": "TagResource",
    "cloudwatch": "TagResource",
    "ecs": "TagResource",
    "elasticloadbalancing": "AddTags",
    "events": "TagResource",
    "iam": "TagRole",
    "lambda": "TagResource",
    "logs": "TagResource",
    "secretsmanager": "TagResource",
    "sns": "TagResource",
    "ssm": "AddTagsToResource",
    "states": "TagResource",
}
# Operation -> where the ARN of a role is that the service is to assume, and the service.
_PASSED: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("ecs", "RegisterTaskDefinition"): [
        ("executionRoleArn", "ecs-tasks.amazonaws.com"),
        ("taskRoleArn", "ecs-tasks.amazonaws.com"),
    ],
    ("ecs", "CreateService"): [("roleArn", "ecs.amazonaws.com")],
    ("ecs", "UpdateService"): [("roleArn", "ecs.amazonaws.com")],
    ("lambda", "CreateFunction"): [("Role", "lambda.amazonaws.com")],
    ("lambda", "UpdateFunctionConfiguration"): [("Role", "lambda.amazonaws.com")],
    ("states", "CreateStateMachine"): [("roleArn", "states.amazonaws.com")],
    ("states", "UpdateStateMachine"): [("roleArn", "states.amazonaws.com")],
    ("scheduler", "CreateSchedule"): [("RoleArn", "scheduler.amazonaws.com")],
    ("scheduler", "UpdateSchedule"): [("RoleArn", "scheduler.amazonaws.com")],
    ("ec2", "CreateFlowLogs"): [("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com")],
    ("apigatewayv2", "CreateIntegration"): [("CredentialsArn", "apigateway.amazonaws.com")],
    ("apigatewayv2", "UpdateIntegration"): [("CredentialsArn", "apigateway.amazonaws.com")],
}
_SERVICE_LINKED = {
    ("ecs", "CreateCluster"): "ecs.amazonaws.com",
    ("elasticloadbalancing", "CreateLoadBalancer"): "elasticloadbalancing.amazonaws.com",
    ("apigatewayv2", "CreateVpcLink"): "ops.apigateway.amazonaws.com",
    ("application-autoscaling", "RegisterScalableTarget"): "ecs.application-autoscaling.amazonaws.com",
}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
_LOG_DELIVERY = (
    *("logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies"),
    *("logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery"),
)


@dataclasses.dataclass(frozen=True)
class Check:
    """One question to IAM."""

    action: str
    resource: str
    context: Context = dataclasses.field(default_factory=dict)


def refused(principal: identity.Principal, call: Call, environ: Environ, body: bytes) -> str | None:
    """The sentence with which AWS refuses the request; None when it may go on."""
    if principal.is_root or (call.service, call.operation) in _FREE:
        return None
    place = Place(principal.account, call.region)
    for check in checks(call, parameters(call, environ, body), place, environ):
        if not identity.authorize(principal, check.action, check.resource, check.context):
            return (
                f"User: {principal.arn} is not authorized to perform: {check.action} on resource: {check.resource}"
                f" because no identity-based policy allows the {check.action} action"
            )
    return None


def checks(call: Call, given: dict[str, Any], place: Place, environ: Environ) -> Iterator[Check]:
    """Everything that IAM is asked about one request."""
    if call.service == "apigatewayv2":
        yield from apigateway.checks(call, given, place, environ, Check)
    else:
        yield from _own(call, given, place)
    for name, service in _PASSED.get((call.service, call.operation), []):
        for role in dict.fromkeys(_deep(given, name)):
            yield Check("iam:PassRole", role, {"iam:passedtoservice": service})
    linked = _SERVICE_LINKED.get((call.service, call.operation))
    if linked is not None:
        arn = f"arn:aws:iam::{place.account}:role/aws-service-role/{linked}/AWSServiceRole"
        yield Check("iam:CreateServiceLinkedRole", arn, {"iam:awsservicename": linked})
    if call.operation in ("CreateStage", "UpdateStage") and given.get("AccessLogSettings"):
        yield from (Check(name, "*") for name in _LOG_DELIVERY)


def _own(call: Call, given: dict[str, Any], place: Place) -> Iterator[Check]:
    service = _SERVICES.get(call.service, call.service)
    name = _ACTIONS.get((service, call.operation), call.operation)
    action = catalogue.action(service, name)
    if action is None:
        yield Check(f"{service}:{name}", "*")
        return
    touched = resources.touched(action, given, place)
    for kind, arn in touched:
        yield Check(f"{service}:{name}", arn, _context(action, kind, arn, given, place))
    yield from _tags_of_the_made(action, touched, given, place)
    # Publishing a version while creating or updating is an action of its own.
    if service == "states" and given.get("publish"):
        yield Check("states:PublishStateMachineVersion", touched[0][1])


def _tags_of_the_made(
    action: Action, touched: list[tuple[ResourceType | None, str]], given: dict[str, Any], place: Place
) -> Iterator[Check]:
    for specification in given.get("TagSpecifications") or []:
        kind, listed = str(specification.get("ResourceType")), pairs(specification.get("Tags") or [])
        arn = f"arn:aws:ec2:{place.region}:{place.account}:{kind}/*"
        yield Check("ec2:CreateTags", arn, {**_request_tags(listed), "ec2:createaction": action.name})
    tagging = _TAGGING.get(action.service)
    listed = tags(given)
    if not listed or tagging is None or "Tag" in action.name:
        return
    context = {**_request_tags(listed), f"{action.service}:createaction": action.name}
    for arn in {_made(action.name, arn) for _kind, arn in touched}:
        yield Check(f"{action.service}:{tagging}", arn, context)


def _made(name: str, arn: str) -> str:
    """The ARN of what is made; a listener and a rule are named after what they belong to."""
    if name == "CreateListener":
        return arn.replace(":loadbalancer/", ":listener/") + "/*"
    if name == "CreateRule":
        return arn.replace(":listener/", ":listener-rule/") + "/*"
    return arn


def _context(action: Action, kind: ResourceType | None, arn: str, given: dict[str, Any], place: Place) -> Context:
    """The condition keys that the action supports on this resource, names in lower case."""
    context: Context = {}
    if kind is not None and kind.resource_tags and not arn.endswith("/*"):
        context |= {f"aws:resourcetag/{key.lower()}": value for key, value in resources.tags(arn, place).items()}
    specified = [item for item in given.get("TagSpecifications") or [] if kind and item["ResourceType"] == kind.name]
    if action.name in ("CreateTags", "DeleteTags"):
        context |= _request_tags(pairs(given.get("Tags") or []))
    elif specified:
        context |= _request_tags(pairs(specified[0].get("Tags") or []))
    elif action.request_tags and not given.get("TagSpecifications"):
        context |= _request_tags(tags(given))
    if "ecs:cluster" in action.keys:
        context |= {"ecs:cluster": f"arn:aws:ecs:{place.region}:{place.account}:cluster/{_cluster(given)}"}
    if "iam:PermissionsBoundary" in action.keys:
        context |= _boundary(given, place)
    if "states:StateMachineQualifier" in action.keys:
        qualifiers = [name.split(":")[7] for name in named(given, "stateMachineArn") if name.count(":") == 7]
        context |= {"states:statemachinequalifier": qualifiers} if qualifiers else {}
    return context


def _request_tags(listed: Mapping[str, str]) -> Context:
    keys: Context = {"aws:tagkeys": list(listed)} if listed else {}
    return {**keys, **{f"aws:requesttag/{key.lower()}": value for key, value in listed.items()}}


def _cluster(given: dict[str, Any]) -> str:
    return str(given.get("cluster") or "default").rpartition("/")[2]


def _boundary(given: dict[str, Any], place: Place) -> Context:
    """The boundary that the request sets; else the one that the role has."""
    asked = given.get("PermissionsBoundary")
    if not asked:
        name = given.get("RoleName")
        roles = [role for role in list(iam_backends[place.account]["aws"].roles.values()) if role.name == name]
        asked = (roles[0].permissions_boundary_arn if roles else None) or ""
    return {"iam:permissionsboundary": str(asked)} if asked else {}


def _deep(value: Any, name: str) -> Iterator[str]:
    """The texts under a name at any depth."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == name and isinstance(item, str) and item:
                yield item
            yield from _deep(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _deep(item, name)
