# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How the number of tasks of an ECS service follows the load or the time."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  autoscaling:
    description:
      - Changes the number of tasks with the load or the time (Application Auto Scaling). V({}) removes the autoscaling
        with its policies, their alarms and its scheduled actions. When left out, it is not touched, nor looked at.
      - It needs O(autoscaling.minimum) and O(autoscaling.maximum). When the number of tasks is outside of them, AWS
        changes it at once.
      - Step scaling and predictive policies have no option here and are left alone.
    type: dict
    suboptions:
      minimum:
        description: Number of tasks to which the service shrinks at most.
        type: int
      maximum:
        description: Number of tasks to which the service grows at most.
        type: int
      suspended:
        description: What is suspended for the time being. What is left out stays; in new autoscaling nothing is.
        type: dict
        suboptions:
          scale_in:
            description: Whether policies take away no tasks.
            type: bool
          scale_out:
            description: Whether policies add no tasks.
            type: bool
          scheduled:
            description: Whether scheduled actions do nothing.
            type: bool
      target_tracking:
        description: Policies that hold a metric near a value. Other policies of this kind are removed.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the policy. Another name is another policy.
            type: str
            required: true
          metric:
            description:
              - V(cpu) and V(memory) are percent of what the tasks have reserved, on average.
              - V(requests_per_target) are requests per minute and task. It needs O(load_balancer), and O(deployment.strategy=ROLLING)
                because it counts the requests of one target group.
            type: str
            choices: [cpu, memory, requests_per_target]
          customized_metric:
            description: A CloudWatch metric, instead of O(autoscaling.target_tracking[].metric).
            type: dict
            suboptions:
              metric_name:
                description: Name of the metric.
                type: str
                required: true
              namespace:
                description: Namespace of the metric.
                type: str
                required: true
              statistic:
                description: Statistic of the metric.
                type: str
                choices: [Average, Minimum, Maximum, SampleCount, Sum]
                required: true
              dimensions:
                description: Dimensions of the metric.
                type: dict
              unit:
                description: Unit of the metric.
                type: str
          target_value:
            description: The value to hold.
            type: float
            required: true
          scale_in_cooldown:
            description: Seconds after tasks were taken away before more are. AWS's default is 300.
            type: int
          scale_out_cooldown:
            description: Seconds after tasks were added before more are. AWS's default is 300.
            type: int
          disable_scale_in:
            description: Whether the policy takes away no tasks. In a new policy V(false).
            type: bool
      scheduled:
        description: Changes of minimum and maximum by the clock. Other scheduled actions are removed.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the action.
            type: str
            required: true
          schedule:
            description: >-
              When, as C(cron(minutes hours day-of-month month day-of-week year)), C(rate(5 minutes)) or
              C(at(2026-01-31T08:00:00)).
            type: str
            required: true
          timezone:
            description: Time zone of a cron or at expression, for example V(Europe/Berlin). In a new action V(UTC).
            type: str
          minimum:
            description: The new minimum. Give this, the maximum, or both.
            type: int
          maximum:
            description: The new maximum.
            type: int
"""
