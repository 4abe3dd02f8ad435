# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "account-info"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["ecs:CreateCluster", "iam:SimulatePrincipalPolicy"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": "arn:aws:iam::123456789012:role/shop-*",
            "Condition": {"StringEquals": {"iam:PassedToService": "states.amazonaws.com"}},
        },
    ],
}


@pytest.fixture(scope="module")
def deployer(aws: EmbeddedAws) -> Iterator[dict[str, str]]:
    """Credentials of a user with the policy above."""
    iam = aws.client("iam")
    iam.create_user(UserName=NAME)
    iam.put_user_policy(UserName=NAME, PolicyName="some", PolicyDocument=json.dumps(POLICY))
    key = iam.create_access_key(UserName=NAME)["AccessKey"]
    yield {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}
    iam.delete_access_key(UserName=NAME, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=NAME, PolicyName="some")
    iam.delete_user(UserName=NAME)


def quotas(modules: Modules) -> dict[str, Any]:
    return {quota["key"]: quota for quota in modules.check("account_info", gather=["quotas"])["quotas"]}


def test_quotas_come_with_what_is_used_of_them(modules: Modules) -> None:
    before = quotas(modules)
    modules("vpc_network", name=NAME, nat_gateways="single", security_groups=[])
    during = quotas(modules)
    modules("vpc_network", name=NAME, state="absent")
    assert (before["vpcs"]["value"], before["elastic_ips"]["code"]) == (5, "L-0263D0A3")
    more = {key: during[key]["used"] - before[key]["used"] for key in ("vpcs", "internet_gateways", "elastic_ips")}
    assert more == {"vpcs": 1, "internet_gateways": 1, "elastic_ips": 1}
    assert during["nat_gateways"]["used"] >= 1
    assert during["fargate_vcpu"]["used"] is None


def test_zones_tell_whether_vpc_links_may_be_there(modules: Modules) -> None:
    found = modules("account_info", gather=["zones"])["zones"]
    links = {zone["zone_id"]: zone["vpc_links"] for zone in found}
    assert links["use1-az1"] is True
    assert links["use1-az3"] is False


def test_service_linked_roles_are_looked_for(aws: EmbeddedAws, modules: Modules) -> None:
    def exist() -> dict[str, bool]:
        found = modules("account_info", gather=["service_linked_roles"])["service_linked_roles"]
        return {role["service"]: role["exists"] for role in found}

    before = exist()
    iam = aws.client("iam")
    made = iam.create_service_linked_role(AWSServiceName="ops.apigateway.amazonaws.com")["Role"]
    after = exist()
    iam.delete_service_linked_role(RoleName=made["RoleName"])
    assert (before["ops.apigateway.amazonaws.com"], after["ops.apigateway.amazonaws.com"]) == (False, True)


def test_what_is_not_allowed_is_named(modules: Modules, deployer: dict[str, str]) -> None:
    passed = {"iam:PassedToService": ["states.amazonaws.com"]}
    wanted = [
        {"actions": ["ecs:CreateCluster", "ecs:DeleteCluster"]},
        {"actions": ["iam:PassRole"], "resources": ["arn:aws:iam::123456789012:role/shop-a"], "context": passed},
        {"actions": ["iam:PassRole"], "resources": ["arn:aws:iam::123456789012:role/other"], "context": passed},
    ]
    found = modules("account_info", gather=["permissions"], simulate=wanted, **deployer)["permissions"]
    assert found["principal"] == f"arn:aws:iam::123456789012:user/{NAME}"
    assert found["denied"] == [
        {"action": "ecs:DeleteCluster", "resource": "*"},
        {"action": "iam:PassRole", "resource": "arn:aws:iam::123456789012:role/other"},
    ]
    assert found["simulated"] == 3
    root = modules("account_info", gather=["permissions"], simulate=wanted)["permissions"]
    assert (root["principal"], root["reason"]) == (None, "the root user is not limited by policies")


def test_parameters_tell_their_types(aws: EmbeddedAws, modules: Modules) -> None:
    aws.client("ssm").put_parameter(Name="/account-info/plain", Value="x", Type="String")
    found = modules("account_info", gather=["parameters"], parameters=["/account-info/plain", "/account-info/none"])
    aws.client("ssm").delete_parameter(Name="/account-info/plain")
    assert [one["type"] for one in found["parameters"]] == ["String", None]


def test_what_may_not_be_read_does_not_hide_the_rest(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

    from ansible_collections.orchestra.aws.plugins.module_utils._account import zones

    def denied(*_: Any) -> None:
        raise AnsibleAWSError(message="Failed to list availability zones: AccessDenied")

    monkeypatch.setattr(zones, "zones", denied)
    found = modules("account_info", gather=["zones", "parameters"])
    assert (found["zones"], found["parameters"]) == (None, [])
    assert found["unreadable"] == {"zones": "Failed to list availability zones: AccessDenied"}
