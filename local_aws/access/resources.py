# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Which resources a request touches, as ARNs, and what tags they have."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.secretsmanager.models import secretsmanager_backends

from local_aws.access.catalogue import Action, ResourceType
from local_aws.access.parameters import named

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
# Actions that make what they name: AWS checks them against the type's ARN with * for the id that is still to come.
_MAKING = ("Create", "Allocate", "Register", "Put", "Run")

# service -> resource type -> the parameters that name resources of it, by id, name or ARN.
_NAMED_BY: dict[str, dict[str, str]] = {
    "application-autoscaling": {"ScalableTarget": "ResourceARN"},
    "cloudwatch": {"alarm": "AlarmName AlarmNames ResourceARN", "dashboard": "DashboardName DashboardNames"},
    "ec2": {
        "vpc": "VpcId",
        "subnet": "SubnetId SubnetIds AddSubnetIds",
        "route-table": "RouteTableId RouteTableIds AddRouteTableIds",
        "internet-gateway": "InternetGatewayId",
        "natgateway": "NatGatewayId",
        "elastic-ip": "AllocationId",
        "security-group": "GroupId SecurityGroupIds AddSecurityGroupIds",
        "vpc-endpoint": "VpcEndpointId VpcEndpointIds",
        "vpc-flow-log": "FlowLogIds",
    },
    "ecs": {"cluster": "cluster clusters clusterName", "task": "task tasks"},
    "elasticloadbalancing": {
        "loadbalancer/app/": "LoadBalancerArn",
        "targetgroup": "TargetGroupArn",
        "listener/app": "ListenerArn",
        "listener-rule/app": "RuleArn",
    },
    "events": {"rule-on-default-event-bus": "Name Rule ResourceARN"},
    "iam": {"role": "RoleName", "instance-profile": "InstanceProfileName"},
    "lambda": {"function": "FunctionName Resource"},
    "logs": {"log-group": "logGroupName resourceArn logGroupIdentifier"},
    "scheduler": {"schedule-group": "GroupName ResourceArn"},
    "sns": {"topic": "TopicArn Name ResourceArn"},
    "ssm": {"parameter": "Name Names ResourceId"},
    "states": {"statemachine": "stateMachineArn resourceArn", "execution": "executionArn", "express": "executionArn"},
}
_EC2_PREFIXES = {
    "vpc": "vpc",
    "subnet": "subnet",
    "rtb": "route-table",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "eipalloc": "elastic-ip",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "vpce": "vpc-endpoint",
    "fl": "vpc-flow-log",
}


@dataclasses.dataclass(frozen=True)
class Place:
    """Account and region of a request."""

    account: str
    region: str

    def arn(self, form: str, *values: str) -> str:
        """A format of the reference with its placeholders filled, the last ones with * where values are missing."""
        known = {"Partition": "aws", "Region": self.region, "Account": self.account}
        left = iter(values)
        return _PLACEHOLDER.sub(lambda found: known.get(found[1]) or next(left, "*"), form)


def touched(action: Action, parameters: dict[str, Any], place: Place) -> list[tuple[ResourceType | None, str]]:
    """The resources that IAM is asked about: type and ARN; only "*" for an action without resource types."""
    found: list[tuple[ResourceType | None, str]] = []
    missing: list[ResourceType] = []
    for kind in action.types:
        arns = [arn for arn in _arns(action, kind, parameters, place) if _is_of(kind, arn, place)]
        found.extend((kind, arn) for arn in arns)
        if not arns and kind.required:
            missing.append(kind)
    if not found or action.name.startswith(_MAKING):
        found.extend((kind, place.arn(kind.arn)) for kind in missing)
    return found or [(None, "*")]


