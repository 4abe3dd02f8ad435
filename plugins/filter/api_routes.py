# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import routes

DOCUMENTATION = r"""
name: api_routes
version_added: 0.1.0
short_description: The HTTP API routes of a site's services
author: orchestra.aws contributors (@orchestra)
description:
  - Makes a route for what each service processes and one for its health, both to the service's own listener.
options:
  _input:
    description: The services, as P(orchestra.aws.service_settings#filter) returns them.
    type: list
    elements: dict
    required: true
  listener_arns:
    description: The ARN of the load balancer's listener of each service.
    type: dict
    required: true
  vpc_link_id:
    description: Id of the VPC link that reaches the load balancer.
    type: str
    required: true
positional: listener_arns, vpc_link_id
"""

EXAMPLES = r"""
- name: Show the routes
  ansible.builtin.debug:
    msg: "{{ services | orchestra.aws.api_routes(listener_arns, 'a1b2c3') }}"
"""

RETURN = r"""
_value:
  description: The routes, in the form of the option O(orchestra.aws.http_api#module:routes).
  type: list
  elements: dict
"""


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"api_routes": routes.api_routes}
