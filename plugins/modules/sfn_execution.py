#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sfn_execution
version_added: 0.1.0
short_description: Run and stop executions of Step Functions state machines
description:
  - Starts an execution, waits for its end, and returns its output or says which state failed and why.
  - M(community.aws.stepfunctions_state_machine_execution) neither waits nor returns the output, and cannot start an
    Express execution synchronously.
  - Input, output, error and cause are returned and logged as they are. Use C(no_log) on the task when they are secret.
options:
  state:
    description:
      - V(started) starts an execution, unless one with O(name) and equal input exists.
      - V(stopped) stops a Standard execution that runs. One that has ended, or does not exist, is left alone.
    type: str
    choices: [started, stopped]
    default: started
  state_machine_arn:
    description: ARN of the state machine, or of a version or an alias of it.
    type: str
  state_machine:
    description: Name of the state machine, instead of O(state_machine_arn).
    type: str
  qualifier:
    description: Number of the version or name of the alias of O(state_machine) to start.
    type: str
  name:
    description:
      - Name of the execution, 1 to 80 characters. AWS makes it unique among the executions of 90 days.
      - With a name, a Standard execution is started once. The one that exists is awaited and returned; when its input
        differs, the task fails.
      - Without a name, and for an Express state machine, every run of the task starts another execution.
    type: str
  input:
    description:
      - Input of the execution, any JSON value, at most 262144 bytes. A string that holds a JSON mapping or list is
        taken as that mapping or list.
    type: raw
    default: {}
  wait:
    description:
      - Wait until the execution has ended.
      - An Express execution that is waited for is started synchronously. It takes 5 minutes at most, whatever
        O(wait_timeout) says.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for the end of a Standard execution, which goes on when they have passed.
    type: int
    default: 300
  fail_on_error:
    description:
      - Let the task fail when the execution has failed, timed out or been aborted. RV(execution) is returned then too.
    type: bool
    default: true
  execution_arn:
    description: ARN of the execution to stop, instead of O(name) and the state machine.
    type: str
  error:
    description: Error that a stopped execution gets, at most 256 characters.
    type: str
  cause:
    description: Cause that a stopped execution gets, at most 32768 characters.
    type: str
attributes:
  idempotent:
    support: partial
    details: With O(name) and a Standard state machine, or O(state=stopped).
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Run the workflow and show what it returns
  orchestra.aws.sfn_execution:
    state_machine: shop-prod-workflow
    qualifier: live
    input: {data: some payload}
  register: run

- ansible.builtin.debug:
    var: run.execution.output

- name: Do this only once, even when the play is run again
  orchestra.aws.sfn_execution:
    state_machine_arn: arn:aws:states:eu-central-1:123456789012:stateMachine:migration
    name: release-42

- name: Stop an execution
  orchestra.aws.sfn_execution:
    state: stopped
    execution_arn: "{{ run.execution.execution_arn }}"
    cause: Maintenance
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: ["start execution of shop-prod-workflow:live"]
execution:
  description: The execution. V(null) when the execution to stop does not exist.
  returned: always, also when the execution has failed
  type: dict
  contains:
    execution_arn:
      description: ARN of the execution; in check mode with a placeholder when AWS is to give the name.
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
      description:
        - One of V(RUNNING), V(SUCCEEDED), V(FAILED), V(TIMED_OUT), V(ABORTED) and V(PENDING_REDRIVE).
        - V(RUNNING) in check mode for an execution that would be started.
      type: str
      sample: SUCCEEDED
    input:
      description: Its input, parsed.
      type: raw
      sample: {data: some payload}
    output:
      description: Its output, parsed; V(null) unless it succeeded.
      type: raw
      sample: {status: success}
    error:
      description: The error it ended with; V(null) when there is none.
      type: str
      sample: ApiGateway.503
    cause:
      description: The cause of the error, parsed when it is JSON; V(null) when there is none.
      type: raw
      sample: {message: Service Unavailable}
    failed_state:
      description:
        - Name of the state that failed, of a Standard execution. When its failure was caught and led to a Fail state, it
          is the state that failed, not the Fail state. V(null) when none failed.
        - It is looked for in the last 1000 events, so V(null) too when the failure or its state's entry came before them.
      type: str
      sample: service2
    start_date:
      description: When it was started, ISO 8601 in UTC; V(null) in check mode before that.
      type: str
      sample: "2025-11-24T08:00:00.123000+00:00"
    stop_date:
      description: When it ended, ISO 8601 in UTC; V(null) while it runs.
      type: str
      sample: "2025-11-24T08:00:02.456000+00:00"
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.execution_apply import ensure_started, ensure_stopped


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["started", "stopped"], "default": "started"},
            "state_machine_arn": {"type": "str"},
            "state_machine": {"type": "str"},
            "qualifier": {"type": "str"},
            "name": {"type": "str"},
            "input": {"type": "raw", "default": {}},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 300},
            "fail_on_error": {"type": "bool", "default": True},
            "execution_arn": {"type": "str"},
            "error": {"type": "str"},
            "cause": {"type": "str"},
        },
        mutually_exclusive=[("state_machine_arn", "state_machine"), ("state_machine_arn", "qualifier")],
        required_if=[
            ("state", "started", ["state_machine_arn", "state_machine"], True),
            ("state", "stopped", ["execution_arn", "name"], True),
        ],
        supports_check_mode=True,
    )
    run(module, ensure_started if module.params["state"] == "started" else ensure_stopped)


if __name__ == "__main__":
    main()
