# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site import doctor

DOCUMENTATION = r"""
name: doctor_table
version_added: 0.1.0
short_description: Findings as a table
author: orchestra.aws contributors (@orchestra)
description:
  - Writes each finding of P(orchestra.aws.doctor_findings#filter) as a line.
options:
  _input:
    description: The findings.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the findings
  ansible.builtin.debug:
    msg: "{{ findings | orchestra.aws.doctor_table }}"
"""

RETURN = r"""
_value:
  description: Lines with level, check and sentence.
  type: str
"""


def doctor_table(found: Sequence[dict[str, str]]) -> str:
    return doctor.table(found)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"doctor_table": doctor_table}
