# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._account.quotas import QUOTAS
from ansible_collections.orchestra.aws.plugins.module_utils._site import doctor, simulation
from ansible_collections.orchestra.aws.plugins.module_utils._site.needs import needs

ZONES = [{"name": f"r{number}", "zone_id": f"z-az{number}", "vpc_links": True} for number in (1, 2, 3)]
ALLOWED = {"principal": "arn:user/a", "reason": None, "simulated": 9, "denied": []}
ROLES = [{"service": "ecs.amazonaws.com", "name": "AWSServiceRoleForECS", "exists": True}]
KEPT = [{"name": "/shop/registry/username", "type": "SecureString"}]
# The quotas of which account_info tells the use.
IN_USE = [one.key for one in QUOTAS if one.use]
# A site with NAT gateways in two zones and one service.
DEPLOYED = {
    "network": {"vpc_id": "vpc-1", "listeners": [{"port": 8001, "target_group": "shop-cart"}] * 2},
    "api": {"api_id": "a1"},
    "billed": {"nat_gateways": 2, "public_addresses": 2, "load_balancers": 1},
}
SETTINGS: dict[str, Any] = {
    "account_id": "123456789012",
    "embedded": False,
    "site": {"network": None, "api": None, "billed": None},
    "faults": [],
    "plain_secrets": [],
    "registry": {"enabled": False, "given": False},
    "zone_count": 2,
    "excluded_zone_ids": [],
    "nat_gateways": "per_zone",
}


def quota(key: str, value: float | None, used: int | None = None) -> dict[str, Any]:
    return {"key": key, "service": "ec2", "code": "L-1", "name": key, "value": value, "used": used}


def found(facts: dict[str, Any] | None = None, hosts: dict[str, Any] | None = None, **settings: Any) -> list[str]:
    """Return the findings that are not ok, as the lines of the table."""
    account = {
        "caller": {"account_id": "123456789012", "arn": "arn:user/a", "region": "eu-central-1"},
        "unreadable": {},
        "zones": ZONES,
        "quotas": [quota("elastic_ips", 5, 1)],
        "service_linked_roles": ROLES,
        "permissions": ALLOWED,
        "parameters": [],
    }
    found = doctor.findings({**account, **(facts or {})}, {**SETTINGS, **settings}, hosts or {"cart": {}})
    lines = doctor.table(found).splitlines()
    assert len(lines) == len(found)
    return [line for line in lines if not line.startswith("ok")]


def test_when_all_is_well_every_check_says_so() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("facts", "settings", "told"),
    [
        ({}, {"faults": ["cart: no image."]}, "error    settings     cart: no image."),
        ({}, {"plain_secrets": ["all.yml: password"]}, "error    secrets      all.yml: password looks like a password"),
        ({}, {"plain_secrets": ["all.yml: password"], "embedded": True}, "warning  secrets      all.yml: password"),
        ({}, {"account_id": "999999999999"}, "error    account      The credentials are for account 123456789012"),
        ({}, {"account_id": ""}, "error    account      orchestra_account_id is not set: set it to 123456789012"),
        (
            {"permissions": {**ALLOWED, "denied": [{"action": "a:B", "resource": "*"}] * 2}},
            {},
            "error    permissions  arn:user/a is not allowed a:B: widen its policies.",
        ),
        ({"permissions": {**ALLOWED, "principal": None, "reason": "why"}}, {}, "warning  permissions  Nothing was"),
        (
            {"permissions": None, "unreadable": {"permissions": "AccessDenied."}},
            {},
            "warning  permissions  What these credentials may do could not be checked: AccessDenied.",
        ),
        (
            {
                "permissions": {**ALLOWED, "denied": [{"action": "iam:CreateServiceLinkedRole", "resource": "*"}]},
                "service_linked_roles": [{**ROLES[0], "exists": False}],
            },
            {},
            "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
        ),
        ({"zones": ZONES[:1]}, {}, "error    zones        eu-central-1 has 1 zones in which VPC links may be"),
        (
            {"zones": [{**ZONES[0], "vpc_links": False}, *ZONES[1:]]},
            {},
            "VPC links may not be in z-az1: set network_excluded_zone_ids: [z-az1].",
        ),
        ({"zones": [{**zone, "vpc_links": None} for zone in ZONES]}, {}, "warning  zones        AWS's list"),
        (
            {"quotas": [quota("elastic_ips", 5, 4)]},
            {},
            "elastic_ips: 4 are in use, the site needs 2, the quota is 5: ask",
        ),
        ({"quotas": [quota("elastic_ips", 5, 3)]}, {}, "which leaves little: ec2 L-1 in Service Quotas."),
        (
            {"quotas": [quota("elastic_ips", 5, 5)]},
            {"site": DEPLOYED, "zone_count": 3},
            "error    quotas       elastic_ips: 5 are in use, the site needs 1 more, the quota is 5: ask",
        ),
        (
            {"quotas": [quota("fargate_vcpu", 0.1)]},
            {"site": DEPLOYED},
            "fargate_vcpu: the site needs 0.25, the quota is 0.1: ask",
        ),
        ({}, {"site": {**DEPLOYED, "billed": None}}, "warning  quotas       What the site has of the quotas could"),
        ({"quotas": [quota("vpcs", None)]}, {}, "warning  quotas       AWS tells no quota of vpcs."),
        ({"parameters": [{"name": "/p", "type": "String"}]}, {}, "The parameter /p is a String: delete it"),
        ({"parameters": [{"name": "/p", "type": None}]}, {"registry": {"enabled": True, "given": False}}, "missing"),
    ],
)
def test_one_sentence_says_what_and_the_remedy(facts: dict[str, Any], settings: dict[str, Any], told: str) -> None:
    lines = found(facts, **settings)
    assert told in lines[-1] or told in lines[0], lines
    assert len(lines) <= 2


