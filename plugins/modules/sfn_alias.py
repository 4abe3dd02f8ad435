#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sfn_alias
version_added: 0.1.0
short_description: Manage aliases of Step Functions state machines
description:
  - Creates, moves and deletes an alias, which routes new executions to one version of a state machine or to two by weight.
  - No module of amazon.aws or community.aws manages aliases.
options:
  state:
    description: Whether the alias shall exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the alias, 1 to 80 letters, digits and any of C(_-.), and not digits alone.
    type: str
    required: true
  state_machine:
    description: Name or ARN of the state machine.
    type: str
    required: true
  description:
    description: Description of the alias, at most 256 characters. Left out, it stays as it is.
    type: str
  version_arn:
    description:
      - ARN of the version that gets every execution. Short for O(routing) with one route of weight 100.
      - This or O(routing) is needed to create an alias.
      - In check mode, the placeholder that M(orchestra.aws.sfn_state_machine) returns is taken.
    type: str
  routing:
    description: One or two routes, whose order means nothing.
    type: list
    elements: dict
    suboptions:
      version_arn:
        description: ARN of a version of the state machine.
        type: str
        required: true
      weight:
        description: Percentage of the executions that this version gets, 0 to 100. All weights sum to 100.
        type: int
        required: true
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Route every execution to the version that was just published
  orchestra.aws.sfn_alias:
    name: live
    state_machine: shop-prod-workflow
    version_arn: "{{ workflow.state_machine.version_arn }}"

- name: Let the new version have a tenth of the executions
  orchestra.aws.sfn_alias:
    name: live
    state_machine: shop-prod-workflow
    routing:
      - version_arn: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:6
        weight: 90
      - version_arn: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:7
        weight: 10

- name: Delete the alias
  orchestra.aws.sfn_alias:
    name: live
    state_machine: shop-prod-workflow
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: ["route alias live: 100 % to version 7"]
alias_arn:
  description: ARN of the alias, known in check mode too.
  returned: when O(state=present)
  type: str
  sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:live
name:
  description: Name of the alias.
  returned: when O(state=present)
  type: str
  sample: live
description:
  description: Description of the alias, empty when it has none.
  returned: when O(state=present)
  type: str
  sample: What the invoker starts
routing:
  description: Its routes, sorted by version.
  returned: when O(state=present)
  type: list
  elements: dict
  contains:
    version_arn:
      description: ARN of the version.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:7
    weight:
      description: Percentage of the executions.
      type: int
      sample: 100
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.alias import ensure_absent, ensure_present

ROUTE = {"version_arn": {"type": "str", "required": True}, "weight": {"type": "int", "required": True}}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "state_machine": {"type": "str", "required": True},
            "description": {"type": "str"},
            "version_arn": {"type": "str"},
            "routing": {"type": "list", "elements": "dict", "options": ROUTE},
        },
        mutually_exclusive=[("version_arn", "routing")],
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
