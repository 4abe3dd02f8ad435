#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: http_api_vpc_link_info
version_added: 0.1.0
short_description: Show VPC links of API Gateway HTTP APIs
description:
  - Shows VPC links as M(orchestra.aws.http_api_vpc_link) returns them, those that are being deleted too.
  - No module of amazon.aws or community.aws reads API Gateway version 2.
options:
  vpc_link_id:
    description: Show only the link of this id. One that does not exist is no error.
    type: str
  name:
    description: Show only those of this name.
    type: str
  name_prefix:
    description: Show only those whose name starts like this.
    type: str
  tags:
    description: Show only those that have all of these tags.
    type: dict
attributes:
  diff_mode:
    support: N/A
    details: Nothing is changed.
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Show the link of an environment and its state
  orchestra.aws.http_api_vpc_link_info:
    name: shop-prod
  register: found
"""

RETURN = r"""
actions:
  description: Always empty, the module changes nothing.
  returned: always
  type: list
  elements: str
  sample: []
vpc_links:
  description: The links, sorted by name.
  returned: always
  type: list
  elements: dict
  contains:
    vpc_link_id:
      description: Id of the link.
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
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.vpc_link import list_described
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "vpc_link_id": {"type": "str"},
            "name": {"type": "str"},
            "name_prefix": {"type": "str"},
            "tags": {"type": "dict"},
        },
        supports_check_mode=True,
    )
    run(module, list_described)


if __name__ == "__main__":
    main()
