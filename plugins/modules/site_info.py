#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: site_info
version_added: 0.1.0
short_description: Look up what a site has in AWS
description:
  - Finds the parts of a site by their names and tags, all in one module call with its reads side by side.
  - It serves runs that are limited to some services, which need the network without changing it, the status,
    and the proof at the end of a deletion. Reading the same with the stock C(_info) modules takes a dozen calls.
options:
  name:
    description: Prefix of the names of all resources, usually project and environment.
    type: str
    required: true
  gather:
    description:
      - What to look up. The caller's account is always returned.
      - V(resources) lists what carries the tags or the names of the site, whatever it is.
      - V(billed) counts what AWS bills, for P(orchestra.aws.site_cost#filter).
      - V(existing) lists what has the site's names, and whether it is the site's already or was made by something else.
      - V(ambiguous) tells of names that several things have, so that it cannot be known which is meant.
    type: list
    elements: str
    choices: [network, api, services, workflow, machine, billed, extras, protected, resources, existing, ambiguous]
    default: []
  tags:
    description:
      - Tags that a resource carries, all of them, to be listed among RV(resources) and to be the site's among
        RV(existing) and RV(ambiguous). Without any, the tags of any site count in the last two.
    type: dict
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
- name: Look at the services and the last executions
  orchestra.aws.site_info:
    name: shop-prod
    gather: [api, services, workflow]

- name: List everything that is left of a site
  orchestra.aws.site_info:
    name: shop-prod
    gather: [resources]
    tags:
      orchestra:project: shop
      orchestra:environment: prod

- name: List what a deployment would take over
  orchestra.aws.site_info:
    name: shop-prod
    gather: [existing]
"""

RETURN = r"""
actions:
  description: Always empty, the module changes nothing.
  returned: always
  type: list
  elements: str
  sample: []
caller:
  description: Whose credentials are in use.
  returned: always
  type: dict
  contains:
    account_id:
      description: Id of the account.
      type: str
      sample: "123456789012"
    arn:
      description: ARN of the user or role.
      type: str
      sample: arn:aws:iam::123456789012:user/deployer
    partition:
      description: Partition of the region.
      type: str
      sample: aws
    region:
      description: The region.
      type: str
      sample: eu-central-1
network:
  description: The network, or null when there is none.
  returned: when asked for
  type: dict
  contains:
    vpc_id:
      description: Id of the VPC.
      type: str
      sample: vpc-0a1
    public_subnet_ids:
      description: Ids of the public subnets, in the order of their zones.
      type: list
      elements: str
      sample: [subnet-0a1, subnet-0b2]
    private_subnet_ids:
      description: Ids of the private subnets, in the order of their zones.
      type: list
      elements: str
      sample: [subnet-0c3, subnet-0d4]
    security_group_ids:
      description: Name of each security group of the VPC, and its id.
      type: dict
      sample: {shop-prod-alb: sg-0a1, shop-prod-tasks: sg-0b2, shop-prod-vpc-link: sg-0c3}
    listeners:
      description: Port of each listener of the site's load balancer, and the target group that it serves.
      type: list
      elements: dict
      sample: [{port: 8001, target_group: shop-prod-service1}]
api:
  description: The HTTP API, or null when there is none.
  returned: when asked for
  type: dict
  contains:
    api_id:
      description: Id of the API.
      type: str
      sample: a1b2c3
    endpoint:
      description: URL of the API.
      type: str
      sample: https://a1b2c3.execute-api.eu-central-1.amazonaws.com
    routes:
      description: Keys of its routes, sorted.
      type: list
      elements: str
      sample: [GET /service1/health, POST /service1/process]
services:
  description: The services, sorted by name.
  returned: when asked for
  type: list
  elements: dict
  contains:
    name:
      description: Name of the service.
      type: str
      sample: service1
    desired_count:
      description: Tasks that shall run.
      type: int
      sample: 2
    running_count:
      description: Tasks that run.
      type: int
      sample: 2
    task_definition:
      description: Family and revision.
      type: str
      sample: shop-prod-service1:4
    pending_count:
      description: Tasks that are starting.
      type: int
      sample: 0
    images:
      description: Images that the tasks run; none while there is no task.
      type: list
      elements: str
      sample: [docker.io/shop/cart:1.4]
    rollout_state:
      description: State of the newest deployment, V(IN_PROGRESS), V(COMPLETED) or V(FAILED).
      type: str
      sample: COMPLETED
    rollout_reason:
      description: Why the deployment is in this state, in AWS's words, or null.
      type: str
      sample: ECS deployment ecs-svc/1 completed.
    task_addresses:
      description: Private addresses of the tasks that shall run.
      type: list
      elements: str
      sample: [10.0.10.7, 10.0.11.9]
    targets:
      description: What the load balancer thinks of each target.
      type: list
      elements: dict
      sample: [{address: 10.0.10.7, state: healthy, reason: null}]
    tags:
      description: Tags of the service.
      type: dict
      sample: {"orchestra:project": shop, "orchestra:service": service1}
machine:
  description: Type and status of the state machine, or null when there is none.
  returned: when asked for
  type: dict
  contains:
    type:
      description: V(STANDARD) or V(EXPRESS).
      type: str
      sample: STANDARD
    status:
      description: V(ACTIVE) or V(DELETING).
      type: str
      sample: ACTIVE
extras:
  description: What the options of the invoker have made.
  returned: when asked for
  type: dict
  contains:
    schedules:
      description: ARNs of the schedules.
      type: list
      elements: str
      sample: ["arn:aws:scheduler:eu-central-1:123456789012:schedule/default/shop-prod-workflow"]
    alarms:
      description: Names of the alarms.
      type: list
      elements: str
      sample: [shop-prod/executions-failed]
    topics:
      description: ARNs of the topics that the alarms notify.
      type: list
      elements: str
      sample: ["arn:aws:sns:eu-central-1:123456789012:shop-prod-alarms"]
workflow:
  description: The state machine with aliases and last executions, or null when there is none.
  returned: when asked for
  type: dict
  contains:
    state_machine_arn:
      description: Its ARN.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow
    type:
      description: V(STANDARD) or V(EXPRESS).
      type: str
      sample: STANDARD
    status:
      description: V(ACTIVE) or V(DELETING).
      type: str
      sample: ACTIVE
    aliases:
      description: Name of each alias, and its versions with their weights in percent.
      type: dict
      sample: {live: {"3": 100}}
    executions:
      description: The ten latest executions, newest first; none for V(EXPRESS), of which AWS keeps no list.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the execution.
          type: str
          sample: order-7
        status:
          description: V(RUNNING), V(SUCCEEDED), V(FAILED), V(TIMED_OUT), V(ABORTED) or V(PENDING_REDRIVE).
          type: str
          sample: FAILED
        version:
          description: Number of the version that was run, or null when none was asked for.
          type: str
          sample: "3"
        start_date:
          description: When it began.
          type: str
          sample: "2025-10-19T10:00:00+00:00"
        stop_date:
          description: When it ended, or null.
          type: str
          sample: "2025-10-19T10:00:05+00:00"
        duration_seconds:
          description: How long it took, or null while it runs.
          type: float
          sample: 5.0
        error:
          description: Error of an execution that did not succeed, or null.
          type: str
          sample: ApiGateway.503
        cause:
          description: What is known of that error, or null.
          type: str
          sample: Service Unavailable
billed:
  description: What AWS bills. Of tasks, those that run.
  returned: when asked for
  type: dict
  contains:
    nat_gateways:
      description: NAT gateways of the site's VPC.
      type: int
      sample: 1
    public_addresses:
      description: Public IPv4 addresses of the NAT gateways.
      type: int
      sample: 1
    load_balancers:
      description: Load balancers.
      type: int
      sample: 1
    zones:
      description: Availability zones that the VPC has subnets in.
      type: int
      sample: 2
    endpoints:
      description: Name of each interface endpoint, and the number of its zones.
      type: dict
      sample: {logs: 2}
    tasks:
      description: Number, size, architecture and part on Spot of the tasks of each service.
      type: list
      elements: dict
      sample: [{service: service1, count: 2, most: 2, vcpu: 0.25, gb: 0.5, architecture: ARM64, storage_gb: 20, spot: 0.5}]
    secrets:
      description: Secrets of the site.
      type: int
      sample: 1
    alarms:
      description: Alarms of the site.
      type: int
      sample: 0
    workflow:
      description: Type of the state machine, and its transitions and requests of an API, without retries, or null.
      type: dict
      sample: {type: STANDARD, transitions: {least: 4, most: 4}, requests: {least: 3, most: 3}, retried: {service1: 3}}
    invoker:
      description: Memory and architecture of the function that starts the workflow, or null.
      type: dict
      sample: {memory: 256, architecture: arm64}
protected:
  description: What is protected against deletion, by kind and name.
  returned: when asked for
  type: list
  elements: str
  sample: [load balancer shop-prod]
resources:
  description: ARNs of everything that carries the tags or the names, sorted.
  returned: when asked for
  type: list
  elements: str
  sample: [arn:aws:iam::123456789012:role/shop-prod-invoker]
existing:
  description: What has the site's names, sorted by kind and name.
  returned: when asked for
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of resource, in the words of the modules' actions.
      type: str
      sample: HTTP API
    name:
      description: Its name.
      type: str
      sample: shop-prod
    id:
      description: Its ARN, or the id or name by which AWS knows it.
      type: str
      sample: a1b2c3
    ours:
      description: Whether it carries the site's tags.
      type: bool
      sample: true
ambiguous:
  description: A sentence for each name that several things have.
  returned: when asked for
  type: list
  elements: str
  sample: ["2 VPCs are named shop-prod (vpc-0a1, vpc-0b2): delete or rename all but one."]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._site.info import gather

PARTS = [
    "network",
    "api",
    "services",
    "workflow",
    "machine",
    "billed",
    "extras",
    "protected",
    "resources",
    "existing",
    "ambiguous",
]


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "gather": {"type": "list", "elements": "str", "choices": PARTS, "default": []},
            "tags": {"type": "dict"},
        },
        supports_check_mode=True,
    )
    run(module, gather)


if __name__ == "__main__":
    main()
