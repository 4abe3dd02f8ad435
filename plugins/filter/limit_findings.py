# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import findings

DOCUMENTATION = r"""
name: limit_findings
version_added: 0.1.0
short_description: Which services cannot be deployed without the host of the site
author: orchestra.aws contributors (@orchestra)
description:
  - A run that is limited to services changes neither the API nor the workflow, so each of them needs its route already.
options:
  _input:
    description: The services of the run, as P(orchestra.aws.service_settings#filter) returns them.
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
  api:
    description: The API, as M(orchestra.aws.site_info) returns it.
    type: dict
    required: true
positional: name, listeners, api
"""

EXAMPLES = r"""
- name: Check the limit before anything is changed
  ansible.builtin.assert:
    that: findings | length == 0
    fail_msg: "{{ findings | join(' ') }}"
  vars:
    findings: "{{ services | orchestra.aws.limit_findings('shop-prod', site.network.listeners, site.api) }}"
"""

RETURN = r"""
_value:
  description: A sentence that says with which limit to run; empty when there is nothing to say.
  type: list
  elements: str
"""


def limit_findings(
    services: Sequence[Mapping[str, Any]],
    name: str,
    listeners: Sequence[Mapping[str, Any]],
    api: Mapping[str, Any] | None,
) -> list[str]:
    return findings.limit_findings(name, services, listeners, api)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"limit_findings": limit_findings}
