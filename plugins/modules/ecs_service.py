#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_service
version_added: 0.1.0
short_description: Manage an ECS service on Fargate with its task definition, target group, listener and autoscaling
description:
  - Creates, updates and deletes an ECS service on Fargate together with its task definition, its target group and the
    listener of an Application Load Balancer that forwards one port to it.
  - These four are one resource here because they roll out together. There is one diff, one prediction in check mode
    even from an empty account, one module start for each service, and the order that AWS demands (a service is only
    created behind a target group that a listener uses) is kept inside.
  - It exists beside M(community.aws.ecs_service) because that one ignores changes of circuit breaker, network,
    capacity providers and platform version, and does not wait for a deployment, so that a rollout that AWS rolled
    back counts as a success. M(community.aws.ecs_taskdefinition) registers a new revision on every run when there are
    secrets, and M(community.aws.elb_target_group) has no check mode.
  - Every option that is given is compared. The task definition is compared by meaning, so the order of environment
    variables, secrets and containers does not matter, and what AWS fills in is no difference. A new revision is
    registered only when none fits. If the newest active revision fits already, because a run was stopped before it
    updated the service, that one is used.
  - With O(deployment.strategy) other than V(ROLLING), ECS moves the traffic of a new revision from one target group to
    another. ECS wants a listener rule for that, and cannot use the default action of a listener. So the module makes a
    second target group, and on the listener of the service one rule for every path, with the last priority (50000, or
    the next that is free), that forwards to both. The weights in that rule are ECS's own and never a difference. The
    listener keeps its ARN, so whatever forwards to it, such as an HTTP API, does not notice.
  - Options that are left out stay as they are in an existing service. The exception is O(task_definition), which is
    one document. What it leaves out has AWS's default.
  - A service whose deployment has failed for good gets a new deployment, because ECS starts no more tasks for it.
options:
  state:
    description:
      - Whether the service shall exist.
      - V(absent) deletes the service, its autoscaling, its listeners, its target groups and all revisions of its task
        definition. They are found by their names, so give O(task_definition.family),
        O(load_balancer.target_group.name) and O(load_balancer.advanced_configuration.alternate_target_group_name) when
        they do not have their default.
    type: str
    choices: [present, absent]
    default: present
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  name:
    description: Name of the service, 1 to 255 letters, digits, hyphens and underscores.
    type: str
    required: true
  desired_count:
    description:
      - Number of tasks. When left out, an existing service keeps its number, which may be an autoscaler's, and a new one
        has V(1).
      - With O(autoscaling), it is only the number with which a new service begins, by default
        O(autoscaling.minimum). An existing service keeps its number, because that is the autoscaler's.
    type: int
  capacity_provider_strategy:
    description:
      - How tasks are shared out to the capacity providers of the cluster, for example V(FARGATE) and V(FARGATE_SPOT).
      - A change makes a new deployment, because AWS demands it.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: Name of the capacity provider.
        type: str
        required: true
      weight:
        description: Share of the tasks beyond the base, 0 to 1000. One provider at least needs more than 0.
        type: int
        default: 0
      base:
        description: Number of tasks that it gets first, 0 to 100000. One provider only can have a base.
        type: int
        default: 0
  launch_type:
    description:
      - How tasks are started when there is no O(capacity_provider_strategy). A new service without either has V(FARGATE).
    type: str
    choices: [FARGATE]
  platform_version:
    description: Fargate platform version. A new service has V(LATEST).
    type: str
  subnets:
    description: Ids of the subnets of the tasks. Required to create a service.
    type: list
    elements: str
  security_groups:
    description: Ids of the security groups of the tasks. Without any, they have the default group of the VPC.
    type: list
    elements: str
  assign_public_ip:
    description: Whether tasks get a public address. In a new service V(false).
    type: bool
  health_check_grace_period_seconds:
    description:
      - Seconds after the start of a task in which failed health checks do not count. In a new service behind a load
        balancer V(60).
    type: int
  enable_execute_command:
    description: Whether C(aws ecs execute-command) can be used. AWS's default is V(false).
    type: bool
  availability_zone_rebalancing:
    description: Whether ECS moves tasks to keep the availability zones balanced. AWS's default in a new service is V(ENABLED).
    type: str
    choices: [ENABLED, DISABLED]
  propagate_tags:
    description: Whose tags a task gets. In a new service V(SERVICE).
    type: str
    choices: [SERVICE, TASK_DEFINITION, NONE]
  enable_ecs_managed_tags:
    description: Whether tasks get tags with their cluster and service. AWS's default is V(false).
    type: bool
  force_new_deployment:
    description:
      - Replace the tasks even if nothing differs, for example to pull an image whose tag has moved. Always a change.
    type: bool
    default: false
  keep_task_definitions:
    description: With O(state=absent), leave the revisions of the task definition.
    type: bool
    default: false
  wait:
    description:
      - With O(state=present), wait until the rollout has ended, and fail when it has failed or AWS has rolled it back.
      - With O(state=absent), wait until the tasks have stopped.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait, for the rollout or the deletion, and for a deleted service of the same name to go.
    type: int
    default: 900
  tags:
    description:
      - Tags of the service, the task definition, the target groups, the listeners, their rules and the autoscaling.
      - When left out, tags stay as they are. V({}) removes all, unless O(purge_tags=false).
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that O(tags) does not have are removed.
    type: bool
    default: true
