# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: sfn_called_routes
version_added: 0.1.0
short_description: The API routes that a state machine calls with a signature
author: orchestra.aws contributors (@orchestra)
description:
  - Finds the calls of C(apigateway:invoke) whose C(AuthType) is C(IAM_ROLE) in a definition, so that the role of
    the state machine gets C(execute-api:Invoke) on these routes alone.
  - A method or path that an expression makes stands for every signed route of the site's API that it can be.
options:
  _input:
    description: The definition, JSON text or a mapping.
    type: raw
    required: true
  host:
    description: Host name of the site's API.
    type: str
    required: true
  api_id:
    description: Id of the site's API.
    type: str
    required: true
  routes:
    description: The routes of the site's API, keys or mappings with C(key) and C(authorization).
    type: list
    elements: raw
    required: true
  substitutions:
    description: Values of the definition's placeholders C(${name}).
    type: dict
    default: {}
positional: host, api_id, routes, substitutions
"""

EXAMPLES = r"""
- name: Show what the role of the workflow has to be allowed
  ansible.builtin.debug:
    msg: "{{ definition | orchestra.aws.sfn_called_routes(host, api.api_id, api.routes) }}"
  vars:
    host: "{{ api.endpoint | urlsplit('hostname') }}"
"""

RETURN = r"""
_value:
  description: Each route as IAM writes it after the account, sorted.
  type: list
  elements: str
  sample: [a1b2c3/$default/POST/service1/process]
"""


def sfn_called_routes(
    definition: str | Mapping[str, Any],
    host: str,
    api_id: str,
    routes: Sequence[str | Mapping[str, Any]],
    substitutions: Mapping[str, Any] | None = None,
) -> list[str]:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    for name, value in (substitutions or {}).items():
        text = text.replace(f"${{{name}}}", json.dumps(str(value))[1:-1])
    try:
        definition = json.loads(text)
    except ValueError as error:
        raise AnsibleFilterError(f"The definition is no valid JSON: {error}.") from error
    if not isinstance(definition, Mapping):
        raise AnsibleFilterError("The definition has to be a JSON object.")
    # Here and not above: Ansible loads every filter of a collection in each task's process to find one of them.
    from ansible_collections.orchestra.aws.plugins.module_utils._sfn.called_routes import called_routes

    return called_routes(dict(definition), host, api_id, routes)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"sfn_called_routes": sfn_called_routes}
