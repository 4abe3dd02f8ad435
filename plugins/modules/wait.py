#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: wait
version_added: 0.1.0
short_description: Wait for several AWS resources at once
description:
  - Waits until NAT gateways, VPC endpoints, load balancers, VPC links, Lambda functions, state machines and ECS services
    are ready, all in one process, and fails as soon as one of them cannot become ready any more.
  - With O(state=absent) it waits until they are gone, after deletions that were begun with O(ignore:wait=false).
  - Modules that wait for what they make do so one after the other. Start the slow things with O(ignore:wait=false), go
    on with other work, and wait for all of them here.
  - ECS services are judged by their rollout, so that one that AWS has rolled back is a failure.
options:
  for:
    description: What to wait for. Each entry has exactly one key.
    type: list
    elements: dict
    required: true
    suboptions:
      nat_gateway:
        description: Id of a NAT gateway, ready when V(available).
        type: str
      vpc_endpoint:
        description: Id of a VPC endpoint, ready when V(available).
        type: str
      load_balancer:
        description: ARN or name of an application, network or gateway load balancer, ready when V(active).
        type: str
      vpc_link:
        description: Id of a VPC link of an HTTP API, ready when V(AVAILABLE), or when V(INACTIVE) for want of traffic.
        type: str
      lambda_function:
        description: Name or ARN of a Lambda function, ready when V(Active) with no update going on.
        type: str
      state_machine:
        description: Name or ARN of a state machine, ready when V(ACTIVE).
        type: str
      ecs_service:
        description: >-
          An ECS service, ready when its rollout has completed, and gone when it is V(INACTIVE) and its tasks have stopped.
        type: dict
        suboptions:
          cluster:
            description: Name or ARN of the cluster.
            type: str
            required: true
          service:
            description: Name of the service.
            type: str
            required: true
          task_definition:
            description: >-
              ARN of the revision that was asked for; when AWS goes on with another one, the rollout has failed. It means
              nothing with O(state=absent).
            type: str
          deployment_id:
            description: >-
              Id of the deployment that was asked for, which tells it from an earlier one of the same revision. It means
              nothing with O(state=absent).
            type: str
  state:
    description:
      - What to wait for. V(absent) is reached when AWS does not know a resource any more, or calls it deleted. The network
        interfaces of a load balancer or of a VPC link go some time later; M(orchestra.aws.vpc_network) waits for them.
    type: str
    choices: [ready, absent]
    default: ready
  timeout:
    description:
      - Seconds to wait for all of them together. With O(state=ready), what AWS does not know at all is waited for
        15 seconds at most.
    type: int
    default: 900
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
- name: Wait for what has been started
  orchestra.aws.wait:
    for:
      - nat_gateway: nat-0a1
      - load_balancer: shop-prod
      - vpc_link: a1b2c3
      - lambda_function: shop-prod-workflow-invoker
      - ecs_service: {cluster: shop-prod, service: cart}
    timeout: 600

- name: Wait until what is being deleted is gone
  orchestra.aws.wait:
    for:
      - vpc_link: a1b2c3
      - state_machine: shop-prod-workflow
    state: absent
"""

RETURN = r"""
actions:
  description: Always empty, because nothing is changed.
  returned: success
  type: list
  elements: str
  sample: []
targets:
  description: What was waited for, in the order of O(for), also when the wait has failed.
  returned: when O(for) could be looked at
  type: list
  elements: dict
  contains:
    kind:
      description: Key of the entry in O(for).
      type: str
      sample: nat_gateway
    id:
      description: Id, ARN or name, as given.
      type: str
      sample: nat-0a1
    cluster:
      description: Cluster of an ECS service.
      returned: for ECS services
      type: str
      sample: shop-prod
    phase:
      description: Whether it is V(ready), which gone things are with O(state=absent), still V(pending), or has V(failed).
      type: str
      sample: ready
    state:
      description: >-
        State in the words of AWS; V(missing) when AWS does not know it, V(absent) when that is what was waited for, V(not
        known yet) for a placeholder.
      type: str
      sample: available
    why:
      description:
        - Why it has failed, as far as AWS says it; empty otherwise.
        - When the time was over, the same of an ECS service that is still V(pending).
        - For an ECS service, one line each as in RV(orchestra.aws.ecs_service#module:rollout.details).
      type: str
      sample: ""
    seconds:
      description: Seconds until it was ready; V(null) if it is not.
      type: float
      sample: 94.5
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._targets.watch import operate

ECS_SERVICE = {
    "type": "dict",
    "options": {
        "cluster": {"type": "str", "required": True},
        "service": {"type": "str", "required": True},
        "task_definition": {"type": "str"},
        "deployment_id": {"type": "str"},
    },
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "for": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "options": {
                    "nat_gateway": {"type": "str"},
                    "vpc_endpoint": {"type": "str"},
                    "load_balancer": {"type": "str"},
                    "vpc_link": {"type": "str"},
                    "lambda_function": {"type": "str"},
                    "state_machine": {"type": "str"},
                    "ecs_service": ECS_SERVICE,
                },
            },
            "state": {"type": "str", "choices": ["ready", "absent"], "default": "ready"},
            "timeout": {"type": "int", "default": 900},
        },
        supports_check_mode=True,
    )
    run(module, operate)


if __name__ == "__main__":
    main()
