#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_alarms
version_added: 0.1.0
short_description: Manage a set of CloudWatch alarms and the topic they notify
description:
  - Makes the alarms whose names begin with a prefix be those that are listed, together with the SNS topic that they
    notify and its subscriptions by e-mail.
  - M(amazon.aws.cloudwatch_metric_alarm) manages one alarm a task, has no tags and no diff, and cannot find alarms that are
    no longer wanted. M(community.aws.sns_topic) fails in check mode as long as the topic does not exist.
options:
  state:
    description: With V(absent), all alarms of the prefix and the topic are deleted.
    type: str
    choices: [present, absent]
    default: present
  prefix:
    description:
      - How the names of the alarms begin, C(shop-prod/) for instance. Every alarm whose name begins with it, and which is
        not listed, is deleted.
    type: str
    required: true
  alarms:
    description: The alarms.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Rest of the alarm's name, after O(prefix).
        type: str
        required: true
      description:
        description: What the alarm means.
        type: str
      namespace:
        description: Namespace of the metric, such as V(AWS/States).
        type: str
        required: true
      metric_name:
        description: Name of the metric.
        type: str
        required: true
      dimensions:
        description: Dimensions of the metric, names and values.
        type: dict
      statistic:
        description: What is taken of the values of a period.
        type: str
        choices: [SampleCount, Average, Sum, Minimum, Maximum]
        default: Sum
      period:
        description: Seconds of a period, 10, 20, 30 or a multiple of 60.
        type: int
        default: 300
      threshold:
        description: What the statistic is compared with.
        type: float
        required: true
      evaluation_periods:
        description: Number of the last periods that are looked at.
        type: int
        default: 1
      datapoints_to_alarm:
        description: How many of them have to breach the threshold; all of them when this is left out.
        type: int
      comparison:
        description: How the statistic is compared with the threshold.
        type: str
        choices: [GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold]
        default: GreaterThanOrEqualToThreshold
      treat_missing_data:
        description: What a period without values counts as.
        type: str
        choices: [notBreaching, breaching, ignore, missing]
        default: notBreaching
  topic_name:
    description: Name of the topic that is made for the alarms, and deleted with them or once O(topic_arn) is given.
    type: str
  topic_arn:
    description: ARN of another topic, which is notified in place of one of their own. It is not changed.
    type: str
  emails:
    description:
      - Addresses that are subscribed to the topic. AWS sends each an e-mail with a link to confirm.
      - Other confirmed addresses are unsubscribed. A subscription that is still pending ends by itself after three days.
    type: list
    elements: str
    default: []
  notify_ok:
    description: Notify the topic as well when an alarm is over.
    type: bool
    default: true
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Tell the operators when a workflow fails
  orchestra.aws.cloudwatch_alarms:
    prefix: shop-prod/
    topic_name: shop-prod-alarms
    emails: [operators@example.com]
    alarms:
      - name: executions-failed
        description: An execution of the workflow failed
        namespace: AWS/States
        metric_name: ExecutionsFailed
        dimensions:
          StateMachineArn: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow
        threshold: 1

- name: Delete them all
  orchestra.aws.cloudwatch_alarms:
    prefix: shop-prod/
    topic_name: shop-prod-alarms
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [create topic shop-prod-alarms, create alarm shop-prod/executions-failed]
topic_arn:
  description: ARN of the topic that the alarms notify, known in check mode too; null for none.
  returned: always
  type: str
  sample: arn:aws:sns:eu-central-1:123456789012:shop-prod-alarms
alarms:
  description: The alarms, sorted by name.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Whole name of the alarm.
      type: str
      sample: shop-prod/executions-failed
    description:
      description: What it means.
      type: str
      sample: An execution of the workflow failed
    namespace:
      description: Namespace of the metric.
      type: str
      sample: AWS/States
    metric_name:
      description: Name of the metric.
      type: str
      sample: ExecutionsFailed
    dimensions:
      description: Dimensions of the metric.
      type: dict
      sample: {FunctionName: shop-prod-workflow-invoker}
    statistic:
      description: What is taken of a period.
      type: str
      sample: Sum
    period:
      description: Seconds of a period.
      type: int
      sample: 300
    threshold:
      description: What the statistic is compared with.
      type: float
      sample: 1.0
    evaluation_periods:
      description: Periods that are looked at.
      type: int
      sample: 1
    datapoints_to_alarm:
      description: Periods that have to breach the threshold.
      type: int
      sample: 1
    comparison:
      description: How it is compared.
      type: str
      sample: GreaterThanOrEqualToThreshold
    treat_missing_data:
      description: What a period without values counts as.
      type: str
      sample: notBreaching
    actions:
      description: ARNs that are notified of the alarm.
      type: list
      elements: str
      sample: ["arn:aws:sns:eu-central-1:123456789012:shop-prod-alarms"]
    ok_actions:
      description: ARNs that are notified when it is over.
      type: list
      elements: str
      sample: ["arn:aws:sns:eu-central-1:123456789012:shop-prod-alarms"]
    enabled:
      description: Whether anything is notified.
      type: bool
      sample: true
    tags:
      description: Its tags.
      type: dict
      sample: {team: shop}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._cloudwatch.alarms_apply import ensure
from ansible_collections.orchestra.aws.plugins.module_utils._module import run

COMPARISONS = [
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
]
ALARM = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "namespace": {"type": "str", "required": True},
    "metric_name": {"type": "str", "required": True},
    "dimensions": {"type": "dict"},
    "statistic": {
        "type": "str",
        "choices": ["SampleCount", "Average", "Sum", "Minimum", "Maximum"],
        "default": "Sum",
    },
    "period": {"type": "int", "default": 300},
    "threshold": {"type": "float", "required": True},
    "evaluation_periods": {"type": "int", "default": 1},
    "datapoints_to_alarm": {"type": "int"},
    "comparison": {"type": "str", "choices": COMPARISONS, "default": COMPARISONS[0]},
    "treat_missing_data": {
        "type": "str",
        "choices": ["notBreaching", "breaching", "ignore", "missing"],
        "default": "notBreaching",
    },
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "prefix": {"type": "str", "required": True},
            "alarms": {"type": "list", "elements": "dict", "default": [], "options": ALARM},
            "topic_name": {"type": "str"},
            "topic_arn": {"type": "str"},
            "emails": {"type": "list", "elements": "str", "default": []},
            "notify_ok": {"type": "bool", "default": True},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    run(module, ensure)


if __name__ == "__main__":
    main()
