# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: controller_yaml
version_added: 0.1.0
short_description: The objects of a controller as a file of variables
author: orchestra.aws contributors (@orchestra)
description:
  - Writes YAML in which the templates of credential types, which the controller fills in, are marked C(!unsafe), so
    that Ansible leaves them alone.
options:
  _input:
    description: What P(orchestra.aws.controller_objects#filter) returns.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the file
  ansible.builtin.debug:
    msg: "{{ groups['services'] | orchestra.aws.controller_objects(settings) | orchestra.aws.controller_yaml }}"
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""


def controller_yaml(objects: Mapping[str, Any]) -> str:
    from ansible_collections.orchestra.aws.plugins.plugin_utils._controller import document

    return document.as_yaml(objects)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"controller_yaml": controller_yaml}
