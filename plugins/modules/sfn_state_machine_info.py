#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sfn_state_machine_info
version_added: 0.1.0
short_description: Read Step Functions state machines
description:
  - Returns one state machine, all, or those whose names begin alike, with their versions and aliases when asked to.
  - No module of amazon.aws or community.aws reads state machines.
options:
  name:
    description: Name or ARN of one state machine. It is returned with details, and not looked for in any list.
    type: str
    aliases: [state_machine_arn]
  name_prefix:
    description: Return the state machines whose names begin with this. Without it, and without O(name), return all.
    type: str
  details:
    description:
      - Return everything that is known of each state machine, which takes three calls for each.
      - Otherwise ARN, name, type and creation date are returned, one call for a thousand state machines.
    type: bool
    default: false
  versions:
    description: Return the versions of each state machine, one call for each.
    type: bool
    default: false
  aliases:
    description: Return the aliases of each state machine, one call for each and one for each alias.
    type: bool
    default: false
attributes:
  diff_mode:
    support: N/A
    details: Nothing is changed.
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Look at one state machine and where its aliases lead
  orchestra.aws.sfn_state_machine_info:
    name: shop-prod-workflow
    aliases: true

- name: List the state machines of an environment
  orchestra.aws.sfn_state_machine_info:
    name_prefix: shop-prod-
"""

RETURN = r"""
actions:
  description: Always empty, the module changes nothing.
  returned: always
  type: list
  elements: str
  sample: []
state_machines:
  description: The state machines, sorted by name; empty when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    state_machine_arn:
      description: ARN of the state machine.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow
    name:
      description: Its name.
      type: str
      sample: shop-prod-workflow
    type:
      description: Its type, V(STANDARD) or V(EXPRESS).
      type: str
      sample: STANDARD
    creation_date:
      description: When it was created, ISO 8601 in UTC.
      type: str
      sample: "2025-11-24T08:00:00.123000+00:00"
    status:
      description: Its status, V(ACTIVE) or V(DELETING).
      returned: with O(name) or O(details=true)
      type: str
      sample: ACTIVE
    role_arn:
      description: ARN of its role.
      returned: with O(name) or O(details=true)
      type: str
      sample: arn:aws:iam::123456789012:role/shop-prod-workflow
    definition:
      description: Its definition.
      returned: with O(name) or O(details=true)
      type: dict
      sample: {StartAt: Done, States: {Done: {Type: Succeed}}}
    logging:
      description: Its logging; nothing but the level when that is V(OFF).
      returned: with O(name) or O(details=true)
      type: dict
      sample:
        level: ERROR
        include_execution_data: false
        log_group_arn: "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/states/shop-prod-workflow:*"
    tracing:
      description: Whether AWS X-Ray traces its executions.
      returned: with O(name) or O(details=true)
      type: bool
      sample: true
    encryption:
      description: Its encryption; nothing but the type when AWS's own key is used.
      returned: with O(name) or O(details=true)
      type: dict
      sample: {type: AWS_OWNED_KEY}
    revision_id:
      description: Id of the current revision; V(null) until the first update.
      returned: with O(name) or O(details=true)
      type: str
      sample: 6d2b9c1e-7a3f-4c58-9f0e-2f1d6a7b8c90
    version_arn:
      description: ARN of the newest version; V(null) when there is none.
      returned: with O(name) or O(details=true)
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:7
    tags:
      description: Its tags.
      returned: with O(name) or O(details=true)
      type: dict
      sample: {team: shop}
    versions:
      description: Its versions, newest first.
      returned: with O(versions=true)
      type: list
      elements: dict
      contains:
        version_arn:
          description: ARN of the version.
          type: str
          sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:7
        creation_date:
          description: When it was published, ISO 8601 in UTC.
          type: str
          sample: "2025-11-24T08:00:00.123000+00:00"
    aliases:
      description: Its aliases, sorted by name.
      returned: with O(aliases=true)
      type: list
      elements: dict
      contains:
        alias_arn:
          description: ARN of the alias.
          type: str
          sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:live
        name:
          description: Its name.
          type: str
          sample: live
        description:
          description: Its description, empty when it has none.
          type: str
          sample: What the invoker starts
        routing:
          description: Its routes, each with the C(version_arn) and the C(weight) in percent.
          type: list
          elements: dict
          sample:
            - version_arn: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:7
              weight: 100
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.info import state_machines


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "aliases": ["state_machine_arn"]},
            "name_prefix": {"type": "str"},
            "details": {"type": "bool", "default": False},
            "versions": {"type": "bool", "default": False},
            "aliases": {"type": "bool", "default": False},
        },
        mutually_exclusive=[("name", "name_prefix")],
        supports_check_mode=True,
    )
    run(module, state_machines)


if __name__ == "__main__":
    main()
