# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import adoption

DOCUMENTATION = r"""
name: adoption_report
version_added: 0.1.0
short_description: What a deployment takes over from another tool
author: orchestra.aws contributors (@orchestra)
description:
  - Sorts what has the site's names already by what a deployment does with it, from the steps that a check names.
options:
  _input:
    description: What exists, as RV(orchestra.aws.site_info#module:existing) tells it.
    type: list
    elements: dict
    required: true
  hosts:
    description: The variables of the control host and of each service, after a check of all roles.
    type: list
    elements: dict
    required: true
  registered:
    description: Names of the variables in which the results of the modules are registered; not every host has all.
    type: list
    elements: str
    required: true
  log_groups:
    description: Names of the log groups that the site uses.
    type: list
    elements: str
    required: true
positional: hosts, registered, log_groups
"""

EXAMPLES = r"""
- name: Show what a deployment would take over
  ansible.builtin.debug:
    msg: "{{ found.existing | orchestra.aws.adoption_report([hostvars['control']], ['api__result'], []) }}"
"""

RETURN = r"""
_value:
  description:
    - C(taken_over) is what gets the site's tags, C(differs) the steps that change it besides, by resource,
      C(made) and C(deleted) are steps, C(ours) is the site's already, C(left_alone) is what nothing touches.
  type: dict
"""


def adoption_report(
    existing: Sequence[Mapping[str, Any]],
    hosts: Sequence[Mapping[str, Any]],
    registered: Sequence[str],
    log_groups: Sequence[str],
) -> dict[str, Any]:
    results = [host.get(name) or {} for host in hosts for name in registered]
    # What a loop registers has a result for each of its items.
    single = [one for result in results for one in result.get("results", [result])]
    actions = [step for result in single for step in result.get("actions") or []]
    return adoption.adoption_report(existing, actions, log_groups)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"adoption_report": adoption_report}