notes:
  - Deployment is by ECS itself. A service with another deployment controller keeps it.
  - C(application-autoscaling:DescribeScalableTargets) is needed with O(autoscaling), and to delete a service.
attributes:
  idempotent:
    support: partial
    details: With O(force_new_deployment=true), every run starts a new deployment.
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
  - orchestra.aws.ecs_task_definition
  - orchestra.aws.ecs_autoscaling
  - orchestra.aws.ecs_load_balancer
  - orchestra.aws.ecs_deployment
  - orchestra.aws.ecs_service_discovery
  - orchestra.aws.ecs_volumes
"""

EXAMPLES = r"""
- name: A service behind port 8081 of the load balancer
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    desired_count: 2
    task_definition:
      cpu: 256
      memory: 512
      execution_role_arn: "{{ execution_role.arn }}"
      containers:
        - name: app
          image: example/orders:1.4.2
          port_mappings:
            - container_port: 3000
          environment:
            LOG_LEVEL: info
          secrets:
            DATABASE_URL: arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-prod/database-AbCdEf
          log_group: /ecs/shop-prod
    capacity_provider_strategy:
      - {capacity_provider: FARGATE, base: 1, weight: 1}
      - {capacity_provider: FARGATE_SPOT, weight: 4}
    subnets: [subnet-0a1, subnet-0b2]
    security_groups: [sg-0c3]
    load_balancer:
      load_balancer_name: shop-prod
      container_name: app
      container_port: 3000
      target_group:
        health_check: {path: /health, interval: 10, timeout: 5, healthy_threshold: 2}
        deregistration_delay_seconds: 30
      listener: {port: 8081}
    tags: {team: shop}

- name: The number of tasks follows their CPU, and there is one task at night
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    autoscaling:
      minimum: 2
      maximum: 10
      target_tracking:
        - {name: cpu, metric: cpu, target_value: 60, scale_in_cooldown: 120}
      scheduled:
        - {name: night, schedule: 'cron(0 22 * * ? *)', timezone: Europe/Berlin, minimum: 1, maximum: 1}
        - {name: day, schedule: 'cron(0 6 * * ? *)', timezone: Europe/Berlin, minimum: 2, maximum: 10}

- name: A tenth of the requests tries a new revision for ten minutes
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    load_balancer:
      load_balancer_name: shop-prod
      container_name: app
      container_port: 3000
      listener: {port: 8081}
      advanced_configuration:
        role_arn: "{{ infrastructure_role.iam_role.arn }}"
        test_listener_port: 9081
    deployment:
      strategy: CANARY
      canary: {percent: 10, bake_time_minutes: 10}
      bake_time_minutes: 5
      alarms: {names: [orders-errors]}
    wait_timeout: 3600

- name: Pull the image again
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    force_new_deployment: true

- name: Delete the service and all that belongs to it
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: when the module succeeds, or when the rollout fails
  type: list
  elements: str
  sample: ["register a new revision of task definition shop-prod-orders: containers.app.image",
           "update ECS service orders: task_definition"]