@pytest.mark.parametrize(
    ("facts", "settings"),
    [
        ({"zones": [{**ZONES[0], "vpc_links": False}, *ZONES[1:]]}, {"excluded_zone_ids": ["z-az1"]}),
        ({"zones": [*ZONES[:2], {**ZONES[2], "vpc_links": False}]}, {}),
        ({"quotas": [quota(key, 2, 2) for key in IN_USE]}, {"site": DEPLOYED}),
        ({"quotas": [quota("vpcs", 2, 3)]}, {"site": DEPLOYED}),
        ({"service_linked_roles": [{**ROLES[0], "exists": False}]}, {}),
        ({"parameters": KEPT}, {"registry": {"enabled": True, "given": False}}),
        ({"parameters": [{"name": "/p", "type": None}]}, {"registry": {"enabled": True, "given": True}}),
        ({"permissions": {**ALLOWED, "principal": None, "reason": "root"}}, {"embedded": True, "account_id": ""}),
    ],
)
def test_what_is_not_in_the_way_is_not_told(facts: dict[str, Any], settings: dict[str, Any]) -> None:
    assert found(facts, **settings) == []


def test_without_aws_there_is_one_error() -> None:
    lines = [one for one in doctor.findings({"msg": "no route"}, SETTINGS, {"cart": {}}) if one["level"] == "error"]
    assert [one["sentence"] for one in lines] == ["AWS cannot be asked: no route"]


@pytest.mark.parametrize(
    ("host", "on_demand", "spot"),
    [
        ({}, 0.25, 0),
        ({"ecs_service_cpu": "1024", "ecs_service_desired_count": 3}, 3, 0),
        ({"ecs_service_cpu": 1024, "ecs_service_autoscaling": {"maximum": 5}}, 5, 0),
        (
            {
                "ecs_service_cpu": 1024,
                "ecs_service_desired_count": 6,
                "ecs_service_capacity_provider_strategy": [
                    {"capacity_provider": "FARGATE", "base": 1, "weight": 1},
                    {"capacity_provider": "FARGATE_SPOT", "weight": 4},
                ],
            },
            2,
            4,
        ),
        ({"ecs_service_cpu": 1024, "ecs_service_desired_count": 10, "ecs_service_spot_percent": 0}, 10, 0),
        ({"ecs_service_cpu": 1024, "ecs_service_desired_count": 10, "ecs_service_spot_percent": "80"}, 2, 8),
        ({"ecs_service_cpu": 1024, "ecs_service_desired_count": 10, "ecs_service_spot_percent": 100}, 0, 10),
        ({"ecs_service_cpu": "much"}, 0, 0),
    ],
)
def test_what_a_service_takes_of_fargate(host: dict[str, Any], on_demand: float, spot: float) -> None:
    wanted = needs(SETTINGS, {"cart": host})
    assert (wanted["fargate_vcpu"], wanted["fargate_spot_vcpu"]) == (on_demand, spot)


def test_what_a_site_takes_of_the_rest() -> None:
    moving = {"ecs_service_deployment": {"strategy": "CANARY"}, "ecs_service_test_listener_port": 9001}
    wanted = needs(SETTINGS, {"a": {}, "b": moving})
    assert (wanted["elastic_ips"], wanted["nat_gateways"]) == (2, 1)
    assert (wanted["target_groups"], wanted["listeners"]) == (3, 3)
    assert needs({**SETTINGS, "nat_gateways": "none"}, {"a": {}})["elastic_ips"] == 0


def test_statements_become_simulations() -> None:
    statements = [
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": ["arn:role/shop-*"],
            "Condition": {
                "StringLike": {"iam:PassedToService": ["states.*", "lambda"]},
                "Null": {"aws:TokenIssueTime": "true"},
            },
        },
        {"Effect": "Allow", "Action": ["ecs:List*", "ecs:CreateCluster"], "Resource": "*"},
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "iam:DeleteRole", "Resource": "*"},
    ]
    assert simulation.requests([{"Statement": statements}]) == [
        {
            "actions": ["iam:PassRole"],
            "resources": ["arn:role/shop-any"],
            "context": {"iam:PassedToService": ["states.any"]},
        },
        {"actions": ["ecs:CreateCluster"], "resources": ["*"], "context": {}},
    ]
