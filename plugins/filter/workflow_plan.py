# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import services

DOCUMENTATION = r"""
name: workflow_plan
version_added: 0.1.0
short_description: The order in which the services of a workflow run
author: orchestra.aws contributors (@orchestra)
description:
  - Orders the services by their C(workflow_after), for the template of the state machine's definition.
options:
  _input:
    description: The services, as P(orchestra.aws.service_settings#filter) returns them.
    type: list
    elements: dict
    required: true
  type:
    description: Type of the workflow. V(EXPRESS) ends after 300 seconds.
    type: str
    choices: [STANDARD, EXPRESS]
    default: STANDARD
"""

EXAMPLES = r"""
- name: Show the order of the workflow
  ansible.builtin.debug:
    msg: "{{ (services | orchestra.aws.workflow_plan).stages }}"
"""

RETURN = r"""
_value:
  description: The order.
  type: dict
  contains:
    stages:
      description: Names of the services; those of one stage do not depend on each other.
      type: list
      elements: list
    ancestors:
      description: For each service the services whose responses it is given, in running order.
      type: dict
    worst_case_seconds:
      description: For each service the longest that its state can take, all retries included.
      type: dict
    retried_errors:
      description: For each service the names of the errors after which it is called again.
      type: dict
    limit_seconds:
      description: Seconds after which the whole workflow ends, longer than its services can take.
      type: int
"""


def workflow_plan(settings: Sequence[Mapping[str, Any]], type: str = "STANDARD") -> dict[str, Any]:
    return {
        "stages": services.stages(settings),
        "ancestors": services.ancestors(settings),
        "worst_case_seconds": {service["name"]: services.worst_case_seconds(service) for service in settings},
        "retried_errors": {service["name"]: services.error_names(service["retry"]["errors"]) for service in settings},
        "limit_seconds": services.limit_seconds(settings, type),
    }


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"workflow_plan": workflow_plan}