rollout:
  description: What went wrong with the rollout.
  returned: when the rollout fails or takes too long
  type: dict
  contains:
    state:
      description: V(failed), or V(pending) when the time was over.
      type: str
      sample: failed
    summary:
      description: One sentence, the same as the message.
      type: str
      sample: "The deployment of shop-prod-orders:8 to ECS service orders failed: ECS deployment circuit breaker: tasks
               failed to start; AWS rolled the service back to shop-prod-orders:7."
    details:
      description:
        - One line each for tasks of the deployment with their reasons, unhealthy targets, the last events of the
          service, and the last lines in the logs of one task; at most ten of each kind.
        - The tasks are those that have failed. If none has, they are those that run, with containers that fail their
          health checks. Tasks of another revision are not among them.
        - The log is that of the first task told, the newest that failed, or one that runs and fails its health checks.
          Each line begins with the first eight characters of the task's id.
      type: list
      elements: str
      sample:
        - "task 0f3c5a1b of shop-prod-orders:8 stopped: Essential container in task exited; container app: exit code 1"
        - "log of app in task 0f3c5a1b: ValueError: no port"
service:
  description:
    - The service, with the options in effect under their names.
  returned: when O(state=present)
  type: dict
  contains:
    cluster:
      description: Name of the cluster.
      type: str
      sample: shop-prod
    name:
      description: Name of the service.
      type: str
      sample: orders
    family:
      description: Family of the task definition.
      type: str
      sample: shop-prod-orders
    service_arn:
      description: ARN of the service; in check mode a placeholder when it does not exist yet.
      type: str
      sample: arn:aws:ecs:eu-central-1:123456789012:service/shop-prod/orders
    status:
      description: Status of the service.
      type: str
      sample: ACTIVE
    task_definition_arn:
      description: ARN of the revision in use; in check mode a placeholder when a new one would be registered.
      type: str
      sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/shop-prod-orders:7
    revision:
      description: Number of the revision in use; null in check mode when a new one would be registered.
      type: int
      sample: 7
    desired_count:
      description: Number of tasks that shall run.
      type: int
      sample: 2
    running_count:
      description: Number of tasks that run.
      type: int
      sample: 2
    pending_count:
      description: Number of tasks that are starting.
      type: int
      sample: 0
    platform_version:
      description: Platform version of Fargate.
      type: str
      sample: LATEST
    launch_type:
      description: Launch type of the tasks.
      returned: when there is no capacity provider strategy
      type: str
      sample: FARGATE
    capacity_provider_strategy:
      description: Capacity providers of the tasks, sorted by name.
      returned: when there is one
      type: list
      elements: dict
      sample: [{capacity_provider: FARGATE_SPOT, weight: 1, base: 0}]
    subnets:
      description: Ids of the subnets of the tasks, sorted.
      type: list
      elements: str
      sample: [subnet-0a1, subnet-0b2]
    security_groups:
      description: Ids of the security groups of the tasks, sorted.
      type: list
      elements: str
      sample: [sg-0c3]
    assign_public_ip:
      description: Whether tasks have public addresses.
      type: bool
      sample: false
    deployment:
      description: How new revisions roll out, in the form of the option; without what equals AWS's default.
      type: dict
      sample:
        strategy: ROLLING
        minimum_healthy_percent: 100
        maximum_percent: 200
        circuit_breaker: {enable: true, rollback: true}
        alarms: {names: [], enable: false, rollback: false}
    propagate_tags:
      description: Whose tags a task gets.
      type: str
      sample: SERVICE
    health_check_grace_period_seconds:
      description: Seconds after the start of a task in which failed health checks do not count.
      returned: unless check mode creates the service and the option is left out
      type: int
      sample: 60
    enable_execute_command:
      description: Whether C(aws ecs execute-command) can be used.
      returned: unless check mode creates the service and the option is left out
      type: bool
      sample: false
    enable_ecs_managed_tags:
      description: Whether tasks get tags with their cluster and service.
      returned: unless check mode creates the service and the option is left out
      type: bool
      sample: false
    availability_zone_rebalancing:
      description: Whether ECS moves tasks to keep the availability zones balanced, V(ENABLED) or V(DISABLED).
      returned: unless check mode creates the service and the option is left out
      type: str
      sample: ENABLED
    target_group_arn:
      description: ARN of the target group; in check mode a placeholder when it does not exist yet; null without O(load_balancer).
      type: str
      sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop-prod-orders/0a1b2c3d4e5f6071
    target_group_name:
      description: Name of the target group; null without O(load_balancer).
      type: str
      sample: shop-prod-orders
    listener_arn:
      description:
        - ARN of the listener, to which an HTTP API forwards; in check mode a placeholder when it does not exist yet; null
          without O(load_balancer).
      type: str
      sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop-prod/50dc6c495c0c9188/f2f7dc8efc522ab2
    listener_port:
      description: Port of the listener; null without O(load_balancer).
      type: int
      sample: 8081
    load_balancer_arn:
      description: ARN of the load balancer; null without O(load_balancer).
      type: str
      sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop-prod/50dc6c495c0c9188
    autoscaling:
      description:
        - The autoscaling, in the form of the option, policies and scheduled actions sorted by name; null without any.
      returned: when O(autoscaling) is given
      type: dict
      sample:
        minimum: 2
        maximum: 10
        suspended: {scale_in: false, scale_out: false, scheduled: false}
        target_tracking: [{name: cpu, metric: cpu, target_value: 60.0, disable_scale_in: false}]
        scheduled: [{name: night, schedule: "cron(0 22 * * ? *)", minimum: 0, timezone: UTC}]
    service_connect_configuration:
      description: Service Connect, in the form of the option.
      returned: when the service takes part in it
      type: dict
      sample: {enabled: true, namespace: shop}
    service_registries:
      description: Cloud Map services that list the tasks, in the form of the option.
      returned: when there are any
      type: list
      elements: dict
      sample: [{registry_arn: "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-0a1"}]
    vpc_lattice_configurations:
      description: VPC Lattice target groups of the tasks, in the form of the option.
      returned: when there are any
      type: list
      elements: dict
      sample:
        - role_arn: arn:aws:iam::123456789012:role/shop-ecs
          target_group_arn: arn:aws:vpc-lattice:eu-central-1:123456789012:targetgroup/tg-0a1
          port_name: http
    volume_configurations:
      description: EBS volumes of the tasks, in the form of the option.
      returned: when there are any
      type: list
      elements: dict
      sample: [{name: data, managed_ebs_volume: {role_arn: "arn:aws:iam::123456789012:role/shop-ebs", size_in_gib: 10}}]
    load_balancers:
      description:
        - Target group, container and port by which the service is reached, and with a strategy other than V(ROLLING) as
          C(advanced_configuration) the alternate target group, the listener rules and the role.
      type: list
      elements: dict
      sample: [{target_group: shop-prod-orders, container_name: app, container_port: 3000}]
    deployment_id:
      description:
        - Id of the deployment that this run started, else of the newest one; null in check mode when the service does not
          exist yet.
      type: str
      sample: ecs-svc/1234567890123456789
    deployments:
      description: The deployments; the one whose C(status) is V(PRIMARY) is the newest.
      type: list
      elements: dict
      contains:
        id:
          description: Id of the deployment.
          type: str
          sample: ecs-svc/1234567890123456789
        status:
          description: V(PRIMARY), V(ACTIVE) or V(INACTIVE).
          type: str
          sample: PRIMARY
        rollout_state:
          description: V(IN_PROGRESS), V(COMPLETED) or V(FAILED).
          type: str
          sample: COMPLETED
        rollout_state_reason:
          description: AWS's explanation of the state.
          type: str
          sample: ECS deployment ecs-svc/1234567890123456789 completed.
        task_definition_arn:
          description: ARN of its revision.
          type: str
          sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/shop-prod-orders:7
        desired_count:
          description: Number of its tasks that shall run.
          type: int
          sample: 2
        running_count:
          description: Number of its tasks that run.
          type: int
          sample: 2
        failed_tasks:
          description: Number of its tasks that failed in a row.
          type: int
          sample: 0
    tags:
      description: Tags of the service.
      type: dict
      sample: {team: shop}
wait_for:
  description: What is not ready yet, as the option O(orchestra.aws.wait#module:for) takes it; empty when all is.
  returned: when O(state=present)
  type: list
  elements: dict
  sample: [{ecs_service: {cluster: shop-prod, service: service1}}]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._ecs.absent import ensure_absent
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.options import ARGUMENT_SPEC, MUTUALLY_EXCLUSIVE
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.present import ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        mutually_exclusive=MUTUALLY_EXCLUSIVE,
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
