#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vpc_network
version_added: 0.1.0
short_description: Manage a VPC with its subnets, gateways, routes, security groups and endpoints as one
description:
  - Creates, repairs and deletes a VPC with public and private subnets, an internet gateway, NAT gateways with their
    Elastic IPs, route tables, security groups, VPC endpoints and a flow log.
  - With one module for each part, a check run in an empty account ends at the second part, for want of the id of the
    first; this module predicts the whole network. It also starts NAT gateways without waiting for them when
    O(wait=false), and finds its parts again after a run that was killed.
  - Endpoints and the flow log are part of it, and not of modules of their own, because they hang on the subnets, groups
    and route tables that are looked up here anyway. They have to work before a NAT gateway goes, and to be gone before
    the VPC, and with them a check run in an empty account stays complete.
  - The VPC is found by its C(Name) tag, so that one made by other means under the same name is taken over. Its subnets
    are found by address block, its internet gateway by attachment, its NAT gateways by subnet, its route tables by name
    or by the subnets that they route, its security groups by name, its endpoints by type and service, and its flow log
    by C(Name) tag.
  - Subnets of the VPC that are not listed are left alone, with their routes and NAT gateways.
options:
  state:
    description:
      - Whether the network shall exist.
      - V(absent) deletes the VPC and every flow log of the VPC, endpoint, NAT gateway, security group, route table,
        subnet and internet gateway in it. What flow logs have written stays.
        It always waits, also for the network interfaces of other services in the VPC to go away.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - C(Name) tag of the VPC, by which it is found, and stem of the C(Name) tags of its parts, for instance
        C(NAME-public-1), C(NAME-private-2). An Elastic IP with the same C(Name) as a NAT gateway and with O(tags),
        if it is associated with nothing, is used for that gateway, or released when none needs it.
    type: str
    required: true
  cidr_block:
    description: IPv4 address block of the VPC, V(/16) to V(/28). AWS cannot change it.
    type: str
    default: 10.0.0.0/16
  enable_dns_support:
    description: Whether the VPC resolves DNS names.
    type: bool
    default: true
  enable_dns_hostnames:
    description: Whether the VPC gives DNS names to public addresses. Needs O(enable_dns_support=true).
    type: bool
    default: true
  availability_zones:
    description: Names of the zones, in the order of the subnets.
    type: list
    elements: str
  availability_zone_count:
    description:
      - How many zones to choose. Zones in which the subnets already are come first, then the others by name.
      - By default as many as O(public_subnets) or O(private_subnets) have blocks, else V(2).
    type: int
  excluded_zone_ids:
    description:
      - Ids of zones, like V(use1-az3), that are not chosen, for instance because they have no VPC links, see
        U(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html).
    type: list
    elements: str
    default: []
  public_subnets:
    description:
      - Address blocks of the public subnets, one for each zone, in order. An empty list makes none.
      - By default the first V(/24) blocks of the VPC; in a VPC smaller than V(/20), blocks of a sixteenth of it, but no
        smaller than the V(/27) that a load balancer needs.
    type: list
    elements: str
  private_subnets:
    description:
      - Address blocks of the private subnets, one for each zone, in order. An empty list makes none.
      - By default V(/24) blocks from the eleventh of the VPC on; in a VPC smaller than V(/20), blocks of its second half.
    type: list
    elements: str
  map_public_ip:
    description: Whether what is started in a public subnet gets a public address.
    type: bool
    default: false
  nat_gateways:
    description:
      - How private subnets reach the internet. With V(single) through one NAT gateway in the first zone, with
        V(per_zone) through one in each zone, with V(none) not at all, unless a default route has been made by other
        means to something that is no NAT gateway.
      - A change moves the routes before it deletes a gateway, and waits for the deletion.
    type: str
    choices: [none, single, per_zone]
    default: single
  security_groups:
    description:
      - Security groups of the VPC. Left out, groups are not touched.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the group, also its C(Name) tag.
        type: str
        required: true
      description:
        description: Description of a new group. AWS cannot change it, so that of an existing group is left as it is.
        type: str
      ingress:
        description:
          - All rules for incoming traffic; others are removed. Left out, rules are not touched.
        type: list
        elements: dict
        suboptions:
          protocol:
            description: V(tcp), V(udp), V(icmp), V(icmpv6), V(all) or a protocol number.
            type: str
            default: tcp
          port:
            description: Port, instead of O(security_groups[].ingress[].from_port) and
              O(security_groups[].ingress[].to_port).
            type: int
          from_port:
            description: First port, or the ICMP type. All by default.
            type: int
          to_port:
            description: Last port, or the ICMP code. All by default.
            type: int
          cidr:
            description: IPv4 address block of the other side.
            type: str
          cidr_ipv6:
            description: IPv6 address block of the other side.
            type: str
          prefix_list:
            description: Id of the prefix list of the other side.
            type: str
          group:
            description: Group of the other side, the name of one of O(security_groups) or the id of any.
            type: str
          description:
            description: Description of the rule.
            type: str
      egress:
        description:
          - All rules for outgoing traffic; others are removed, also the one that lets all out, which AWS adds to
            a new group. Left out, rules are not touched.
        type: list
        elements: dict
        suboptions:
          protocol:
            description: V(tcp), V(udp), V(icmp), V(icmpv6), V(all) or a protocol number.
            type: str
            default: tcp
          port:
            description: Port, instead of O(security_groups[].egress[].from_port) and
              O(security_groups[].egress[].to_port).
            type: int
          from_port:
            description: First port, or the ICMP type. All by default.
            type: int
          to_port:
            description: Last port, or the ICMP code. All by default.
            type: int
          cidr:
            description: IPv4 address block of the other side.
            type: str
          cidr_ipv6:
            description: IPv6 address block of the other side.
            type: str
          prefix_list:
            description: Id of the prefix list of the other side.
            type: str
          group:
            description: Group of the other side, the name of one of O(security_groups) or the id of any.
            type: str
          description:
            description: Description of the rule.
            type: str
      tags:
        description: Tags of the group besides O(tags).
        type: dict
  purge_security_groups:
    description:
      - Delete groups of the VPC that O(security_groups) does not list. Only those that have all the tags of O(tags)
        whose keys begin with C(orchestra:) are deleted; without such tags, none.
    type: bool
    default: true
  purge_rules:
    description:
      - Remove the rules of the listed groups that are not listed. Switched off, rules are only added, so that nothing
        that works is cut off while other things are about to change; RV(network.unlisted_rules) tells how many stay.
    type: bool
    default: true
  endpoints:
    description:
      - Endpoints of the VPC, through which the private subnets reach services without NAT gateway and internet. An
        interface endpoint gets a network interface in each private subnet, or without such in each public one; a gateway
        endpoint gets routes in the route tables of the private subnets.
      - What an entry leaves out has its default. Endpoints that are not listed are deleted if they have all the tags of
        O(tags) whose keys begin with C(orchestra:); without such tags, none. Left out, endpoints are not touched.
      - When the private subnets lose their NAT gateway in the same run, new endpoints have to be available first.
    type: list
    elements: dict
    suboptions:
      service:
        description:
          - The service, as V(s3), V(ecr.api), V(ecr.dkr), V(logs) or V(secretsmanager), or its whole name, as
            V(com.amazonaws.eu-central-1.logs). In regions of China some services have whole names that begin with C(cn.).
        type: str
        required: true
      type:
        description: Type of the endpoint. The default is V(gateway) for V(s3) and V(dynamodb), else V(interface).
        type: str
        choices: [gateway, interface]
      security_groups:
        description:
          - Security groups of an interface endpoint, names of O(security_groups) or ids. They have to let in port 443
            from those that use it. Required for interface endpoints.
        type: list
        elements: str
      private_dns:
        description:
          - Whether the service's usual name leads to the endpoint within the VPC. Needs O(enable_dns_support=true) and
            O(enable_dns_hostnames=true). The default is V(true).
        type: bool
      policy:
        description: Policy of what may be done through the endpoint. Everything by default.
        type: dict
  flow_log:
    description:
      - Log of all traffic of the VPC. V({}) removes it; left out, it is not touched. Only flow logs with the C(Name) tag
        of the network are replaced or removed.
      - AWS cannot change a flow log, so one that differs is replaced, which loses some seconds of records.
    type: dict
    suboptions:
      log_group:
        description: Name of the CloudWatch log group to write to. It should exist, with a retention.
        type: str
      role_arn:
        description:
          - ARN of the role with which it writes to O(flow_log.log_group), for which it is required. It needs
            C(logs:CreateLogStream), C(logs:PutLogEvents), C(logs:DescribeLogStreams) and C(logs:DescribeLogGroups), and
            trusts C(vpc-flow-logs.amazonaws.com).
        type: str
      destination_arn:
        description: ARN of an S3 bucket, or of a Firehose stream, to write to instead.
        type: str
      traffic_type:
        description: Which traffic is logged.
        type: str
        choices: [ALL, ACCEPT, REJECT]
        default: ALL
      max_aggregation_interval:
        description: Seconds over which packets are gathered into one record.
        type: int
        choices: [60, 600]
        default: 600
      log_format:
        description: Fields of a record, as V(${srcaddr} ${dstaddr} ${action}). AWS's default format when left out.
        type: str
  wait:
    description: Wait until the NAT gateways and endpoints can be used, which takes AWS some minutes.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for each of the things that are waited for.
    type: int
    default: 600
  tags:
    description:
      - Tags of all parts of the network. C(Name) is added, and cannot be given.
      - Left out, tags other than C(Name) are not touched.
    type: dict
    aliases: [resource_tags]
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Make a network in two zones, and start its NAT gateway without waiting
  orchestra.aws.vpc_network:
    name: shop-prod
    excluded_zone_ids: [use1-az3]
    security_groups:
      - name: shop-prod-alb
        ingress:
          - {port: 8001, group: shop-prod-vpc-link}
        egress:
          - {port: 3000, group: shop-prod-tasks}
      - name: shop-prod-vpc-link
        ingress: []
        egress:
          - {port: 8001, group: shop-prod-alb}
      - name: shop-prod-tasks
        ingress:
          - {port: 3000, group: shop-prod-alb}
        egress:
          - {port: 443, cidr: 0.0.0.0/0, description: "registry, logs and secrets"}
    tags:
      orchestra:project: shop
      orchestra:environment: prod
      orchestra:component: network
    wait: false
  register: shop

