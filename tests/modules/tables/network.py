# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Options of what services run in and are reached by: networks, load balancers, VPC links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2.load_balancer import ATTRIBUTE_DEFAULTS
from tests.embedded_aws import EmbeddedAws
from tests.modules.table import Case, Options, Table
from tests.modules.world import ANYTHING

ALB = "tables-alb"
LINK = "tables-link"
NETWORK = "tables-network"
SIDES = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
DESYNC = "routing.http.desync_mitigation_mode"


def look_at_load_balancer(aws: EmbeddedAws, _options: Options) -> Any:
    client = aws.client("elbv2")
    try:
        [found] = client.describe_load_balancers(Names=[ALB])["LoadBalancers"]
    except client.exceptions.LoadBalancerNotFoundException:
        return None
    arn = found["LoadBalancerArn"]
    attributes = client.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    tags = client.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]["Tags"]
    return {
        "subnets": sorted(zone["SubnetId"] for zone in found["AvailabilityZones"]),
        "security groups": found["SecurityGroups"],
        "IP address type": found["IpAddressType"],
        "attributes": {**ATTRIBUTE_DEFAULTS, **{item["Key"]: item["Value"] for item in attributes}},
        "tags": {item["Key"]: item["Value"] for item in tags},
    }


LOAD_BALANCER = Table(
    module="alb",
    identity={"name": ALB},
    options={
        "name": ALB,
        "scheme": "internet-facing",
        "subnets": ["$subnet1", "$subnet2"],
        "security_groups": ["$group1"],
        "idle_timeout": 60,
        "deletion_protection": False,
        "drop_invalid_header_fields": True,
        "attributes": {DESYNC: "defensive"},
        "access_logs": {"enabled": False, "bucket": "", "prefix": ""},
        "ip_address_type": "ipv4",
    },
    look=look_at_load_balancer,
    fixed={"scheme": "internal"},
    shown={
        "idle_timeout": "idle_timeout.timeout_seconds",
        "deletion_protection": "deletion_protection.enabled",
        "drop_invalid_header_fields": "routing.http.drop_invalid_header_fields.enabled",
        "access_logs.enabled": "access_logs.s3.enabled",
        "access_logs.bucket": "access_logs.s3.bucket",
        "access_logs.prefix": "access_logs.s3.prefix",
    },
    cases={
        "subnets": Case({"subnets": ["$subnet3", "$subnet2"]}),
        "security groups": Case({"security_groups": ["$group2", "$group1"]}),
        "address type": Case({"ip_address_type": "dualstack"}),
        "attributes": Case(
            {
                "idle_timeout": 35,
                "deletion_protection": True,
                "drop_invalid_header_fields": False,
                "attributes": {DESYNC: "strictest"},
            }
        ),
        "access logs": Case({"access_logs": {"enabled": True, "bucket": "$bucket", "prefix": "alb"}}),
    },
)


def look_at_vpc_link(aws: EmbeddedAws, _options: Options) -> Any:
    found = aws.client("apigatewayv2").get_vpc_links()["Items"]
    links = [link for link in found if link["Name"] == LINK and link["VpcLinkStatus"] != "DELETING"]
    shown = [
        {
            "subnets": sorted(link["SubnetIds"]),
            "security groups": sorted(link["SecurityGroupIds"]),
            "tags": link.get("Tags") or {},
        }
        for link in links
    ]
    return sorted(shown, key=str) or None


VPC_LINK = Table(
    module="http_api_vpc_link",
    identity={"name": LINK},
    options={"name": LINK, "subnets": ["$subnet1", "$subnet2"], "security_groups": ["$group1"], "purge_replaced": True},
    least={"subnets": ["$subnet1", "$subnet2"], "security_groups": ["$group1"]},
    look=look_at_vpc_link,
    cases={
        "subnets": Case({"subnets": ["$subnet1"]}),
        "security groups": Case({"security_groups": ["$group2"]}),
        "nothing purged": Case({"subnets": ["$subnet2"], "purge_replaced": False}, leaves=1),
    },
)


