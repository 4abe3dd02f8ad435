#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduler_schedule
version_added: 0.1.0
short_description: Manage a schedule of EventBridge Scheduler
description:
  - Creates, changes and deletes a schedule that starts a target at certain times.
  - No module of amazon.aws or community.aws knows Scheduler. M(amazon.aws.cloudwatchevent_rule) manages the older rules,
    which have no time zones and start a target only through a policy of the target's own.
  - An option that is left out is not touched on an existing schedule.
options:
  state:
    description: Whether the schedule shall exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the schedule, 1 to 64 letters, digits or any of C(._-), unique in its group.
    type: str
    required: true
  group:
    description: Group of the schedule, which has to exist.
    type: str
    default: default
  description:
    description: What the schedule is for, at most 512 characters.
    type: str
  expression:
    description:
      - When the target is started, as V(rate(10 minutes\)), V(cron(0 6 * * ? *\)) or V(at(2030-01-31T06:00:00\)).
      - A rate starts the target at once, and then again and again. A new schedule needs this.
    type: str
  timezone:
    description: Time zone of O(expression), such as V(Europe/Berlin). A new schedule gets V(UTC).
    type: str
  enabled:
    description: Whether the target is started. A new schedule gets V(true).
    type: bool
  flexible_window_minutes:
    description: Minutes within which the target may be started later, at most 1440. A new schedule gets 0.
    type: int
  target_arn:
    description: ARN of what is started, a Lambda function for instance. A new schedule needs it.
    type: str
  role_arn:
    description:
      - ARN of the role that starts it. It trusts C(scheduler.amazonaws.com). A new schedule needs it.
      - A role that is still new is refused by Scheduler; the request is repeated for up to 60 seconds.
    type: str
  input:
    description:
      - What the target is given, as a mapping, or as a text of JSON.
      - Scheduler replaces C(<aws.scheduler.execution-id>) and the like in it.
    type: raw
  maximum_attempts:
    description: How often a start that fails is tried again, 0 to 185. A new schedule gets 185.
    type: int
  maximum_age_seconds:
    description: For how long it is tried, 60 to 86400 seconds. A new schedule gets 86400.
    type: int
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Run the workflow every morning
  orchestra.aws.scheduler_schedule:
    name: shop-prod-workflow
    expression: cron(0 6 * * ? *)
    timezone: Europe/Berlin
    target_arn: arn:aws:lambda:eu-central-1:123456789012:function:shop-prod-workflow-invoker
    role_arn: arn:aws:iam::123456789012:role/shop-prod-schedule
    input:
      invocationMode: async
      idempotencyKey: <aws.scheduler.execution-id>

- name: Do not run it for now
  orchestra.aws.scheduler_schedule:
    name: shop-prod-workflow
    enabled: false

- name: Delete the schedule
  orchestra.aws.scheduler_schedule:
    name: shop-prod-workflow
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [create schedule shop-prod-workflow]
schedule:
  description: The schedule.
  returned: when O(state=present)
  type: dict
  contains:
    arn:
      description: Its ARN, known in check mode too.
      type: str
      sample: arn:aws:scheduler:eu-central-1:123456789012:schedule/default/shop-prod-workflow
    name:
      description: Its name.
      type: str
      sample: shop-prod-workflow
    group:
      description: Its group.
      type: str
      sample: default
    description:
      description: What it is for; empty when it has no description.
      type: str
      sample: ""
    expression:
      description: When it starts its target.
      type: str
      sample: cron(0 6 * * ? *)
    timezone:
      description: Time zone of the expression.
      type: str
      sample: Europe/Berlin
    enabled:
      description: Whether it starts its target.
      type: bool
      sample: true
    flexible_window_minutes:
      description: Minutes by which a start may be late.
      type: int
      sample: 0
    target_arn:
      description: ARN of the target.
      type: str
      sample: arn:aws:lambda:eu-central-1:123456789012:function:shop-prod-workflow-invoker
    role_arn:
      description: ARN of the role that starts the target.
      type: str
      sample: arn:aws:iam::123456789012:role/shop-prod-schedule
    input:
      description: What the target is given, or null for nothing.
      type: raw
      sample: {invocationMode: async}
    maximum_attempts:
      description: How often a start that fails is tried again.
      type: int
      sample: 185
    maximum_age_seconds:
      description: For how many seconds it is tried.
      type: int
      sample: 86400
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._scheduler.schedule import ensure_absent, ensure_present


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "group": {"type": "str", "default": "default"},
            "description": {"type": "str"},
            "expression": {"type": "str"},
            "timezone": {"type": "str"},
            "enabled": {"type": "bool"},
            "flexible_window_minutes": {"type": "int"},
            "target_arn": {"type": "str"},
            "role_arn": {"type": "str"},
            "input": {"type": "raw"},
            "maximum_attempts": {"type": "int"},
            "maximum_age_seconds": {"type": "int"},
        },
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
