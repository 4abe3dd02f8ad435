# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import security_groups

DOCUMENTATION = r"""
name: site_security_groups
version_added: 0.1.0
short_description: The security groups that a site's services need
author: orchestra.aws contributors (@orchestra)
description:
  - Chains VPC link, load balancer and tasks, with a rule for each port in use and nothing more.
options:
  _input:
    description: The services, as P(orchestra.aws.service_settings#filter) returns them.
    type: list
    elements: dict
    required: true
  name:
    description: Prefix of the groups' names.
    type: str
    required: true
  task_egress:
    description: Egress rules of the tasks, in the form of the module M(orchestra.aws.vpc_network).
    type: list
    elements: dict
    required: true
  endpoints:
    description: VPC endpoints, in the form of the module M(orchestra.aws.vpc_network). Interface endpoints get a group.
    type: list
    elements: dict
    default: []
positional: name, task_egress, endpoints
"""

EXAMPLES = r"""
- name: Show the security groups
  ansible.builtin.debug:
    msg: "{{ services | orchestra.aws.site_security_groups('shop-prod', []) }}"
"""

RETURN = r"""
_value:
  description: The groups, in the form of the option O(orchestra.aws.vpc_network#module:security_groups).
  type: list
  elements: dict
"""


def site_security_groups(
    services: Sequence[Mapping[str, Any]],
    name: str,
    task_egress: Sequence[Mapping[str, Any]],
    endpoints: Sequence[Mapping[str, Any]] = (),
) -> list[dict[str, Any]]:
    return security_groups.security_groups(name, services, task_egress, endpoints)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"site_security_groups": site_security_groups}
