# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The same properties on the embedded AWS, with few examples: modules as Ansible runs them, state after state."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules
from tests.properties import strategies_http_api, strategies_iam, strategies_network

# Looking for a simpler failing example takes minutes there.
FEW = settings(max_examples=5, phases=[Phase.explicit, Phase.generate])
_numbers = itertools.count()


@pytest.fixture(scope="module")
def modules(aws: EmbeddedAws) -> Modules:
    return Modules(aws)


def follows(modules: Modules, module: str, following: list[dict[str, Any]]) -> None:
    """Run a module with one desired state after the other, and delete what it made."""
    for options in following:
        predicted = modules.outcome(module, check=True, **options)
        done = modules.outcome(module, **options)
        if predicted.get("failed"):
            assert done["msg"] == predicted["msg"]
            # Refused by the module, not by AWS.
            assert not re.search("Failed to|An error occurred", done["msg"])
            continue
        assert not done.get("failed"), done["msg"]
        assert (done["diff"], done["actions"]) == (predicted["diff"], predicted["actions"])
        again = modules(module, **options)
        assert (again["actions"], again["changed"]) == ([], False)
        assert again["diff"]["before"] == again["diff"]["after"]
    name = following[0]["name"]
    modules(module, name=name, state="absent")
    assert not modules.check(module, name=name, state="absent")["changed"]


def named(following: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Give all states one name that no other example has."""
    name = f"property-{kind}-{next(_numbers)}"
    return [{**options, "name": name} for options in following]


@pytest.fixture(scope="module")
def targets(aws: EmbeddedAws) -> dict[str, str]:
    """What requests can be passed to, by what the strategies name: VPC links, and services that need not exist."""
    ec2, apis = aws.client("ec2"), aws.client("apigatewayv2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    links = {name: apis.create_vpc_link(Name=name, SubnetIds=[subnet])["VpcLinkId"] for name in ("link-1", "link-2")}
    service = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-"
    return links | {arn: f"{service}{number}" for number, arn in enumerate(strategies_http_api.LISTENERS)}


@FEW
@given(following=strategies_http_api.wishes())
def test_http_api(modules: Modules, targets: dict[str, str], following: list[dict[str, Any]]) -> None:
    follows(modules, "http_api", named(replaced(following, targets), "api"))


@pytest.fixture(scope="module")
def arns(aws: EmbeddedAws) -> dict[str, str]:
    """The ARNs of managed policies that exist, by those of the strategies."""
    iam = aws.client("iam")
    document = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    return {
        arn: iam.create_policy(PolicyName=f"property-{number}", PolicyDocument=document)["Policy"]["Arn"]
        for number, arn in enumerate(strategies_iam.ARNS)
    }


def _has_mappings(options: dict[str, Any]) -> bool:
    return all(isinstance(document, dict) for document in options.get("policies", {}).values())


@FEW
@given(
    following=st.lists(strategies_iam.OPTIONS.filter(_has_mappings), min_size=1, max_size=2),
    trust=strategies_iam.trusts(),
)
def test_iam_role(
    modules: Modules, arns: dict[str, str], following: list[dict[str, Any]], trust: dict[str, Any]
) -> None:
    wishes = replaced([{"trust_policy": trust, **following[0]}, *following[1:]], arns)
    for options in wishes:
        # More than ten together are for IAM to refuse, which knows the account's quota.
        options["purge_managed_policies"] = True
        for document in options.get("policies", {}).values():
            as_moto_takes_it(document)
    follows(modules, "iam_role", named(wishes, "role"))


def as_moto_takes_it(document: dict[str, Any]) -> None:
    """Give a policy the version that moto knows, and conditions without the numbers and booleans that IAM takes."""
    document["Version"] = "2012-10-17"
    for statement in document["Statement"]:
        for keys in statement.get("Condition", {}).values():
            for key, value in keys.items():
                keys[key] = value if isinstance(value, (str, list)) else json.dumps(value)


def replaced(following: list[dict[str, Any]], real: dict[str, str]) -> list[dict[str, Any]]:
    """Put what exists in the place of what the strategies name."""
    names = re.compile("|".join(map(re.escape, sorted(real, key=len, reverse=True))))
    return json.loads(names.sub(lambda found: real[found[0]], json.dumps(following)))


@FEW
@given(following=st.lists(strategies_network.security_groups(), min_size=2, max_size=2))
def test_security_groups(modules: Modules, following: list[list[dict[str, Any]]]) -> None:
    shape = {"nat_gateways": "none", "public_subnets": [], "availability_zone_count": 1}
    tags = {"orchestra:project": "property", "orchestra:environment": "test"}
    wishes = [{**shape, "tags": tags, "security_groups": groups} for groups in following]
    follows(modules, "vpc_network", named(wishes, "network"))


@FEW
@given(following=st.lists(strategies_network.SHAPES, min_size=2, max_size=2))
def test_networks(modules: Modules, following: list[dict[str, Any]]) -> None:
    follows(modules, "vpc_network", named(following, "shape"))