def look_at_network(aws: EmbeddedAws, _options: Options) -> Any:
    ec2 = aws.client("ec2")
    vpcs = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [NETWORK]}])["Vpcs"]
    if not vpcs:
        return None
    vpc = vpcs[0]["VpcId"]
    inside = [{"Name": "vpc-id", "Values": [vpc]}]
    groups = ec2.describe_security_groups(Filters=inside)["SecurityGroups"]
    named = {group["GroupId"]: group["GroupName"] for group in groups}
    gateways = ec2.describe_nat_gateways(Filter=inside)["NatGateways"]
    dns = {
        key: ec2.describe_vpc_attribute(VpcId=vpc, Attribute=key)[key[0].upper() + key[1:]]["Value"]
        for key in ("enableDnsSupport", "enableDnsHostnames")
    }
    return {
        "dns": dns,
        "tags": tags_of(vpcs[0]),
        "subnets": {
            subnet["CidrBlock"]: ({"map public IP": subnet["MapPublicIpOnLaunch"]}, tags_of(subnet))
            for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]
        },
        "endpoints": [
            {
                "service": item["ServiceName"].rpartition(".")[2],
                "type": item["VpcEndpointType"].lower(),
                "policy": item["PolicyDocument"],
                "private DNS": item["PrivateDnsEnabled"],
                "security groups": sorted(named.get(group["GroupId"], "") for group in item["Groups"]),
            }
            for item in ec2.describe_vpc_endpoints(Filters=inside)["VpcEndpoints"]
            if item["State"] != "deleted"
        ],
        "flow logs": [
            {key: value for key, value in item.items() if key not in ("CreationTime", "FlowLogId")}
            for item in ec2.describe_flow_logs(Filter=[{"Name": "resource-id", "Values": [vpc]}])["FlowLogs"]
        ],
        "gateways": sum(gateway["State"] in ("pending", "available") for gateway in gateways),
        "groups": {
            group["GroupName"]: (
                {"description": group["Description"]},
                sorted(rules_of(group["IpPermissions"], named), key=str),
                sorted(rules_of(group["IpPermissionsEgress"], named), key=str),
                tags_of(group),
            )
            for group in groups
        },
    }


def tags_of(described: Options) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in described.get("Tags", [])}


def rules_of(permissions: list[Options], named: dict[str, str]) -> Iterator[Options]:
    """Each source or target of rules by itself."""
    for rule in permissions:
        for side in SIDES:
            for item in rule.get(side, []):
                ports = {"protocol": rule["IpProtocol"], "port": rule.get("FromPort"), "to port": rule.get("ToPort")}
                yield ports | item | {"group": named.get(item.get("GroupId"))}


OTHER_RULES = [
    {"protocol": "udp", "port": 53, "cidr": "10.0.0.0/8", "description": "names"},
    {"from_port": 80, "to_port": 90, "cidr_ipv6": "::/0"},
    {"port": 443, "prefix_list": "pl-1234567890abcdef0"},
    {"port": 22, "group": "back"},
]


def rules(direction: str) -> dict[str, Case]:
    """Other protocols, ports and sides, with descriptions, in the group front."""
    place = f"security_groups.0.{direction}"
    return {
        f"{direction} rules": Case({place: OTHER_RULES}, leaves=1),
        f"more {direction} rules": Case({place: OTHER_RULES[:1], "purge_rules": False}, leaves=1),
    }


ENDPOINTS = [
    {"service": "s3", "type": "gateway", "policy": ANYTHING},
    {"service": "logs", "type": "interface", "security_groups": ["back"], "private_dns": False},
]
BUCKET = "arn:aws:s3:::tables"
LOG = {
    "log_group": "/aws/vpc/tables",
    "role_arn": "$role1",
    "traffic_type": "REJECT",
    "max_aggregation_interval": 60,
    "log_format": "${srcaddr} ${dstaddr} ${action}",
}

NETWORKS = Table(
    module="vpc_network",
    identity={"name": NETWORK},
    options={
        "name": NETWORK,
        "cidr_block": "10.0.0.0/16",
        "availability_zones": ["us-east-1a", "us-east-1b"],
        "nat_gateways": "none",
        "security_groups": [
            {"name": "front", "ingress": [{"port": 80, "cidr": "10.0.0.0/16"}], "egress": []},
            {"name": "back", "ingress": [], "egress": [], "tags": {"tier": "back"}},
        ],
    },
    least={"nat_gateways": "none"},
    look=look_at_network,
    shown={
        "nat_gateways=single": "gateways=1",
        "from_port": "port",
        "cidr": "CidrIp",
        "prefix_list": "PrefixListId",
        "log_group": "LogGroupName",
        "flow_log.role_arn": "DeliverLogsPermissionArn",
        "destination_arn": "LogDestination",
    },
    fixed={"cidr_block": "10.1.0.0/16", "availability_zones": ["us-east-1b", "us-east-1a"]},
    cases={
        "DNS": Case({"enable_dns_hostnames": False, "enable_dns_support": False}),
        "public addresses": Case({"map_public_ip": True}, leaves=2),
        "NAT gateways": Case({"nat_gateways": "single"}, leaves=8),
        "endpoints": Case({"endpoints": ENDPOINTS}, {"endpoints": []}, leaves=13),
        "flow log": Case({"flow_log": LOG}, {"flow_log": {}}, leaves=1),
        "flow log in a bucket": Case(
            {"flow_log": {"destination_arn": "arn:aws:s3:::tables"}}, {"flow_log": {}}, leaves=1
        ),
        **rules("ingress"),
        **rules("egress"),
        "tags of a group": Case({"security_groups.1.tags": {"tier": "rear"}}),
        "a further group": Case(
            {"security_groups.1": {"name": "extra", "description": "More", "ingress": [], "egress": []}}, leaves=13
        ),
        "nothing purged": Case({"security_groups.1": {"name": "extra"}, "purge_security_groups": False}, leaves=6),
    },
)

TABLES = [LOAD_BALANCER, VPC_LINK, NETWORKS]
