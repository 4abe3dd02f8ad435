# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

DOCUMENTATION = r"""
name: controller_objects
version_added: 0.1.0
short_description: What an automation controller needs to operate a site
author: orchestra.aws contributors (@orchestra)
description:
  - Makes project, inventory, credential types, execution environment, job templates with their surveys, workflow and
    schedule of a site, for AWX or the automation controller of Ansible Automation Platform.
  - The questions of the surveys have the types, descriptions, defaults and choices that the roles' argument specs have,
    and choices from the inventory.
options:
  _input:
    description: Names of the hosts that are services, usually C(groups['services']).
    type: list
    elements: str
    required: true
  settings:
    description: What the role P(orchestra.aws.automation_controller#role) is told.
    type: dict
    required: true
positional: settings
"""

EXAMPLES = r"""
- name: Show the names of the job templates
  ansible.builtin.debug:
    msg: "{{ made.controller_templates | map(attribute='name') }}"
  vars:
    made: "{{ groups['services'] | orchestra.aws.controller_objects(settings) }}"
"""

RETURN = r"""
_value:
  description: One list for each variable that the roles of infra.aap_configuration read, like C(controller_templates).
  type: dict
"""

ROOT = Path(__file__).resolve().parents[2]


def controller_objects(services: Sequence[str], settings: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    # Only the process that makes them pays for loading them.
    from ansible.errors import AnsibleFilterError
    from ansible.module_utils.common.yaml import yaml_load

    from ansible_collections.orchestra.aws.plugins.plugin_utils._controller import objects, options

    data = yaml_load((ROOT / "extensions" / "patterns" / "orchestra" / "job_templates.yml").read_text(encoding="utf-8"))
    try:
        known = options.read_options(ROOT / "roles")
        return objects.controller_objects(objects.Settings(**settings), services, data, known)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"controller_objects": controller_objects}
