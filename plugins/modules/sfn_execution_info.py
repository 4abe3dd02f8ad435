#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sfn_execution_info
version_added: 0.1.0
short_description: Read executions of Step Functions state machines
description:
  - Returns one execution, with its history when asked to, or lists the newest executions of a state machine.
  - No module of amazon.aws or community.aws reads executions.
  - AWS keeps Standard executions for 90 days. It can neither describe nor list Express executions.
options:
  execution_arn:
    description: ARN of one execution.
    type: str
  history:
    description: Return all events of O(execution_arn) too, at most 25000.
    type: bool
    default: false
  state_machine:
    description: Name or ARN of the state machine whose executions are listed.
    type: str
  state_machine_arn:
    description: ARN of a state machine, or of a version or an alias of it, whose executions are listed.
    type: str
  status:
    description: List the executions of this status only.
    type: str
    choices: [RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE]
  limit:
    description: List at most this many executions, the newest. V(0) lists all.
    type: int
    default: 100
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
- name: List the last ten executions that failed
  orchestra.aws.sfn_execution_info:
    state_machine: shop-prod-workflow
    status: FAILED
    limit: 10

- name: Read an execution with all that happened in it
  orchestra.aws.sfn_execution_info:
    execution_arn: arn:aws:states:eu-central-1:123456789012:execution:shop-prod-workflow:release-42
    history: true
"""

RETURN = r"""
actions:
  description: Always empty, the module changes nothing.
  returned: always
  type: list
  elements: str
  sample: []
executions:
  description: The executions, newest first; empty when there is none.
  returned: always
  type: list
  elements: dict
  contains:
    execution_arn:
      description: ARN of the execution.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:execution:shop-prod-workflow:release-42
    name:
      description: Name of the execution.
      type: str
      sample: release-42
    state_machine_arn:
      description: ARN of the state machine.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow
    version_arn:
      description: ARN of the version that was started, V(null) when none was.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:7
    alias_arn:
      description: ARN of the alias that was started, V(null) when none was.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:live
    status:
      description: One of V(RUNNING), V(SUCCEEDED), V(FAILED), V(TIMED_OUT), V(ABORTED) and V(PENDING_REDRIVE).
      type: str
      sample: SUCCEEDED
    start_date:
      description: When it was started, ISO 8601 in UTC.
      type: str
      sample: "2025-11-24T08:00:00.123000+00:00"
    stop_date:
      description: When it ended, ISO 8601 in UTC; V(null) while it runs.
      type: str
      sample: "2025-11-24T08:00:02.456000+00:00"
    input:
      description: Its input, parsed.
      returned: with O(execution_arn)
      type: raw
      sample: {data: some payload}
    output:
      description: Its output, parsed; V(null) unless it succeeded.
      returned: with O(execution_arn)
      type: raw
      sample: {status: success}
    error:
      description: The error it ended with; V(null) when there is none.
      returned: with O(execution_arn)
      type: str
      sample: ApiGateway.503
    cause:
      description: The cause of the error, parsed when it is JSON; V(null) when there is none.
      returned: with O(execution_arn)
      type: raw
      sample: {message: Service Unavailable}
    failed_state:
      description: Name of the state that failed; V(null) when none did, or when that is not in the last 1000 events.
      returned: with O(execution_arn)
      type: str
      sample: service2
    history:
      description: Its events, oldest first.
      returned: with O(history=true)
      type: list
      elements: dict
      contains:
        id:
          description: Number of the event, from 1.
          type: int
          sample: 2
        previous_event_id:
          description: Number of the event that led to this one, 0 for none.
          type: int
          sample: 0
        timestamp:
          description: When it happened, ISO 8601 in UTC.
          type: str
          sample: "2025-11-24T08:00:00.234000+00:00"
        type:
          description: Type of the event.
          type: str
          sample: TaskStateEntered
        details:
          description: Its details, in snake_case; input, output, parameters and variables are parsed.
          type: dict
          sample: {name: service1, input: {data: some payload}}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.info import executions

STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "execution_arn": {"type": "str"},
            "history": {"type": "bool", "default": False},
            "state_machine": {"type": "str"},
            "state_machine_arn": {"type": "str"},
            "status": {"type": "str", "choices": STATUSES},
            "limit": {"type": "int", "default": 100},
        },
        mutually_exclusive=[("execution_arn", "state_machine", "state_machine_arn")],
        required_one_of=[("execution_arn", "state_machine", "state_machine_arn")],
        supports_check_mode=True,
    )
    run(module, executions)


if __name__ == "__main__":
    main()
