# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import findings

DOCUMENTATION = r"""
name: port_findings
version_added: 0.1.0
short_description: Which listener ports of a site's services serve other services still
author: orchestra.aws contributors (@orchestra)
description:
  - A listener of the load balancer cannot pass from one service to another in one run; this says so beforehand.
options:
  _input:
    description: The services, as P(orchestra.aws.service_settings#filter) returns them.
    type: list
    elements: dict
    required: true
  name:
    description: Prefix of all names, project and environment.
    type: str
    required: true
  listeners:
    description: The load balancer's listeners, as M(orchestra.aws.site_info) returns them.
    type: list
    elements: dict
    required: true
positional: name, listeners
"""

EXAMPLES = r"""
- name: Check the ports before anything is changed
  ansible.builtin.assert:
    that: findings | length == 0
    fail_msg: "{{ findings | join(' ') }}"
  vars:
    findings: "{{ services | orchestra.aws.port_findings('shop-prod', site.network.listeners) }}"
"""

RETURN = r"""
_value:
  description: One sentence for each port that is taken; empty when there is none.
  type: list
  elements: str
"""


def port_findings(
    services: Sequence[Mapping[str, Any]], name: str, listeners: Sequence[Mapping[str, Any]]
) -> list[str]:
    return findings.port_findings(name, services, listeners)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"port_findings": port_findings}
