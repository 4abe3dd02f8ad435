# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.embedded_aws import EmbeddedAws
from tests.modules.conftest import Modules

NAME = "network-test"
TAGS = {"orchestra:project": "network", "orchestra:environment": "test", "orchestra:component": "network"}
ANYWHERE = "0.0.0.0/0"


def options(**more: Any) -> dict[str, Any]:
    return {"name": NAME, "tags": TAGS, "security_groups": groups(), **more}


def groups() -> list[dict[str, Any]]:
    return [
        {"name": "front", "ingress": [], "egress": [{"port": 8001, "group": "alb"}]},
        {
            "name": "alb",
            "description": "Load balancer",
            "ingress": [{"port": 8001, "group": "front", "description": "from the gateway"}],
            "egress": [{"from_port": 3000, "to_port": 3010, "group": "tasks"}],
        },
        {
            "name": "tasks",
            "ingress": [{"from_port": 3000, "to_port": 3010, "group": "alb"}],
            "egress": [{"port": 443, "cidr": ANYWHERE}, {"protocol": "udp", "port": 53, "cidr": "10.0.0.2/32"}],
            "tags": {"tier": "tasks"},
        },
    ]


class Account:
    """What is in the account of the network under test, seen with boto3."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.ec2 = aws.client("ec2")

    def vpcs(self) -> list[dict[str, Any]]:
        return self.ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [NAME]}])["Vpcs"]

    def in_vpc(self) -> list[dict[str, Any]]:
        return [{"Name": "vpc-id", "Values": [vpc["VpcId"] for vpc in self.vpcs()]}]

    def subnets(self) -> dict[str, dict[str, Any]]:
        found = self.ec2.describe_subnets(Filters=self.in_vpc())["Subnets"]
        return {subnet["CidrBlock"]: subnet for subnet in found}

    def nat_gateways(self) -> list[dict[str, Any]]:
        found = self.ec2.describe_nat_gateways(Filter=self.in_vpc())["NatGateways"]
        return [gateway for gateway in found if gateway["State"] in ("pending", "available")]

    def addresses(self) -> list[dict[str, Any]]:
        found = self.ec2.describe_addresses()["Addresses"]
        return [address for address in found if tags(address).get("orchestra:project") == "network"]

    def internet_gateways(self) -> list[dict[str, Any]]:
        return self.ec2.describe_internet_gateways(Filters=[{"Name": "tag:Name", "Values": [NAME]}])["InternetGateways"]

    def tables(self) -> dict[str, dict[str, Any]]:
        found = self.ec2.describe_route_tables(Filters=self.in_vpc())["RouteTables"]
        return {tags(table).get("Name", "main"): table for table in found}

    def groups(self) -> dict[str, dict[str, Any]]:
        found = self.ec2.describe_security_groups(Filters=self.in_vpc())["SecurityGroups"]
        return {group["GroupName"]: group for group in found}

    def way_out(self, cidr: str) -> str | None:
        """Return the target of the default route that a subnet has."""
        subnet_id = self.subnets()[cidr]["SubnetId"]
        for table in self.tables().values():
            if subnet_id in [association.get("SubnetId") for association in table["Associations"]]:
                for route in table["Routes"]:
                    if route.get("DestinationCidrBlock") == ANYWHERE:
                        return route.get("NatGatewayId") or route.get("GatewayId")
        return None


def tags(described: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}


@pytest.fixture
def account(aws: EmbeddedAws) -> Account:
    return Account(aws)


@pytest.fixture(autouse=True)
def _clean(aws: EmbeddedAws, modules: Modules) -> Iterator[None]:
    yield
    account = Account(aws)
    for vpc in account.vpcs()[1:]:
        account.ec2.delete_vpc(VpcId=vpc["VpcId"])
    modules("vpc_network", name=NAME, state="absent", wait_timeout=5)
    for address in account.addresses():
        account.ec2.release_address(AllocationId=address["AllocationId"])


def test_check_mode_predicts_the_whole_network_and_makes_nothing(modules: Modules, account: Account) -> None:
    predicted = modules.check("vpc_network", **options())
    assert account.vpcs() == []
    assert account.addresses() == []
    made = modules("vpc_network", **options())
    assert predicted["changed"]
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"]
    assert predicted["diff"]["before"] == {}
    assert predicted["network"].keys() == made["network"].keys()
    assert predicted["network"]["security_group_ids"].keys() == made["network"]["security_group_ids"].keys()
    assert len(predicted["network"]["private_subnet_ids"]) == 2


def test_rules_are_widened_first_and_narrowed_last(modules: Modules) -> None:
    def group(*ports: int) -> list[dict[str, Any]]:
        rules = [{"protocol": "tcp", "port": port, "cidr": "10.0.0.0/8"} for port in ports]
        return [{"name": "widened", "ingress": rules, "egress": []}]

    modules("vpc_network", **options(security_groups=group(8001, 8002)))
    changed = options(security_groups=group(8002, 8003))
    predicted = modules.check("vpc_network", **changed, purge_rules=False)
    wide = modules("vpc_network", **changed, purge_rules=False)
    assert predicted["diff"] == wide["diff"]
    assert wide["network"]["unlisted_rules"] == predicted["network"]["unlisted_rules"] == 1
    assert [rule["from_port"] for rule in wide["diff"]["after"]["security_groups"]["widened"]["ingress"]] == [
        8001,
        8002,
        8003,
    ]
    narrow = modules("vpc_network", **changed)
    assert narrow["network"]["unlisted_rules"] == 0
    assert len(narrow["diff"]["after"]["security_groups"]["widened"]["ingress"]) == 2


def test_what_is_made_works_together(modules: Modules, account: Account) -> None:
    network = modules("vpc_network", **options())["network"]
    subnets = account.subnets()
    assert sorted(subnets) == ["10.0.0.0/24", "10.0.1.0/24", "10.0.10.0/24", "10.0.11.0/24"]
    assert [subnets[cidr]["SubnetId"] for cidr in ("10.0.0.0/24", "10.0.1.0/24")] == network["public_subnet_ids"]
    assert [subnets[cidr]["SubnetId"] for cidr in ("10.0.10.0/24", "10.0.11.0/24")] == network["private_subnet_ids"]
    assert subnets["10.0.0.0/24"]["AvailabilityZone"] == subnets["10.0.10.0/24"]["AvailabilityZone"] == "us-east-1a"
    (gateway,) = account.nat_gateways()
    assert gateway["SubnetId"] == network["public_subnet_ids"][0]
    assert network["nat_gateways"][0]["public_ip"] == gateway["NatGatewayAddresses"][0]["PublicIp"]
    assert account.way_out("10.0.1.0/24") == network["internet_gateway_id"]
    assert account.way_out("10.0.11.0/24") == gateway["NatGatewayId"]
    made = account.groups()
    (egress,) = made["front"]["IpPermissionsEgress"]
    assert egress["UserIdGroupPairs"][0]["GroupId"] == made["alb"]["GroupId"] == network["security_group_ids"]["alb"]
    assert made["front"]["IpPermissions"] == []
    assert account.ec2.describe_vpc_attribute(VpcId=network["vpc_id"], Attribute="enableDnsHostnames")[
        "EnableDnsHostnames"
    ]["Value"]


def test_everything_has_its_name_and_tags(modules: Modules, account: Account) -> None:
    modules("vpc_network", **options())
    assert tags(account.vpcs()[0]) == {**TAGS, "Name": NAME}
    assert tags(account.subnets()["10.0.11.0/24"]) == {**TAGS, "Name": f"{NAME}-private-2"}
    assert tags(account.nat_gateways()[0]) == tags(account.addresses()[0]) == {**TAGS, "Name": NAME}
    assert tags(account.internet_gateways()[0]) == {**TAGS, "Name": NAME}
    assert set(account.tables()) == {"main", f"{NAME}-public", f"{NAME}-private"}
    assert tags(account.groups()["tasks"]) == {**TAGS, "Name": "tasks", "tier": "tasks"}


def test_second_run_changes_nothing(modules: Modules) -> None:
    first = modules("vpc_network", **options())
    again = modules("vpc_network", **options(security_groups=groups()[::-1]))
    assert again["actions"] == []
    assert again["diff"]["before"] == again["diff"]["after"]
    assert {**again["network"], "security_group_ids": 0} == {**first["network"], "security_group_ids": 0}
    assert not modules("vpc_network", name=NAME)["changed"]


def change(modules: Modules, **more: Any) -> dict[str, Any]:
    """Change options of the network, check that the prediction holds and that nothing is left to do."""
    predicted = modules.check("vpc_network", **options(**more))
    real = modules("vpc_network", **options(**more))
    assert predicted["diff"] == real["diff"]
    assert predicted["actions"] == real["actions"]
    assert real["changed"]
    assert modules("vpc_network", **options(**more))["actions"] == []
    return real


@pytest.mark.parametrize(
    ("first", "then", "ways_out", "addresses"),
    [
        pytest.param("single", "per_zone", 2, 2, id="single to per_zone"),
        pytest.param("per_zone", "single", 1, 1, id="per_zone to single"),
        pytest.param("per_zone", "none", 0, 0, id="per_zone to none"),
        pytest.param("none", "single", 1, 1, id="none to single"),
        pytest.param("single", "none", 0, 0, id="single to none"),
        pytest.param("none", "per_zone", 2, 2, id="none to per_zone"),
    ],
)
def test_nat_gateways_come_and_go(
    modules: Modules, account: Account, first: str, then: str, ways_out: int, addresses: int
) -> None:
    modules("vpc_network", **options(nat_gateways=first))
    change(modules, nat_gateways=then)
    live = {gateway["NatGatewayId"] for gateway in account.nat_gateways()}
    assert len(live) == ways_out
    assert len(account.addresses()) == addresses
    assert {account.way_out(cidr) for cidr in ("10.0.10.0/24", "10.0.11.0/24")} == (live or {None})
    expected = [f"{NAME}-private-1", f"{NAME}-private-2"] if then == "per_zone" else [f"{NAME}-private"]
    assert sorted(account.tables()) == sorted(["main", f"{NAME}-public", *expected])


def test_rules_are_exact(modules: Modules, account: Account) -> None:
    modules("vpc_network", **options())
    ids = {name: group["GroupId"] for name, group in account.groups().items()}
    account.ec2.authorize_security_group_ingress(
        GroupId=ids["alb"],
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": ANYWHERE}]}],
    )
    wanted = groups()
    wanted[2]["egress"] = [{"protocol": "all", "cidr": ANYWHERE}]
    changed = change(modules, security_groups=wanted)
    assert sorted(changed["actions"]) == [
        "update security group alb: remove ingress tcp 22 from 0.0.0.0/0",
        "update security group tasks: add egress all to 0.0.0.0/0",
        "update security group tasks: remove egress tcp 443 to 0.0.0.0/0",
        "update security group tasks: remove egress udp 53 to 10.0.0.2/32",
    ]


@pytest.mark.parametrize("source", [{"cidr": "10.0.0.0/8"}, {"group": "alb"}])
def test_a_description_of_a_rule_changes_in_place(modules: Modules, account: Account, source: dict[str, str]) -> None:
    def described(words: str) -> list[dict[str, Any]]:
        return [{"name": "alb", "ingress": [{"port": 80, **source, "description": words}], "egress": []}]

    modules("vpc_network", **options(security_groups=described("old words")))
    changed = change(modules, security_groups=described("new words"))
    assert [action.split(" from ")[0] for action in changed["actions"]] == [
        "update security group alb: describe anew ingress tcp 80"
    ]
    (ingress,) = account.groups()["alb"]["IpPermissions"]
    assert (ingress["IpRanges"] + ingress["UserIdGroupPairs"])[0]["Description"] == "new words"


def test_rules_that_are_left_out_are_left_alone(modules: Modules, account: Account) -> None:
    alone = [{"name": "alone", "ingress": None, "egress": None, "description": None}]
    change(modules, security_groups=alone)
    (egress,) = account.groups()["alone"]["IpPermissionsEgress"]
    assert egress["IpRanges"][0]["CidrIp"] == ANYWHERE


def test_groups_that_are_listed_no_more_go_but_only_ours(modules: Modules, account: Account) -> None:
    network = modules("vpc_network", **options())["network"]
    account.ec2.create_security_group(GroupName="theirs", Description="theirs", VpcId=network["vpc_id"])
    kept = [{"name": "alb", "ingress": [], "egress": []}]
    assert not modules("vpc_network", **options(security_groups=[], purge_security_groups=False))["changed"]
    assert not modules("vpc_network", name=NAME, security_groups=[])["changed"]
    change(modules, security_groups=kept)
    assert set(account.groups()) == {"default", "theirs", "alb"}


@pytest.mark.parametrize("damage", ["missing", "elsewhere", "association"])
def test_a_damaged_way_out_is_repaired(modules: Modules, account: Account, damage: str) -> None:
    network = modules("vpc_network", **options())["network"]
    table_id = network["private_route_table_ids"][0]
    if damage == "missing":
        account.ec2.delete_route(RouteTableId=table_id, DestinationCidrBlock=ANYWHERE)
    elif damage == "elsewhere":
        way = {"GatewayId": network["internet_gateway_id"]}
        account.ec2.replace_route(RouteTableId=table_id, DestinationCidrBlock=ANYWHERE, **way)
    else:
        association = account.tables()[f"{NAME}-private"]["Associations"][0]
        account.ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    change(modules)
    nat = network["nat_gateways"][0]["nat_gateway_id"]
    assert {account.way_out("10.0.10.0/24"), account.way_out("10.0.11.0/24")} == {nat}


def test_a_nat_gateway_deleted_by_hand_is_replaced_and_its_blackhole_repaired(
    modules: Modules, account: Account
) -> None:
    old = modules("vpc_network", **options())["network"]["nat_gateways"][0]["nat_gateway_id"]
    account.ec2.delete_nat_gateway(NatGatewayId=old)
    changed = change(modules)
    new = changed["network"]["nat_gateways"][0]["nat_gateway_id"]
    assert new != old
    assert account.way_out("10.0.10.0/24") == new
    assert f"(was {old} (blackhole))" in " ".join(changed["actions"])


def test_settings_of_the_vpc_and_of_subnets_are_updated(modules: Modules, account: Account) -> None:
    modules("vpc_network", **options())
    changed = change(modules, enable_dns_hostnames=False, map_public_ip=True)
    assert f"set enable_dns_hostnames=false on VPC {NAME}" in changed["actions"]
    assert account.subnets()["10.0.1.0/24"]["MapPublicIpOnLaunch"]
    assert not account.subnets()["10.0.10.0/24"]["MapPublicIpOnLaunch"]
    change(modules, enable_dns_hostnames=False, enable_dns_support=False)


@pytest.mark.parametrize(
    ("given", "purge", "expected"),
    [
        (None, True, {**TAGS, "Name": NAME}),
        ({"c": "3"}, False, {**TAGS, "c": "3", "Name": NAME}),
        ({"c": "3"}, True, {"c": "3", "Name": NAME}),
        ({}, True, {"Name": NAME}),
    ],
)
def test_tags(
    modules: Modules, account: Account, given: dict[str, str] | None, purge: bool, expected: dict[str, str]
) -> None:
    modules("vpc_network", name=NAME, tags=TAGS, nat_gateways="none")
    changes = {"name": NAME, "tags": given, "purge_tags": purge, "nat_gateways": "none"}
    predicted = modules.check("vpc_network", **changes)
    assert predicted["diff"] == modules("vpc_network", **changes)["diff"]
    assert tags(account.vpcs()[0]) == tags(account.internet_gateways()[0]) == expected
    assert not modules("vpc_network", **changes)["changed"]


def test_a_network_made_by_other_means_is_taken_over(modules: Modules, account: Account) -> None:
    ec2 = account.ec2
    named = {"Tags": [{"Key": "Name", "Value": NAME}]}
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", **named}])["Vpc"][
        "VpcId"
    ]
    gateway_id = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc_id)
    ids = {}
    for cidr, zone in (("10.0.0.0/24", "c"), ("10.0.1.0/24", "b"), ("10.0.10.0/24", "c"), ("10.0.11.0/24", "b")):
        subnet = ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        table = ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet["SubnetId"])
        ids[cidr] = (subnet["SubnetId"], table)
    changed = change(modules)
    assert not [action for action in changed["actions"] if action.startswith("create subnet")]
    network = changed["network"]
    assert network["vpc_id"] == vpc_id
    assert network["internet_gateway_id"] == gateway_id
    assert network["availability_zones"] == ["us-east-1c", "us-east-1b"]
    assert network["public_subnet_ids"] == [ids["10.0.0.0/24"][0], ids["10.0.1.0/24"][0]]
    assert network["public_route_table_id"] == ids["10.0.0.0/24"][1]
    assert network["private_route_table_ids"] == [ids["10.0.10.0/24"][1]]


def test_what_cannot_change_is_refused_before_anything_is_changed(modules: Modules, account: Account) -> None:
    modules("vpc_network", **options(nat_gateways="none"))
    refused = modules.failure("vpc_network", **options(cidr_block="10.1.0.0/16", nat_gateways="single"))
    assert "has the block 10.0.0.0/16, 10.1.0.0/16 is asked for" in refused
    zones = ["us-east-1b", "us-east-1a"]
    refused = modules.failure("vpc_network", **options(availability_zones=zones, nat_gateways="single"))
    assert "(10.0.0.0/24) is in us-east-1a, us-east-1b is asked for" in refused
    assert account.nat_gateways() == []


def test_two_vpcs_of_the_name_are_refused(modules: Modules, account: Account) -> None:
    named = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": NAME}]}]
    ids = [account.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=named)["Vpc"]["VpcId"] for _ in range(2)]
    assert f"2 VPCs are named {NAME} ({', '.join(sorted(ids))})" in modules.failure("vpc_network", **options())


def test_excluded_zones_are_not_chosen(modules: Modules) -> None:
    network = modules("vpc_network", **options(nat_gateways="none", excluded_zone_ids=["use1-az6"]))["network"]
    assert network["availability_zones"] == ["us-east-1b", "us-east-1c"]


def test_a_placeholder_is_predicted_with_and_never_sent(modules: Modules, account: Account) -> None:
    unknown = "sg-(known after creation)"
    listed = [{"name": "alb", "ingress": [{"port": 80, "group": unknown}], "egress": []}]
    predicted = modules.check("vpc_network", **options(security_groups=listed))
    assert f"update security group alb: add ingress tcp 80 from group {unknown}" in predicted["actions"]
    assert "id that is not known" in modules.failure("vpc_network", **options(security_groups=listed))
    assert account.vpcs() == []


def test_without_waiting_the_network_is_complete_too(modules: Modules) -> None:
    modules("vpc_network", **options(wait=False))
    assert modules("vpc_network", **options())["actions"] == []


def test_a_network_without_private_subnets_has_no_nat_gateway(modules: Modules, account: Account) -> None:
    blocks = ["10.0.8.0/24", "10.0.9.0/24", "10.0.10.0/24"]
    asked = options(availability_zone_count=3, public_subnets=blocks, private_subnets=[])
    network = modules("vpc_network", **asked)["network"]
    assert network["private_subnet_ids"] == network["nat_gateways"] == account.nat_gateways() == []
    made = account.ec2.describe_subnets(SubnetIds=network["public_subnet_ids"])["Subnets"]
    assert sorted((each["AvailabilityZone"], each["CidrBlock"]) for each in made) == list(
        zip(network["availability_zones"], blocks, strict=True)
    )
    assert not modules("vpc_network", **asked)["changed"]


def test_absent_deletes_everything_of_the_network_and_nothing_else(modules: Modules, account: Account) -> None:
    address = account.ec2.allocate_address(Domain="vpc")["AllocationId"]
    others = {vpc["VpcId"] for vpc in account.ec2.describe_vpcs()["Vpcs"]}
    modules("vpc_network", **options(nat_gateways="per_zone"))
    predicted = modules.check("vpc_network", name=NAME, state="absent")
    assert len(account.nat_gateways()) == 2
    gone = modules("vpc_network", name=NAME, state="absent")
    assert predicted["actions"] == gone["actions"]
    assert predicted["diff"] == gone["diff"]
    released = [action.split(" (")[0] for action in gone["actions"] if action.startswith("release")]
    assert sorted(released) == [f"release Elastic IP {NAME}", f"release Elastic IP {NAME}-2"]
    assert account.vpcs() == account.internet_gateways() == account.addresses() == []
    assert {vpc["VpcId"] for vpc in account.ec2.describe_vpcs()["Vpcs"]} == others
    assert account.ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    assert not modules("vpc_network", name=NAME, state="absent")["changed"]
    account.ec2.release_address(AllocationId=address)


def test_absent_names_the_interfaces_that_are_in_the_way(modules: Modules, account: Account) -> None:
    network = modules("vpc_network", **options(nat_gateways="none"))["network"]
    interface = account.ec2.create_network_interface(
        SubnetId=network["private_subnet_ids"][0], Description="ELB app/shop/1"
    )["NetworkInterface"]["NetworkInterfaceId"]
    message = modules.failure("vpc_network", name=NAME, state="absent", wait_timeout=1)
    assert f"{interface} (ELB app/shop/1, available)" in message
    assert len(account.subnets()) == 4
    account.ec2.delete_network_interface(NetworkInterfaceId=interface)


class Killed(BaseException):
    """The end of a run without any chance to tidy up."""


@pytest.fixture
def killed_after(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let a run change AWS so many times, and lose the answer of the last change."""
    ask, lock = BaseClient._make_api_call, threading.Lock()

    def kill_after(count: int, run: Any) -> bool:
        left = count

        def call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
            nonlocal left
            if operation.startswith("Describe"):
                return ask(self, operation, arguments)
            with lock:
                left -= 1
                mine = left
            if mine < 0:
                raise Killed
            answer = ask(self, operation, arguments)
            if mine == 0:
                raise Killed
            return answer

        with monkeypatch.context() as patch:
            patch.setattr(BaseClient, "_make_api_call", call)
            try:
                run()
            except Killed:
                return True
        return False

    return kill_after


