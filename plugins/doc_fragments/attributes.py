# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What all modules of this collection support, and what all of them return."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and returns what it would do, without changing anything.
    support: full
  diff_mode:
    description: Returns what changes, before and after, in check mode as in a real run.
    support: full
  idempotent:
    description: When run twice in a row with the same options, the second run changes nothing.
    support: full
  action_group:
    description:
      - Use C(group/orchestra.aws.aws) in C(module_defaults) to set defaults for this module.
      - C(group/aws), which is for the modules of amazon.aws and community.aws, does not reach it.
    support: full
    membership:
      - orchestra.aws.aws
"""
