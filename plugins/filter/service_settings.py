# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import services

DOCUMENTATION = r"""
name: service_settings
version_added: 0.1.0
short_description: The settings of every service, from the inventory, with defaults
author: orchestra.aws contributors (@orchestra)
description:
  - Gathers what the site-wide roles need to know of each service from the variables of its host.
options:
  _input:
    description: Names of the hosts, usually C(groups['services']).
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
- name: Show the listener port of each service
  ansible.builtin.debug:
    msg: "{{ groups['services'] | orchestra.aws.service_settings(hostvars) | items2dict('name', 'listener_port') }}"
"""

RETURN = r"""
_value:
  description: One mapping for each service, in inventory order.
  type: list
  elements: dict
"""


def service_settings(names: Sequence[str], variables: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return services.service_settings(names, variables)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"service_settings": service_settings}
