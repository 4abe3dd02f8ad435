# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import simulation

DOCUMENTATION = r"""
name: policy_simulations
version_added: 0.1.0
short_description: What to simulate to know whether policies are granted
author: orchestra.aws contributors (@orchestra)
description:
  - Turns each statement of IAM policies that allows something into a request for IAM's policy simulation, with
    names in place of wildcards and values for its conditions.
options:
  _input:
    description: The policy documents.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Look whether the caller may do what a policy allows
  orchestra.aws.account_info:
    gather: [permissions]
    simulate: "{{ [policy] | orchestra.aws.policy_simulations }}"
"""

RETURN = r"""
_value:
  description: Requests, as the option O(orchestra.aws.account_info#module:simulate) takes them.
  type: list
  elements: dict
"""


def policy_simulations(documents: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return simulation.requests(documents)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"policy_simulations": policy_simulations}
