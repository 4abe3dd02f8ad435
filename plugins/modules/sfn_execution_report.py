#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sfn_execution_report
version_added: 0.1.0
short_description: Write a report of executions of a Step Functions state machine as one HTML file
description:
  - Writes one HTML file that loads nothing. It can be kept, sent and opened anywhere.
  - For one execution it has the graph of the states with what ran, failed, was retried and was not reached, a timeline
    with attempts and waits, and input, output, error and cause of each state.
  - For several executions it has the success rate, percentiles of the durations of each service, and each execution.
  - No module of amazon.aws or community.aws shows executions.
  - The page shows what is in the executions, all values included; do not give it to those who must not see them.
  - AWS keeps no history of Express executions, so there is no report of those. It keeps Standard ones for 90 days.
options:
  dest:
    description:
      - The file to write, on the host that the module runs on. Its folder is made when there is none.
      - A new file can be read by its owner only, because of the values; one that exists keeps its mode.
    type: path
    required: true
  execution_arn:
    description:
      - ARN of the execution to report.
      - With O(history_file) nothing is asked of AWS. The ARN is then for the title and the links into the console.
    type: str
  state_machine:
    description: Name or ARN of the state machine whose newest execution is reported, or newest O(executions).
    type: str
  execution_name:
    description: Name of the execution of O(state_machine) to report, in place of the newest.
    type: str
  state_machine_arn:
    description: Like O(state_machine), as the ARN of a state machine, of a version or of an alias.
    type: str
  executions:
    description:
      - Report so many of the newest executions on one page, without their inputs and outputs. Ten are read at a time.
      - With V(0) the newest execution alone is reported, with everything.
    type: int
    default: 0
  history_file:
    description:
      - File on the same host with the history of an execution, as C(aws stepfunctions get-execution-history) prints it.
    type: path
  definition_file:
    description:
      - File on the same host with the definition of the state machine in JSON, or with what
        C(aws stepfunctions describe-state-machine-for-execution) prints.
    type: path
  value_limit:
    description: Characters that are shown of each input, output and cause; of more the page says how many there are.
    type: int
    default: 4000
  page_template:
    description: HTML of the page with the places C($title), C($policy), C($style), C($body) and C($script). The
      collection's own by default.
    type: str
  page_style:
    description: CSS of the page. The collection's own by default.
    type: str
  page_script:
    description: Script of the page. The collection's own by default.
    type: str
attributes:
  diff_mode:
    details: The diff has size and checksum of the file, not its content.
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Report the newest execution
  orchestra.aws.sfn_execution_report:
    state_machine: shop-prod-workflow
    dest: /var/www/reports/newest.html

- name: Report the newest fifty executions on one page
  orchestra.aws.sfn_execution_report:
    state_machine: shop-prod-workflow
    executions: 50
    dest: /var/www/reports/overview.html

- name: Report an execution from what the AWS CLI has saved
  orchestra.aws.sfn_execution_report:
    history_file: /var/lib/incidents/42/history.json
    definition_file: /var/lib/incidents/42/definition.json
    dest: /var/lib/incidents/42/report.html
"""

RETURN = r"""
actions:
  description: What was done, in check mode what would be; empty when the file has this content already.
  returned: always
  type: list
  elements: str
  sample: [write /var/www/reports/newest.html]
report:
  description: The report.
  returned: success
  type: dict
  contains:
    dest:
      description: The file.
      type: str
      sample: /var/www/reports/newest.html
    size:
      description: Size of the file in bytes.
      type: int
      sample: 61440
    execution_arn:
      description: ARN of the execution, V(null) for several and when it is not known.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:execution:shop-prod-workflow:release-42
    status:
      description: Status of the execution, V(null) for several.
      type: str
      sample: FAILED
    states:
      description:
        - What became of each state, V(null) for several executions. One of V(succeeded), V(retried), which is succeeded
          after a retry, V(failed), V(aborted), V(running) and V(not reached).
      type: dict
      sample: {service1: retried, service2: failed, service3: not reached}
    success_rate:
      description: Part of the executions that have ended which succeeded, V(null) for one execution and when none has ended.
      type: float
      sample: 0.98
    executions:
      description: The executions of the report, newest first.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the execution.
          type: str
          sample: release-42
        status:
          description: Status of the execution.
          type: str
          sample: FAILED
        seconds:
          description: Seconds that it took, or has taken until its last event.
          type: float
          sample: 12.345
        retries:
          description: Number of attempts after a first one.
          type: int
          sample: 4
        failed_states:
          description: States that failed for good, whether the failure was caught or not.
          type: list
          elements: str
          sample: [service2]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._report.report import written


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "dest": {"type": "path", "required": True},
            "execution_arn": {"type": "str"},
            "state_machine": {"type": "str"},
            "execution_name": {"type": "str"},
            "state_machine_arn": {"type": "str"},
            "executions": {"type": "int", "default": 0},
            "history_file": {"type": "path"},
            "definition_file": {"type": "path"},
            "value_limit": {"type": "int", "default": 4000},
            "page_template": {"type": "str"},
            "page_style": {"type": "str"},
            "page_script": {"type": "str"},
        },
        mutually_exclusive=[
            ("execution_arn", "state_machine", "state_machine_arn"),
            ("execution_arn", "execution_name"),
            ("history_file", "state_machine"),
            ("history_file", "state_machine_arn"),
            ("history_file", "execution_name"),
        ],
        required_one_of=[("execution_arn", "state_machine", "state_machine_arn", "history_file")],
        required_together=[("history_file", "definition_file")],
        supports_check_mode=True,
    )
    run(module, written)


if __name__ == "__main__":
    main()
