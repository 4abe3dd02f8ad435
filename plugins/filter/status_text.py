# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import status_text as text

DOCUMENTATION = r"""
name: status_text
version_added: 0.1.0
short_description: The status of a site as text
author: orchestra.aws contributors (@orchestra)
description:
  - Tells in a few lines where a site answers, how its services are, and what ran last.
options:
  _input:
    description: What M(orchestra.aws.site_info) returns of C(api), C(services) and C(workflow).
    type: dict
    required: true
  name:
    description: Name of the site.
    type: str
    required: true
  urls:
    description: Method and URL of each route.
    type: list
    elements: str
    required: true
positional: name, urls
"""

EXAMPLES = r"""
- name: Show the status
  ansible.builtin.debug:
    msg: "{{ found | orchestra.aws.status_text('shop-prod', ['GET https://example.com/cart/health']) }}"
"""

RETURN = r"""
_value:
  description: The text, of several lines.
  type: str
"""


def status_text(status: Mapping[str, Any], name: str, urls: Sequence[str]) -> str:
    return text.status_text(name, status, urls)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"status_text": status_text}
