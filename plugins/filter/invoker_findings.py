# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: invoker_findings
version_added: 0.1.0
short_description: What is wrong with the settings of the invoker
author: orchestra.aws contributors (@orchestra)
description:
  - Checks, before anything is changed, who may call the function's URL, the times of the schedule, and the alarms.
options:
  _input:
    description: The settings of the invoker, as the role P(orchestra.aws.invoker#role) gives them.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Check the invoker
  ansible.builtin.assert:
    that: settings | orchestra.aws.invoker_findings | length == 0
"""

RETURN = r"""
_value:
  description: One sentence for each fault; empty when there is none.
  type: list
  elements: str
"""


def invoker_findings(settings: Mapping[str, Any]) -> list[str]:
    # Here and not above: Ansible loads every filter of a collection in each task's process to find one of them.
    from ansible_collections.orchestra.aws.plugins.module_utils._site import invoker

    return invoker.invoker_findings(settings)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"invoker_findings": invoker_findings}