def _arns(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    special = _SPECIAL.get((action.service, kind.name))
    if special is not None:
        yield from special(action, kind, parameters, place)
    names = _NAMED_BY.get(action.service, {}).get(kind.name, "").split()
    for value in named(parameters, *names):
        yield _qualified(value) if value.startswith("arn:") else place.arn(kind.arn, *_values(kind, value, parameters))


def _values(kind: ResourceType, value: str, parameters: dict[str, Any]) -> list[str]:
    if kind.name == "parameter":
        return [value.removeprefix("/")]
    if kind.name == "task":
        return [_last(str(parameters.get("cluster") or "default")), value]
    return [value]


def _qualified(arn: str) -> str:
    """The ARN that IAM sees: that of the state machine or function for one of its versions and aliases."""
    parts = arn.split(":")
    if parts[2] in ("states", "lambda") and parts[5] in ("stateMachine", "function"):
        return ":".join(parts[:7])
    return arn.removesuffix(":*")


def _is_of(kind: ResourceType, arn: str, place: Place) -> bool:
    """Whether an ARN that the request named is one of this type."""
    start = kind.arn.split("${Account}")[-1].split("${")[0]
    return start in arn if start.strip(":/") else True


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _ecs_services(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    cluster = _last(str(parameters.get("cluster") or "default"))
    for name in named(parameters, "service", "services", "serviceName"):
        yield name if name.startswith("arn:") else place.arn(kind.arn, cluster, name)
    yield from (arn for arn in named(parameters, "resourceArn") if ":service/" in arn)


def _task_definitions(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    if action.name in ("CreateService", "UpdateService"):
        return
    for name in named(parameters, "family", "taskDefinition", "taskDefinitions"):
        yield name if name.startswith("arn:") else place.arn(kind.arn, *name.split(":"))
    yield from (arn for arn in named(parameters, "resourceArn") if ":task-definition/" in arn)


def _balancing(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    yield from named(parameters, "ResourceArns")
    if action.name == "CreateLoadBalancer" and kind.name == "loadbalancer/app/":
        yield place.arn(kind.arn, str(parameters["Name"]))
    if action.name == "CreateTargetGroup":
        yield place.arn(kind.arn, str(parameters["Name"]))


def _secrets(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    """A secret's ARN ends in six characters that AWS adds."""
    if action.name == "CreateSecret":
        yield place.arn(kind.arn, f"{parameters['Name']}-??????")
    for name in named(parameters, "SecretId"):
        known = secretsmanager_backends[place.account][place.region].secrets.get(name)
        if name.startswith("arn:"):
            yield name
        else:
            yield known.arn if known is not None else place.arn(kind.arn, f"{name}-??????")


def _streams(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    groups = named(parameters, "logGroupName")
    yield from (place.arn(kind.arn, group, *named(parameters, "logStreamName")) for group in groups)


def _machines(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    if action.name == "CreateStateMachine":
        yield place.arn(kind.arn, str(parameters["name"]))
    yield from map(_qualified, named(parameters, "stateMachineAliasArn", "stateMachineVersionArn"))
    for route in parameters.get("routingConfiguration") or []:
        yield from map(_qualified, named(route, "stateMachineVersionArn"))


def _schedules(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    group = str(parameters.get("GroupName") or "default")
    yield from (place.arn(kind.arn, group, name) for name in named(parameters, "Name"))


def _associated(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    """The route table behind an association, and what CreateTags and DeleteTags name in one list."""
    yield from _tagged(action, kind, parameters, place)
    asked = named(parameters, "AssociationId")
    for table in list(ec2_backends[place.account][place.region].route_tables.values()):
        for association in table.associations:
            if association["RouteTableAssociationId"] in asked:
                yield place.arn(kind.arn, table.id if kind.name == "route-table" else association.get("SubnetId", "*"))


def _tagged(action: Action, kind: ResourceType, parameters: dict[str, Any], place: Place) -> Iterator[str]:
    listed = "Resources" if action.name in ("CreateTags", "DeleteTags") else "ResourceIds"
    for identifier in named(parameters, listed):
        if _EC2_PREFIXES.get(identifier.partition("-")[0]) == kind.name:
            yield place.arn(kind.arn, identifier)


_SPECIAL: dict[tuple[str, str], Any] = {
    ("ecs", "service"): _ecs_services,
    ("ecs", "task-definition"): _task_definitions,
    ("elasticloadbalancing", "loadbalancer/app/"): _balancing,
    ("elasticloadbalancing", "targetgroup"): _balancing,
    ("elasticloadbalancing", "listener/app"): _balancing,
    ("elasticloadbalancing", "listener-rule/app"): _balancing,
    ("secretsmanager", "Secret"): _secrets,
    ("logs", "log-stream"): _streams,
    ("states", "statemachine"): _machines,
    ("scheduler", "schedule"): _schedules,
    **{("ec2", kind): _tagged for kind in _EC2_PREFIXES.values()},
    ("ec2", "route-table"): _associated,
    ("ec2", "subnet"): _associated,
}


def tags(arn: str, place: Place) -> dict[str, str]:
    """The tags that a resource of EC2, Elastic Load Balancing or API Gateway has; others are told apart by name."""
    service, resource = arn.split(":")[2], arn.split(":", 5)[-1]
    if service == "ec2":
        found = ec2_backends[place.account][place.region].tags.get(_last(resource), {})
    elif service == "elasticloadbalancing":
        found = elbv2_backends[place.account][place.region].tagging_service.get_tag_dict_for_resource(arn)
    elif service == "apigateway":
        found = apigatewayv2_backends[place.account][place.region].get_tags(arn)
    else:
        found = {}
    return {str(key): str(value) for key, value in found.items()}
