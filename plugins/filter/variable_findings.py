# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

DOCUMENTATION = r"""
name: variable_findings
version_added: 0.1.0
short_description: What is wrong with the variables of an inventory
author: orchestra.aws contributors (@orchestra)
description:
  - Finds variables that begin like those of a role of this collection, or resemble one, and that no role knows. What
    the roles know is what their argument specs say. The variable C(orchestra_own_variables) lists names that are right.
  - Finds values of another type than the argument spec says, or that are none of its choices.
  - Finds a role's C(_state) that is V(absent), because what is to be deleted is no matter of an inventory.
  - Checks the settings of each service as M(orchestra.aws.ecs_service) does, and those of network, cluster and logs, so
    that a run stops before anything is changed. Values of secrets and of the environment are not shown.
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
  control:
    description: Hosts of the group C(site).
    type: list
    elements: str
    required: true
positional: variables, control
"""

EXAMPLES = r"""
- name: Check the variables before anything is changed
  ansible.builtin.assert:
    that: findings | length == 0
    fail_msg: "{{ findings | join(' ') }}"
  vars:
    findings: "{{ groups['services'] | orchestra.aws.variable_findings(hostvars, groups['site']) }}"
"""

RETURN = r"""
_value:
  description: One sentence for each fault; empty when there is none.
  type: list
  elements: str
"""

ROLES = Path(__file__).resolve().parents[2] / "roles"


def variable_findings(
    names: Sequence[str], variables: Mapping[str, Mapping[str, Any]], control: Sequence[str]
) -> list[str]:
    # Here and not above: Ansible loads every filter of a collection in each task's process to find one of them.
    from ansible_collections.orchestra.aws.plugins.module_utils._site import variables as found
    from ansible_collections.orchestra.aws.plugins.module_utils._site.service_options import option_spec
    from ansible_collections.orchestra.aws.plugins.module_utils._site.settings_check import setting_findings
    from ansible_collections.orchestra.aws.plugins.module_utils._site.variable_types import type_findings

    hosts = {name: variables[name] for name in dict.fromkeys([*control, *names])}
    specs = found.read_specs(ROLES)
    return [
        *found.variable_findings(found.known_variables(specs), hosts),
        *type_findings({name: spec for role in specs.values() for name, spec in role.items()}, hosts, option_spec()),
        *found.state_findings(hosts),
        *setting_findings(names, hosts, control),
    ]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"variable_findings": variable_findings}
