# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import services

DOCUMENTATION = r"""
name: controller_findings
version_added: 0.1.0
short_description: What of an inventory would be different in an automation controller
author: orchestra.aws contributors (@orchestra)
description:
  - A controller sorts the hosts of an inventory by name, and the order of the services is the order of the workflow
    unless C(workflow_after) says it. This finds inventories of which it would make another workflow.
options:
  _input:
    description: Names of the hosts that are services, usually C(groups['services']).
    type: list
    elements: str
    required: true
  variables:
    description: Variables of the hosts, usually C(hostvars).
    type: dict
    required: true
positional: variables
"""

EXAMPLES = r"""
- name: Check that the order survives
  ansible.builtin.assert:
    that: groups['services'] | orchestra.aws.controller_findings(hostvars) | length == 0
"""

RETURN = r"""
_value:
  description: One sentence for each fault; empty when there is none.
  type: list
  elements: str
"""


def controller_findings(names: Sequence[str], variables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    given = {one["name"]: set(one["after"]) for one in services.service_settings(names, variables)}
    there = {one["name"]: set(one["after"]) for one in services.service_settings(sorted(names), variables)}
    moved = [name for name in names if given[name] != there[name]]
    return [
        f"{name} comes after {', '.join(sorted(given[name])) or 'no other'} here, but a controller sorts hosts by "
        f"name, and it would come after {', '.join(sorted(there[name])) or 'no other'}: set workflow_after of {name}."
        for name in moved
    ]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"controller_findings": controller_findings}
