# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.orchestra.aws.plugins.module_utils._site import cost

DOCUMENTATION = r"""
name: site_cost
version_added: 0.1.0
short_description: What a site costs
author: orchestra.aws contributors (@orchestra)
description:
  - Counts a month of what AWS bills by the hour, and a thousand executions of the workflow, with list prices.
  - Taxes, discounts, the free tier, data and logs are left out. What is not counted is named.
  - Without a price there is no number, and a sentence that says so.
options:
  _input:
    description: What is billed, as M(orchestra.aws.site_info) and the C(cost) of a plan have it.
    type: dict
    required: true
  prices:
    description: The table of prices, as C(files/prices.yml) has it.
    type: dict
    required: true
  region:
    description: The region.
    type: str
    required: true
  now:
    description: What is billed before a plan is carried out, to tell what a month costs until then.
    type: dict
positional: prices, region, now
"""

EXAMPLES = r"""
- name: Count what is billed
  orchestra.aws.site_info:
    name: shop-prod
    gather: [billed]
  register: found

- name: Show what a month costs
  ansible.builtin.debug:
    msg: "{{ (found.billed | orchestra.aws.site_cost(prices, found.caller.region)).month.least }}"
  vars:
    prices: "{{ lookup('ansible.builtin.file', 'prices.yml') | from_yaml }}"
"""

RETURN = r"""
_value:
  description: The cost.
  type: dict
  contains:
    region:
      description: The region.
      type: str
    currency:
      description: Currency of all amounts.
      type: str
    date:
      description: Date of the prices.
      type: str
    billed:
      description: What was counted.
      type: dict
    remarks:
      description: A sentence when the prices are older than a year.
      type: list
      elements: str
    month:
      description: C(least) and C(most) of a month, its C(items), and C(now), the least before a plan, or null.
      type: dict
    thousand_executions:
      description: The same of a thousand executions, each of C(seconds).
      type: dict
    choices:
      description: What a month would cost at least with other settings.
      type: list
      elements: dict
    not_counted:
      description: What is in no sum.
      type: list
      elements: str
    missing:
      description: A sentence for each price that is not known.
      type: list
      elements: str
"""


def site_cost(
    billed: Mapping[str, Any], prices: Mapping[str, Any], region: str, now: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    try:
        # The day of the control node, where somebody reads it.
        return cost.cost(billed, prices, region, now, datetime.date.today())
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"site_cost": site_cost}
