# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import cost_text

DOCUMENTATION = r"""
name: site_cost_text
version_added: 0.1.0
short_description: The cost of a site as text
author: orchestra.aws contributors (@orchestra)
description:
  - Tells in lines what a month and a thousand executions cost, what other settings would cost, and what is not counted.
options:
  _input:
    description: The cost, as P(orchestra.aws.site_cost#filter) returns it.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show what the site costs
  ansible.builtin.debug:
    msg: "{{ found.billed | orchestra.aws.site_cost(prices, 'eu-central-1') | orchestra.aws.site_cost_text }}"
"""

RETURN = r"""
_value:
  description: The text, of several lines.
  type: str
"""


def site_cost_text(cost: Mapping[str, Any]) -> str:
    return cost_text.cost_text(cost)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"site_cost_text": site_cost_text}
