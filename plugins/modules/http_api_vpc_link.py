#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: http_api_vpc_link
version_added: 0.1.0
short_description: Manage VPC links of API Gateway HTTP APIs
description:
  - Creates, replaces and deletes the VPC link through which an HTTP API reaches a load balancer in private subnets.
  - No module of amazon.aws or community.aws manages API Gateway version 2.
  - AWS can change neither the subnets nor the security groups of a link. When they differ, a new link of the same
    name is created. Repoint the integrations to it, then run again with O(purge_replaced=true).
options:
  state:
    description: Whether the link shall exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the link, 1 to 128 characters. It identifies the link, so it must be unique in the region.
    type: str
    required: true
  subnets:
    description:
      - Ids of the subnets in which the link gets network interfaces, at most 10. Required when O(state=present).
      - Not every availability zone supports VPC links, see
        U(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html).
    type: list
    elements: str
  security_groups:
    description: Ids of the security groups of the link. Required when O(state=present).
    type: list
    elements: str
  purge_replaced:
    description:
      - Delete the other links of this name, which an earlier change of subnets or security groups has replaced.
      - Leave it off until no integration uses them any more.
    type: bool
    default: false
  wait:
    description: Wait until the link can be used, or is gone. AWS takes some minutes.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait.
    type: int
    default: 600
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
- name: Start making the link, and go on with other work
  orchestra.aws.http_api_vpc_link:
    name: shop-prod
    subnets: [subnet-0a1, subnet-0b2]
    security_groups: [sg-0c3]
    wait: false

- name: Delete the link
  orchestra.aws.http_api_vpc_link:
    name: shop-prod
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [create VPC link shop-prod]
vpc_link:
  description: The link.
  returned: when O(state=present)
  type: dict
  contains:
    vpc_link_id:
      description: Id of the link; in check mode a placeholder when it does not exist yet.
      type: str
      sample: a1b2c3
    name:
      description: Name of the link.
      type: str
      sample: shop-prod
    state:
      description: State that AWS reports, one of V(PENDING), V(AVAILABLE), V(INACTIVE), V(FAILED), V(DELETING).
      type: str
      sample: AVAILABLE
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
    tags:
      description: Its tags.
      type: dict
      sample: {team: shop}
replaced_vpc_link_ids:
  description: Ids of links of the same name that the present one replaces and that still exist.
  returned: when O(state=present)
  type: list
  elements: str
  sample: [d4e5f6]
wait_for:
  description:
    - What is not ready yet, as the option O(orchestra.aws.wait#module:for) takes it; empty when all is.
    - With O(state=absent), what is being deleted, for O(orchestra.aws.wait#module:state=absent).
  returned: always
  type: list
  elements: dict
  sample: [{vpc_link: a1b2c3}]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.vpc_link import ensure_absent, ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "subnets": {"type": "list", "elements": "str"},
            "security_groups": {"type": "list", "elements": "str"},
            "purge_replaced": {"type": "bool", "default": False},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 600},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        required_if=[("state", "present", ["subnets", "security_groups"])],
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
