# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How new revisions of an ECS service roll out."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  deployment:
    description: How new revisions roll out.
    type: dict
    suboptions:
      strategy:
        description:
          - V(ROLLING) replaces tasks one after the other. The others start all tasks of the new revision beside the old
            ones and then move the traffic, V(BLUE_GREEN) all at once, V(CANARY) first a part and then the rest,
            V(LINEAR) in equal steps. In a new service V(ROLLING).
          - Behind a load balancer, all but V(ROLLING) need O(load_balancer.advanced_configuration).
        type: str
        choices: [ROLLING, BLUE_GREEN, LINEAR, CANARY]
      bake_time_minutes:
        description:
          - Minutes for which the old tasks run on after all traffic has moved, so that a rollback is quick. AWS demands
            it for V(BLUE_GREEN); for V(LINEAR) and V(CANARY) its default is 0.
          - These minutes, and those of the steps, are part of the rollout for which O(wait) waits.
        type: int
      canary:
        description: The first part, with V(CANARY).
        type: dict
        suboptions:
          percent:
            description: Percent of the traffic, 0.1 to 100. AWS's default is 5.
            type: float
          bake_time_minutes:
            description: Minutes before the rest follows, 0 to 1440. AWS's default is 10.
            type: int
      linear:
        description: The steps, with V(LINEAR).
        type: dict
        suboptions:
          step_percent:
            description: Percent of the traffic that moves in one step, 3 to 100. AWS's default is 10.
            type: float
          step_bake_time_minutes:
            description: Minutes between the steps, 0 to 1440. AWS's default is 6.
            type: int
      lifecycle_hooks:
        description:
          - What happens in the stages of a deployment. An empty list removes all, as the strategy V(ROLLING) does.
        type: list
        elements: dict
        suboptions:
          target_type:
            description: >-
              V(AWS_LAMBDA) calls a function, whose C(hookStatus) decides whether the deployment goes on. V(PAUSE) waits for
              somebody to go on or to roll back.
            type: str
            choices: [AWS_LAMBDA, PAUSE]
            default: AWS_LAMBDA
          hook_target_arn:
            description: ARN of the function.
            type: str
          role_arn:
            description: ARN of the role with which ECS calls the function.
            type: str
          lifecycle_stages:
            description: The stages in which it happens.
            type: list
            elements: str
            required: true
            choices:
              - RECONCILE_SERVICE
              - PRE_SCALE_UP
              - POST_SCALE_UP
              - TEST_TRAFFIC_SHIFT
              - POST_TEST_TRAFFIC_SHIFT
              - PRE_PRODUCTION_TRAFFIC_SHIFT
              - PRODUCTION_TRAFFIC_SHIFT
              - POST_PRODUCTION_TRAFFIC_SHIFT
          hook_details:
            description: What the function gets of the user's own.
            type: dict
          timeout_configuration:
            description: How long ECS waits for the hook.
            type: dict
            suboptions:
              timeout_in_minutes:
                description: Minutes to wait.
                type: int
              action:
                description: What happens then.
                type: str
                choices: [ROLLBACK, CONTINUE]
      minimum_healthy_percent:
        description: Percent of O(desired_count) that keep running, rounded up. AWS's default is 100.
        type: int
      maximum_percent:
        description: Percent of O(desired_count) that may run, rounded down. AWS's default is 200.
        type: int
      circuit_breaker:
        description: What happens when tasks of a new revision do not start.
        type: dict
        suboptions:
          enable:
            description: Whether ECS gives up then. In a new service V(true).
            type: bool
          rollback:
            description: Whether it returns to the last revision that worked. In a new service V(true).
            type: bool
          threshold:
            description: How many tasks in a row may fail. In a new service half of O(desired_count), at least 3 and at most 200.
            type: dict
            suboptions:
              type:
                description: >-
                  V(COUNT) is a number of tasks. V(BOUNDED_PERCENT) is percent of O(desired_count), at least 3 and at most
                  200 tasks, and V(UNBOUNDED_PERCENT) the same without these bounds.
                type: str
                choices: [BOUNDED_PERCENT, UNBOUNDED_PERCENT, COUNT]
                required: true
              value:
                description: Number of tasks, or percent.
                type: int
                required: true
          reset_on_healthy_task:
            description: Whether a task that gets healthy ends the row of failures. AWS's default is V(true).
            type: bool
      alarms:
        description: CloudWatch alarms that stop a deployment.
        type: dict
        suboptions:
          names:
            description: Names of the alarms. An empty list removes them.
            type: list
            elements: str
            required: true
          enable:
            description: Whether the alarms are watched.
            type: bool
            default: true
          rollback:
            description: Whether ECS returns to the last revision that worked.
            type: bool
            default: true
      early_success_criteria:
        description: When a rolling deployment counts as complete before all of its tasks are healthy.
        type: dict
        suboptions:
          enable:
            description: Whether it does.
            type: bool
            required: true
          healthy_percent:
            description: Percent of the tasks that must be healthy.
            type: int
          source_service_revision_cleanup:
            description: Whether the tasks of the revision before must have stopped (V(BLOCKING)) or not (V(DEFERRED)).
            type: str
            choices: [BLOCKING, DEFERRED]
"""
