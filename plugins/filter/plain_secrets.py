# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.parsing.utils.yaml import from_yaml

from ansible_collections.orchestra.aws.plugins.module_utils._site import plain_secrets as finder

DOCUMENTATION = r"""
name: plain_secrets
version_added: 0.1.0
short_description: What looks like a password in the files of an inventory
author: orchestra.aws contributors (@orchestra)
description:
  - Reads the files of an inventory and names the variables that look like a password in the clear, without their
    values. Values of Ansible Vault and templates are none.
options:
  _input:
    description: Folder of the inventory, C(inventory_dir).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Tell of passwords in the clear
  ansible.builtin.debug:
    msg: "{{ inventory_dir | orchestra.aws.plain_secrets }}"
"""

RETURN = r"""
_value:
  description: File and variable of each.
  type: list
  elements: str
"""


def plain_secrets(folder: str) -> list[str]:
    return finder.plain_secrets(folder, _load)


def _load(text: str) -> Any:
    try:
        return from_yaml(text, show_content=False)
    except AnsibleParserError as error:
        raise ValueError("no YAML") from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"plain_secrets": plain_secrets}
