# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

DOCUMENTATION = r"""
name: workflow_findings
version_added: 0.1.0
short_description: What is wrong with the settings of a workflow as a whole
author: orchestra.aws contributors (@orchestra)
description:
  - Checks before anything is changed what the settings of single services cannot tell. That is whether an Express
    workflow can end in time, whether the type would have to change, and the user's own definition.
options:
  _input:
    description: The services, as P(orchestra.aws.service_settings#filter) returns them.
    type: list
    elements: dict
    required: true
  settings:
    description: The settings of the workflow, as the role P(orchestra.aws.workflow#role) gives them.
    type: dict
    required: true
  found:
    description: The state machine of that name, with its C(type), or nothing.
    type: dict
positional: settings, found
"""

EXAMPLES = r"""
- name: Check the workflow
  ansible.builtin.assert:
    that: findings | length == 0
    fail_msg: "{{ findings | join(' ') }}"
  vars:
    findings: "{{ services | orchestra.aws.workflow_findings(settings, none) }}"
"""

RETURN = r"""
_value:
  description: One sentence for each fault; empty when there is none.
  type: list
  elements: str
"""


def workflow_findings(
    services: Sequence[Mapping[str, Any]], settings: Mapping[str, Any], found: Mapping[str, Any] | None = None
) -> list[str]:
    # Here and not above: Ansible loads every filter of a collection in each task's process to find one of them.
    from ansible_collections.orchestra.aws.plugins.module_utils._site import workflow

    return workflow.workflow_findings(settings, services, found)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"workflow_findings": workflow_findings}
