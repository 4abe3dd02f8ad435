# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: sfn_lint
version_added: 0.1.0
short_description: What is wrong with a definition of a state machine
author: orchestra.aws contributors (@orchestra)
description:
  - Checks a definition in Amazon States Language without AWS, by the rules in
    U(https://github.com/orchestra/aws/blob/main/docs/definition_lint.md).
  - M(orchestra.aws.sfn_state_machine) does the same before it changes anything; this is for checks of their own.
options:
  _input:
    description:
      - The definition, as a mapping or as a string of JSON or YAML. Placeholders C(${name}) may stand in it.
    type: raw
    required: true
  type:
    description: Type of the state machine.
    type: str
    choices: [STANDARD, EXPRESS]
    default: STANDARD
  routes:
    description:
      - Routes of the HTTP API that is called, as keys such as V(POST /orders) or in the form of
        RV(orchestra.aws.http_api#module:http_api.routes). Without them calls are not compared with routes.
    type: list
    elements: raw
  api_hosts:
    description: Hosts of the APIs that O(routes) belong to; without them every call is compared with the routes.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Refuse a definition with errors
  ansible.builtin.assert:
    that: errors | length == 0
    fail_msg: "{{ errors | map(attribute='sentence') | join(' ') }}"
  vars:
    definition: "{{ lookup('ansible.builtin.file', 'workflow.asl.json') }}"
    errors: "{{ definition | orchestra.aws.sfn_lint | selectattr('severity', 'eq', 'error') }}"

- name: Show the calls of routes that the API does not have
  ansible.builtin.debug:
    msg: "{{ definition | orchestra.aws.sfn_lint(routes=['POST /orders', 'GET /rates/{day}']) }}"
"""

RETURN = r"""
_value:
  description: The findings, the errors first; empty when there are none.
  type: list
  elements: dict
  contains:
    rule:
      description: Id of the rule.
      type: str
    severity:
      description: V(error) or V(warning).
      type: str
    pointer:
      description: JSON pointer (RFC 6901) of the place in the definition.
      type: str
    sentence:
      description: What is wrong there.
      type: str
    source:
      description: Address of the page that the rule follows.
      type: str
"""

TYPES = ("STANDARD", "EXPRESS")


def sfn_lint(
    definition: Any,
    type: str = "STANDARD",
    routes: Sequence[str | Mapping[str, Any]] | None = None,
    api_hosts: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    if type not in TYPES:
        raise AnsibleFilterError(f"sfn_lint: type must be STANDARD or EXPRESS, not {type!r}.")
    # Here and not above: Ansible loads every filter of a collection in each task's process to find one of them.
    from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
    from ansible_collections.orchestra.aws.plugins.module_utils._sfn import document
    from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.linter import lint

    try:
        findings = lint(document.read(definition, None), type=type, routes=routes, api_hosts=api_hosts)
    except (InputError, ValueError) as error:
        raise AnsibleFilterError(f"sfn_lint: {error}") from error
    return [finding.as_dict() for finding in findings]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"sfn_lint": sfn_lint}
