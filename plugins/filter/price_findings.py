# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import cost_prices

DOCUMENTATION = r"""
name: price_findings
version_added: 0.1.0
short_description: What is wrong with a table of prices
author: orchestra.aws contributors (@orchestra)
description:
  - Checks a table of prices before anything is counted with it.
options:
  _input:
    description: The table of prices, as C(files/prices.yml) has it.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Check the table of prices
  ansible.builtin.assert:
    that: findings | length == 0
    fail_msg: "{{ findings | join(' ') }}"
  vars:
    findings: "{{ lookup('ansible.builtin.file', 'prices.yml') | from_yaml | orchestra.aws.price_findings }}"
"""

RETURN = r"""
_value:
  description: One sentence for each fault; empty when there is none.
  type: list
  elements: str
"""


def price_findings(table: Any) -> list[str]:
    return cost_prices.findings(table)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"price_findings": price_findings}
