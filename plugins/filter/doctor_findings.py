# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import doctor

DOCUMENTATION = r"""
name: doctor_findings
version_added: 0.1.0
short_description: What stands in the way of a first deployment
author: orchestra.aws contributors (@orchestra)
description:
  - Compares what an account and a region allow with what a site needs, and tells for each check how it is.
options:
  _input:
    description: What M(orchestra.aws.account_info) returns of all its parts, or its failure.
    type: dict
    required: true
  settings:
    description: The settings of the site, as the role P(orchestra.aws.doctor#role) gives them.
    type: dict
    required: true
  services:
    description: The hosts of the group C(services).
    type: list
    elements: str
    required: true
  variables:
    description: Host name and its variables, as C(hostvars).
    type: dict
    required: true
positional: settings, services, variables
"""

EXAMPLES = r"""
- name: Show the findings
  ansible.builtin.debug:
    msg: "{{ found | orchestra.aws.doctor_findings(settings, groups['services'], hostvars) }}"
"""

RETURN = r"""
_value:
  description: Findings with C(level), which is V(ok), V(warning) or V(error), C(check) and C(sentence).
  type: list
  elements: dict
"""


def doctor_findings(
    facts: Mapping[str, Any],
    settings: Mapping[str, Any],
    services: Sequence[str],
    variables: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, str]]:
    return doctor.findings(facts, settings, {name: variables[name] for name in services})


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"doctor_findings": doctor_findings}
