#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lambda_invocations
version_added: 0.1.0
short_description: Invoke a Lambda function with many inputs
description:
  - Invokes a function once for each input, a few at a time, waits for the answers and tells how each ended.
  - M(amazon.aws.lambda_execute) invokes a function once, and fails with its first error.
  - An invocation that fails does not fail the module. None is sent twice, except those that AWS refuses because
    too many run, which have started nothing.
options:
  function_name:
    description: Name or ARN of the function.
    type: str
    required: true
  inputs:
    description: The inputs, any JSON values.
    type: list
    elements: raw
    required: true
  parallel:
    description: How many invocations run at the same time, from 1 to 10.
    type: int
    default: 4
  first_number:
    description: Number of the first input in RV(invocations).
    type: int
    default: 1
  output_file:
    description: File on the host that the payloads are appended to, a line of JSON each, in the order of O(inputs).
    type: path
attributes:
  diff_mode:
    support: N/A
    details: An invocation changes nothing that the module could compare.
  idempotent:
    support: none
    details: Every run invokes the function. Whether that does something again is up to the function.
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Run the workflow for two orders
  orchestra.aws.lambda_invocations:
    function_name: shop-prod-workflow-invoker
    inputs:
      - {order: 7, idempotencyKey: order-7}
      - {order: 8, idempotencyKey: order-8}
    output_file: /tmp/payloads.jsonl
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, a sentence each.
  returned: always
  type: list
  elements: str
  sample: [invoke Lambda function shop-prod-workflow-invoker with 2 inputs]
invocations:
  description: How each invocation ended, in the order of O(inputs); none in check mode.
  returned: always
  type: list
  elements: dict
  contains:
    number:
      description: Number of the input.
      type: int
      sample: 2
    key:
      description: The input's C(idempotencyKey), or null.
      type: raw
      sample: order-8
    status:
      description:
        - V(completed), or V(failed) when the function failed, could not be invoked, or returned another
          C(status) than C(completed).
        - V(running) when the function returned that its workflow goes on.
      type: str
      sample: failed
    seconds:
      description: Seconds from the request to the answer.
      type: float
      sample: 0.213
    service:
      description: The service that failed, or null.
      type: str
      sample: service2
    error:
      description: The error of a failed one, or null.
      type: str
      sample: ApiGateway.500
    cause:
      description: What is known of that error, or null.
      type: raw
      sample: Internal Server Error
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._lambda.invocations import operate
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "function_name": {"type": "str", "required": True},
            "inputs": {"type": "list", "elements": "raw", "required": True},
            "parallel": {"type": "int", "default": 4},
            "first_number": {"type": "int", "default": 1},
            "output_file": {"type": "path"},
        },
        supports_check_mode=True,
    )
    run(module, operate)


if __name__ == "__main__":
    main()