- name: Use blocks of one's own, and a NAT gateway in each zone
  orchestra.aws.vpc_network:
    name: shop-prod
    cidr_block: 10.20.0.0/16
    availability_zones: [eu-central-1a, eu-central-1b]
    public_subnets: [10.20.0.0/24, 10.20.1.0/24]
    private_subnets: [10.20.64.0/18, 10.20.128.0/18]
    nat_gateways: per_zone

- name: Do without NAT gateways, for tasks whose images are in ECR
  orchestra.aws.vpc_network:
    name: shop-prod
    nat_gateways: none
    security_groups:
      - name: shop-prod-tasks
        egress:
          - {port: 443, cidr: 0.0.0.0/0}
      - name: shop-prod-endpoints
        ingress:
          - {port: 443, group: shop-prod-tasks}
        egress: []
    endpoints:
      - {service: s3}
      - {service: ecr.api, security_groups: [shop-prod-endpoints]}
      - {service: ecr.dkr, security_groups: [shop-prod-endpoints]}
      - {service: logs, security_groups: [shop-prod-endpoints]}
    flow_log:
      log_group: /aws/vpc/shop-prod
      role_arn: arn:aws:iam::123456789012:role/shop-prod-flow-log
      traffic_type: REJECT

- name: Delete the network
  orchestra.aws.vpc_network:
    name: shop-prod
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: ["create VPC shop-prod (10.0.0.0/16)", "create internet gateway shop-prod"]
network:
  description: The network. In check mode, ids of what does not exist yet are placeholders.
  returned: when O(state=present)
  type: dict
  contains:
    vpc_id:
      description: Id of the VPC.
      type: str
      sample: vpc-0a1
    name:
      description: Name of the network.
      type: str
      sample: shop-prod
    cidr_block:
      description: Address block of the VPC.
      type: str
      sample: 10.0.0.0/16
    availability_zones:
      description: Names of the zones, in the order of the subnets.
      type: list
      elements: str
      sample: [us-east-1a, us-east-1b]
    public_subnet_ids:
      description: Ids of the public subnets, in the order of the zones.
      type: list
      elements: str
      sample: [subnet-0a1, subnet-0b2]
    private_subnet_ids:
      description: Ids of the private subnets, in the order of the zones.
      type: list
      elements: str
      sample: [subnet-0c3, subnet-0d4]
    subnets:
      description: The subnets, public ones first.
      type: list
      elements: dict
      contains:
        subnet_id:
          description: Id of the subnet.
          type: str
          sample: subnet-0a1
        name:
          description: Its C(Name) tag.
          type: str
          sample: shop-prod-public-1
        cidr_block:
          description: Its address block.
          type: str
          sample: 10.0.0.0/24
        availability_zone:
          description: Name of its zone.
          type: str
          sample: us-east-1a
        availability_zone_id:
          description: Id of its zone, which means the same zone in every account.
          type: str
          sample: use1-az6
        public:
          description: Whether its default route leads to the internet gateway.
          type: bool
          sample: true
    internet_gateway_id:
      description: Id of the internet gateway; none without public subnets.
      type: str
      sample: igw-0a1
    nat_gateways:
      description: The NAT gateways, in the order of the zones.
      type: list
      elements: dict
      contains:
        nat_gateway_id:
          description: Id of the NAT gateway.
          type: str
          sample: nat-0a1
        name:
          description: Its C(Name) tag.
          type: str
          sample: shop-prod
        state:
          description: State that AWS reports, V(pending) or V(available).
          type: str
          sample: available
        subnet_id:
          description: Id of its subnet.
          type: str
          sample: subnet-0a1
        public_ip:
          description: Its Elastic IP, from which requests of the private subnets come.
          type: str
          sample: 203.0.113.10
        allocation_id:
          description: Id of the Elastic IP.
          type: str
          sample: eipalloc-0a1
    public_route_table_id:
      description: Id of the route table of the public subnets; none without them.
      type: str
      sample: rtb-0a1
    private_route_table_ids:
      description: Ids of the route tables of the private subnets, one for each zone if O(nat_gateways=per_zone), else one.
      type: list
      elements: str
      sample: [rtb-0b2]
    unlisted_rules:
      description: Rules that stay although they are not listed, because O(purge_rules) is off.
      type: int
      sample: 0
    security_group_ids:
      description: Ids of the groups of O(security_groups), by name.
      type: dict
      sample: {shop-prod-alb: sg-0a1}
    endpoints:
      description: The endpoints of O(endpoints).
      type: list
      elements: dict
      contains:
        vpc_endpoint_id:
          description: Id of the endpoint.
          type: str
          sample: vpce-0a1
        service:
          description: Name of the service, without what AWS's services have in common.
          type: str
          sample: ecr.api
        type:
          description: V(gateway) or V(interface).
          type: str
          sample: interface
        state:
          description: State that AWS reports, in lower case, V(pending) or V(available).
          type: str
          sample: available
    flow_log_id:
      description: Id of the flow log of O(flow_log); null without one.
      type: str
      sample: fl-0a1
    tags:
      description: Tags of the VPC.
      type: dict
      sample: {Name: shop-prod}
