# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import security_groups

DOCUMENTATION = r"""
name: site_endpoints
version_added: 0.1.0
short_description: The VPC endpoints of a site, with their security group
author: orchestra.aws contributors (@orchestra)
description:
  - Gives each interface endpoint that names no security groups the one that the filter
    P(orchestra.aws.site_security_groups#filter) makes for them.
options:
  _input:
    description: The endpoints, in the form of the option O(orchestra.aws.vpc_network#module:endpoints).
    type: list
    elements: dict
    required: true
  name:
    description: Prefix of the groups' names.
    type: str
    required: true
positional: name
"""

EXAMPLES = r"""
- name: Show the endpoints
  ansible.builtin.debug:
    msg: "{{ [{'service': 's3'}, {'service': 'logs'}] | orchestra.aws.site_endpoints('shop-prod') }}"
"""

RETURN = r"""
_value:
  description: The endpoints, in the form of the option O(orchestra.aws.vpc_network#module:endpoints).
  type: list
  elements: dict
"""


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"site_endpoints": security_groups.endpoints}
