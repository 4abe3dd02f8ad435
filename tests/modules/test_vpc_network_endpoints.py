# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Endpoints and the flow log of a network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "endpoints-test"
TAGS = {"orchestra:project": "endpoints", "orchestra:environment": "test", "orchestra:component": "network"}
GROUPS = [
    {"name": "tasks", "ingress": [], "egress": [{"port": 443, "group": "ends"}]},
    {"name": "ends", "ingress": [{"port": 443, "group": "tasks"}], "egress": []},
]
S3 = {"service": "s3"}
LOGS = {"service": "logs", "security_groups": ["ends"]}
ECR = {"service": "com.amazonaws.us-east-1.ecr.api", "security_groups": ["ends"]}
READ_ONLY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
}
ROLE = "arn:aws:iam::123456789012:role/flow"
LOG = {"log_group": "/aws/vpc/endpoints-test", "role_arn": ROLE}


def options(*endpoints: dict[str, Any], log: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "name": NAME,
        "tags": TAGS,
        "security_groups": GROUPS,
        "nat_gateways": "none",
        "endpoints": list(endpoints),
        "flow_log": log or {},
        **more,
    }


class Account:
    """What is in the account of the network under test, seen with boto3."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.ec2 = aws.client("ec2")

    def vpc_id(self) -> str | None:
        found = self.ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [NAME]}])["Vpcs"]
        return found[0]["VpcId"] if found else None

    def endpoints(self) -> dict[str, dict[str, Any]]:
        found = self.ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [str(self.vpc_id())]}])
        live = [one for one in found["VpcEndpoints"] if one["State"] != "deleted"]
        return {one["ServiceName"].removeprefix("com.amazonaws.us-east-1."): one for one in live}

    def flow_logs(self) -> list[dict[str, Any]]:
        wanted = [{"Name": "resource-id", "Values": [str(self.vpc_id())]}]
        return self.ec2.describe_flow_logs(Filter=wanted)["FlowLogs"]

    def group_id(self, name: str) -> str:
        wanted = [{"Name": "vpc-id", "Values": [str(self.vpc_id())]}, {"Name": "group-name", "Values": [name]}]
        return self.ec2.describe_security_groups(Filters=wanted)["SecurityGroups"][0]["GroupId"]


@pytest.fixture
def account(aws: EmbeddedAws) -> Account:
    return Account(aws)


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws, modules: Modules) -> Iterator[None]:
    yield
    modules("vpc_network", name=NAME, state="absent", wait_timeout=5)


def test_check_mode_predicts_endpoints_and_flow_log_from_an_empty_account(modules: Modules, account: Account) -> None:
    wanted = options(S3, LOGS, ECR, log=LOG)
    predicted = modules.check("vpc_network", **wanted)
    assert account.vpc_id() is None
    made = modules("vpc_network", **wanted)
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"]
    assert [one["service"] for one in predicted["network"]["endpoints"]] == ["s3", "logs", "ecr.api"]
    assert all("known after" in one["vpc_endpoint_id"] for one in predicted["network"]["endpoints"])
    assert {one["state"] for one in made["network"]["endpoints"]} == {"available"}
    assert made["wait_for"] == []
    again = modules("vpc_network", **wanted)
    assert (again["changed"], again["actions"]) == (False, [])
    network = again["network"]
    s3, logs = account.endpoints()["s3"], account.endpoints()["logs"]
    assert (s3["VpcEndpointType"], s3["RouteTableIds"]) == ("Gateway", network["private_route_table_ids"])
    assert (logs["VpcEndpointType"], logs["PrivateDnsEnabled"]) == ("Interface", True)
    assert sorted(logs["SubnetIds"]) == sorted(network["private_subnet_ids"])
    assert [group["GroupId"] for group in logs["Groups"]] == [network["security_group_ids"]["ends"]]
    assert {tag["Key"]: tag["Value"] for tag in logs["Tags"]} == {**TAGS, "Name": f"{NAME}-logs"}
    [log] = account.flow_logs()
    assert (log["FlowLogId"], log["LogGroupName"]) == (network["flow_log_id"], LOG["log_group"])
    assert (log["TrafficType"], log["DeliverLogsPermissionArn"]) == ("ALL", ROLE)
    assert {tag["Key"]: tag["Value"] for tag in log["Tags"]} == {**TAGS, "Name": NAME}


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({**LOGS, "private_dns": False}, "update interface logs endpoint: set private_dns=false"),
    (
        {**LOGS, "policy": READ_ONLY},
        "update interface logs endpoint: set private_dns=true, change its policy",
    ),
    (
        {**LOGS, "security_groups": ["tasks"]},
        "update interface logs endpoint: add tasks, remove ends, change its policy",
    ),
]


def test_options_of_an_endpoint_change_in_place(modules: Modules, account: Account) -> None:
    modules("vpc_network", **options(LOGS))
    ids = [one["VpcEndpointId"] for one in account.endpoints().values()]
    for entry, action in CHANGES:
        predicted, changed = modules.check("vpc_network", **options(entry)), modules("vpc_network", **options(entry))
        assert predicted["actions"] == changed["actions"] == [action]
        assert predicted["diff"] == changed["diff"]
    assert modules("vpc_network", **options(entry))["actions"] == []
    assert [one["VpcEndpointId"] for one in account.endpoints().values()] == ids


def test_drift_is_repaired_and_new_route_tables_are_followed(modules: Modules, account: Account) -> None:
    modules("vpc_network", **options(S3, LOGS, log=LOG))
    found = account.endpoints()
    account.ec2.modify_vpc_endpoint(
        VpcEndpointId=found["s3"]["VpcEndpointId"],
        RemoveRouteTableIds=found["s3"]["RouteTableIds"],
        PolicyDocument=json.dumps(READ_ONLY),
    )
    account.ec2.modify_vpc_endpoint(
        VpcEndpointId=found["logs"]["VpcEndpointId"], RemoveSubnetIds=found["logs"]["SubnetIds"][:1]
    )
    account.ec2.delete_flow_logs(FlowLogIds=[account.flow_logs()[0]["FlowLogId"]])
    repaired = modules("vpc_network", **options(S3, LOGS, log=LOG))
    assert sorted(repaired["actions"]) == [
        f"create flow log {NAME} to {LOG['log_group']}",
        f"update gateway s3 endpoint: add {NAME}-private, change its policy",
        "update interface logs endpoint: add 10.0.10.0/24",
    ]
    more = options(S3, LOGS, log=LOG, nat_gateways="per_zone")
    network = modules("vpc_network", **more)["network"]
    assert sorted(account.endpoints()["s3"]["RouteTableIds"]) == sorted(network["private_route_table_ids"])
    assert modules("vpc_network", **more)["changed"] is False


def test_a_flow_log_that_differs_is_replaced(modules: Modules, account: Account) -> None:
    modules("vpc_network", **options(log=LOG))
    before = account.flow_logs()[0]["FlowLogId"]
    wanted = options(log={**LOG, "traffic_type": "REJECT", "max_aggregation_interval": 60, "log_format": "${srcaddr}"})
    replaced = modules("vpc_network", **wanted)
    changed = "traffic_type, max_aggregation_interval, log_format"
    assert replaced["actions"] == [f"replace flow log {NAME}: {changed}"]
    [log] = account.flow_logs()
    assert log["FlowLogId"] == replaced["network"]["flow_log_id"] != before
    assert (log["TrafficType"], log["MaxAggregationInterval"]) == ("REJECT", 60)
    assert modules("vpc_network", **wanted)["changed"] is False


def test_what_is_listed_no_more_goes_but_only_ours(modules: Modules, account: Account) -> None:
    modules("vpc_network", **options(S3, LOGS, log=LOG))
    vpc_id = account.vpc_id()
    theirs = account.ec2.create_vpc_endpoint(
        VpcId=vpc_id, ServiceName="com.amazonaws.us-east-1.dynamodb", VpcEndpointType="Gateway"
    )
    account.ec2.create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[vpc_id],
        TrafficType="ALL",
        LogGroupName="theirs",
        DeliverLogsPermissionArn=ROLE,
    )
    kept = modules("vpc_network", **{**options(), "endpoints": None, "flow_log": None})
    assert kept["actions"] == []
    gone = modules("vpc_network", **options(security_groups=[{"name": "tasks", "egress": []}]))
    said = [action.split(" (")[0].split(" fl-")[0] for action in gone["actions"] if "rule" not in action]
    assert {"delete flow log", "delete gateway s3 endpoint", "delete interface logs endpoint"} <= set(said)
    assert said.index("delete interface logs endpoint") < said.index("delete security group ends")
    assert [one["VpcEndpointId"] for one in account.endpoints().values()] == [theirs["VpcEndpoint"]["VpcEndpointId"]]
    assert [log["LogGroupName"] for log in account.flow_logs()] == ["theirs"]


def test_absent_deletes_all_of_it_also_what_others_made(modules: Modules, account: Account) -> None:
    modules("vpc_network", **options(S3, LOGS, log=LOG))
    vpc_id = account.vpc_id()
    account.ec2.create_vpc_endpoint(
        VpcId=vpc_id, ServiceName="com.amazonaws.us-east-1.dynamodb", VpcEndpointType="Gateway"
    )
    predicted = modules.check("vpc_network", name=NAME, state="absent")
    gone = modules("vpc_network", name=NAME, state="absent", wait_timeout=5)
    assert predicted["actions"] == gone["actions"]
    assert account.vpc_id() is None
    assert account.ec2.describe_flow_logs(Filter=[{"Name": "resource-id", "Values": [vpc_id]}])["FlowLogs"] == []