wait_for:
  description: What is not ready yet, as the option O(orchestra.aws.wait#module:for) takes it; empty when all is.
  returned: when O(state=present)
  type: list
  elements: dict
  sample: [{nat_gateway: nat-0a1}, {vpc_endpoint: vpce-0a1}]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._network.network import ensure_absent, ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._network.rules import SOURCES

RULES = {
    "type": "list",
    "elements": "dict",
    "options": {
        "protocol": {"type": "str", "default": "tcp"},
        "port": {"type": "int"},
        "from_port": {"type": "int"},
        "to_port": {"type": "int"},
        **{source: {"type": "str"} for source in SOURCES},
        "description": {"type": "str"},
    },
    "mutually_exclusive": [SOURCES, ("port", "from_port"), ("port", "to_port")],
    "required_one_of": [SOURCES],
    "required_together": [("from_port", "to_port")],
}
ENDPOINT = {
    "service": {"type": "str", "required": True},
    "type": {"type": "str", "choices": ["gateway", "interface"]},
    "security_groups": {"type": "list", "elements": "str"},
    "private_dns": {"type": "bool"},
    "policy": {"type": "dict"},
}
FLOW_LOG = {
    "log_group": {"type": "str"},
    "role_arn": {"type": "str"},
    "destination_arn": {"type": "str"},
    "traffic_type": {"type": "str", "choices": ["ALL", "ACCEPT", "REJECT"], "default": "ALL"},
    "max_aggregation_interval": {"type": "int", "choices": [60, 600], "default": 600},
    "log_format": {"type": "str"},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "cidr_block": {"type": "str", "default": "10.0.0.0/16"},
            "enable_dns_support": {"type": "bool", "default": True},
            "enable_dns_hostnames": {"type": "bool", "default": True},
            "availability_zones": {"type": "list", "elements": "str"},
            "availability_zone_count": {"type": "int"},
            "excluded_zone_ids": {"type": "list", "elements": "str", "default": []},
            "public_subnets": {"type": "list", "elements": "str"},
            "private_subnets": {"type": "list", "elements": "str"},
            "map_public_ip": {"type": "bool", "default": False},
            "nat_gateways": {"type": "str", "choices": ["none", "single", "per_zone"], "default": "single"},
            "security_groups": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "name": {"type": "str", "required": True},
                    "description": {"type": "str"},
                    "ingress": RULES,
                    "egress": RULES,
                    "tags": {"type": "dict"},
                },
            },
            "purge_security_groups": {"type": "bool", "default": True},
            "purge_rules": {"type": "bool", "default": True},
            "endpoints": {"type": "list", "elements": "dict", "options": ENDPOINT},
            "flow_log": {
                "type": "dict",
                "options": FLOW_LOG,
                "mutually_exclusive": [("log_group", "destination_arn"), ("role_arn", "destination_arn")],
            },
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 600},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        mutually_exclusive=[("availability_zones", "availability_zone_count")],
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
