# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import findings

DOCUMENTATION = r"""
name: site_findings
version_added: 0.1.0
short_description: What is wrong with the settings of a site
author: orchestra.aws contributors (@orchestra)
description:
  - Checks everything that can be known before AWS is asked, and says each fault in one sentence.
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
  control:
    description: Hosts of the group C(site).
    type: list
    elements: str
    required: true
  boundary:
    description: ARN of the managed policy that bounds every role; nothing when it is empty.
    type: str
    default: ""
positional: name, control, boundary
"""

EXAMPLES = r"""
- name: Check the settings before anything is changed
  ansible.builtin.assert:
    that: findings | length == 0
    fail_msg: "{{ findings | join(' ') }}"
  vars:
    findings: "{{ services | orchestra.aws.site_findings('shop-prod', groups['site']) }}"
"""

RETURN = r"""
_value:
  description: One sentence for each fault; empty when there is none.
  type: list
  elements: str
"""


def site_findings(
    services: Sequence[Mapping[str, Any]], name: str, control: Sequence[str], boundary: str = ""
) -> list[str]:
    return findings.site_findings(name, control, services, boundary)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"site_findings": site_findings}
