#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: alb
version_added: 0.1.0
short_description: Manage an Application Load Balancer without touching its listeners
description:
  - Creates, updates and deletes an Application Load Balancer.
  - In check mode M(amazon.aws.elb_application_lb) returns neither the ARN nor the listeners, so that what comes next
    cannot be previewed. It also purges listeners that it is not told about, which here belong to the services behind
    them, and it shows no diff.
options:
  state:
    description: Whether the load balancer shall exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the load balancer, 1 to 32 letters, digits and hyphens, without a hyphen at either end and not beginning
        with V(internal-). It identifies the load balancer.
    type: str
    required: true
  scheme:
    description:
      - Whether it has private or public addresses. A new load balancer is V(internal) when this is left out.
      - AWS cannot change it afterwards. It is an error when an existing load balancer has the other one.
    type: str
    choices: [internal, internet-facing]
  ip_address_type:
    description: Kinds of addresses. A new load balancer has V(ipv4) when this is left out.
    type: str
    choices: [ipv4, dualstack, dualstack-without-public-ipv4]
  subnets:
    description:
      - Ids of its subnets, at most one of each availability zone and normally in two zones at least.
        Required when the load balancer does not exist yet.
    type: list
    elements: str
  security_groups:
    description: Ids of its security groups. Required when the load balancer does not exist yet.
    type: list
    elements: str
  idle_timeout:
    description: Seconds after which an idle connection is closed, 1 to 4000. AWS's default is 60.
    type: int
  deletion_protection:
    description: Whether AWS shall refuse to delete the load balancer. AWS's default is V(false).
    type: bool
  drop_invalid_header_fields:
    description: Whether HTTP header fields with invalid names are dropped instead of being passed on.
    type: bool
    default: true
  access_logs:
    description: Logs of all requests in an S3 bucket.
    type: dict
    suboptions:
      enabled:
        description: Whether logs are written.
        type: bool
        default: true
      bucket:
        description:
          - Name of the bucket, in the region of the load balancer and with a policy that lets Elastic Load Balancing
            write. Required when O(access_logs.enabled=true).
        type: str
      prefix:
        description: Prefix of the keys in the bucket.
        type: str
  attributes:
    description:
      - Further attributes by the names that AWS gives them, see
        U(https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html).
      - Attributes that are not named are left as they are.
    type: dict
  force_deletion:
    description: Delete the load balancer even if it is protected against deletion.
    type: bool
    default: false
  wait:
    description: Wait until the load balancer is active, or gone. AWS takes some minutes.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait.
    type: int
    default: 600
  wait_for_network_interfaces:
    description:
      - With O(state=absent) wait also for the load balancer's network interfaces, which AWS deletes some time later.
        Until then neither its subnets nor its security groups can be deleted. Needs C(ec2:DescribeNetworkInterfaces).
    type: bool
    default: true
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
- name: Make an internal load balancer, and go on with other work
  orchestra.aws.alb:
    name: shop-prod
    subnets: [subnet-0a1, subnet-0b2]
    security_groups: [sg-0c3]
    idle_timeout: 35
    attributes:
      routing.http.desync_mitigation_mode: strictest
    wait: false

- name: Delete the load balancer and wait until its subnets are free
  orchestra.aws.alb:
    name: shop-prod
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [create load balancer shop-prod]
load_balancer:
  description: The load balancer.
  returned: when O(state=present)
  type: dict
  contains:
    load_balancer_arn:
      description: ARN of the load balancer; in check mode a placeholder when it does not exist yet.
      type: str
      sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop-prod/50dc6c495c0c9188
    name:
      description: Name of the load balancer.
      type: str
      sample: shop-prod
    dns_name:
      description: Its DNS name; in check mode a placeholder when it does not exist yet.
      type: str
      sample: internal-shop-prod-1234567890.eu-central-1.elb.amazonaws.com
    canonical_hosted_zone_id:
      description: Route 53 zone of the DNS name; in check mode a placeholder when it does not exist yet.
      type: str
      sample: Z215JYRZR1TBD5
    state:
      description: State that AWS reports, one of V(provisioning), V(active), V(active_impaired), V(failed).
      type: str
      sample: active
    scheme:
      description: V(internal) or V(internet-facing).
      type: str
      sample: internal
    ip_address_type:
      description: Kinds of addresses.
      type: str
      sample: ipv4
    vpc_id:
      description: Id of its VPC; in check mode a placeholder when it does not exist yet.
      type: str
      sample: vpc-0d4
    subnets:
      description: Ids of its subnets, sorted.
      type: list
      elements: str
      sample: [subnet-0a1, subnet-0b2]
    security_groups:
      description: Ids of its security groups, sorted.
      type: list
      elements: str
      sample: [sg-0c3]
    attributes:
      description: All its attributes that AWS reports, with the values as strings.
      type: dict
      sample: {idle_timeout.timeout_seconds: "60"}
    tags:
      description: Its tags.
      type: dict
      sample: {team: shop}
    listeners:
      description: Its listeners, sorted by port.
      type: list
      elements: dict
      contains:
        port:
          description: Port on which it listens.
          type: int
          sample: 8001
        listener_arn:
          description: ARN of the listener.
          type: str
          sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop-prod/50dc6c495c0c9188/f2f7dc8e
wait_for:
  description: What is not ready yet, as the option O(orchestra.aws.wait#module:for) takes it; empty when all is.
  returned: when O(state=present)
  type: list
  elements: dict
  sample: [{load_balancer: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop-prod/0a1"}]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2.load_balancer_apply import (
    ensure_absent,
    ensure_present,
)
from ansible_collections.orchestra.aws.plugins.module_utils._module import run

ACCESS_LOGS = {
    "enabled": {"type": "bool", "default": True},
    "bucket": {"type": "str"},
    "prefix": {"type": "str"},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "scheme": {"type": "str", "choices": ["internal", "internet-facing"]},
            "ip_address_type": {"type": "str", "choices": ["ipv4", "dualstack", "dualstack-without-public-ipv4"]},
            "subnets": {"type": "list", "elements": "str"},
            "security_groups": {"type": "list", "elements": "str"},
            "idle_timeout": {"type": "int"},
            "deletion_protection": {"type": "bool"},
            "drop_invalid_header_fields": {"type": "bool", "default": True},
            "access_logs": {"type": "dict", "options": ACCESS_LOGS},
            "attributes": {"type": "dict"},
            "force_deletion": {"type": "bool", "default": False},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 600},
            "wait_for_network_interfaces": {"type": "bool", "default": True},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