@pytest.mark.parametrize("changes", [1, 3, 6, 9, 13, 18, 23, 28])
def test_a_run_that_was_killed_is_completed_without_duplicates(
    modules: Modules, account: Account, killed_after: Any, changes: int
) -> None:
    assert killed_after(changes, lambda: modules("vpc_network", **options()))
    modules("vpc_network", **options())
    assert modules("vpc_network", **options())["actions"] == []
    assert len(account.vpcs()) == len(account.internet_gateways()) == 1
    assert len(account.nat_gateways()) == len(account.addresses()) == 1
    assert len(account.subnets()) == 4
    assert sorted(account.tables()) == ["main", f"{NAME}-private", f"{NAME}-public"]


@pytest.mark.parametrize("changes", [1, 3, 4, 5, 6, 8])
def test_a_change_of_nat_gateways_that_was_killed_is_completed(
    modules: Modules, account: Account, killed_after: Any, changes: int
) -> None:
    modules("vpc_network", **options(nat_gateways="per_zone"))
    assert killed_after(changes, lambda: modules("vpc_network", **options(nat_gateways="none")))
    modules("vpc_network", **options(nat_gateways="none"))
    assert modules("vpc_network", **options(nat_gateways="none"))["actions"] == []
    assert account.nat_gateways() == account.addresses() == []
    assert sorted(account.tables()) == ["main", f"{NAME}-private", f"{NAME}-public"]


@pytest.mark.parametrize("changes", [1, 2, 8, 14, 20])
def test_a_deletion_that_was_killed_is_completed(
    modules: Modules, account: Account, killed_after: Any, changes: int
) -> None:
    modules("vpc_network", **options())
    assert killed_after(changes, lambda: modules("vpc_network", name=NAME, state="absent"))
    modules("vpc_network", name=NAME, state="absent")
    assert account.vpcs() == account.internet_gateways() == account.addresses() == []
