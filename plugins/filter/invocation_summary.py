# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import invocations

DOCUMENTATION = r"""
name: invocation_summary
version_added: 0.1.0
short_description: How many invocations ended in which way, and how long they took
author: orchestra.aws contributors (@orchestra)
description:
  - Counts what M(orchestra.aws.lambda_invocations) returns, and names what failed.
options:
  _input:
    description: The invocations.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show how it went
  ansible.builtin.debug:
    msg: "{{ result.invocations | orchestra.aws.invocation_summary }}"
"""

RETURN = r"""
_value:
  description:
    - The counts C(inputs), C(completed), C(running) and C(failed).
    - C(seconds) with C(p50), C(p90), C(p99) and C(longest), and C(failures), a sentence each, at most 20.
  type: dict
"""


def invocation_summary(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return invocations.summary(found)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"invocation_summary": invocation_summary}
