# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import routes

DOCUMENTATION = r"""
name: listener_arns
version_added: 0.1.0
short_description: The ARN of the listener of each service
author: orchestra.aws contributors (@orchestra)
description:
  - Takes what this run has made, and for services outside this run what the load balancer had before.
options:
  _input:
    description: The services, as P(orchestra.aws.service_settings#filter) returns them.
    type: list
    elements: dict
    required: true
  hosts:
    description: Variables of the hosts, usually C(hostvars).
    type: dict
    required: true
  listeners:
    description: The load balancer's listeners, as M(orchestra.aws.alb) returns them.
    type: list
    elements: dict
    required: true
positional: hosts, listeners
"""

EXAMPLES = r"""
- name: Show the listeners
  ansible.builtin.debug:
    msg: "{{ services | orchestra.aws.listener_arns(hostvars, alb.load_balancer.listeners) }}"
"""

RETURN = r"""
_value:
  description: Service -> ARN; services without a listener are left out.
  type: dict
"""


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"listener_arns": routes.listener_arns}
