# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError, AnsibleParserError
from ansible.parsing.utils.yaml import from_yaml

from ansible_collections.orchestra.aws.plugins.module_utils._site import invocations

DOCUMENTATION = r"""
name: workflow_inputs
version_added: 0.1.0
short_description: The inputs in a file
author: orchestra.aws contributors (@orchestra)
description:
  - Reads a list of inputs for a workflow, written as YAML, as JSON, or as a line of JSON each.
options:
  _input:
    description: Text of the file.
    type: str
    required: true
  path:
    description: Name of the file, whose ending tells the format, and which messages name.
    type: str
    required: true
positional: path
"""

EXAMPLES = r"""
- name: Read the inputs
  ansible.builtin.set_fact:
    inputs: "{{ lookup('ansible.builtin.file', 'orders.jsonl') | orchestra.aws.workflow_inputs('orders.jsonl') }}"
"""

RETURN = r"""
_value:
  description: The inputs.
  type: list
  elements: raw
"""


def workflow_inputs(text: str, path: str) -> list[Any]:
    try:
        if path.endswith((".yml", ".yaml")):
            return invocations.as_list(from_yaml(text, show_content=False), path)
        return invocations.inputs(text, path)
    except AnsibleParserError as fault:
        raise AnsibleFilterError(f"{path} is no YAML: {fault}") from fault
    except ValueError as fault:
        raise AnsibleFilterError(str(fault)) from fault


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"workflow_inputs": workflow_inputs}
