#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_cluster
version_added: 0.1.0
short_description: Manage an ECS cluster with its capacity providers, Container Insights and tags
description:
  - Creates, updates and deletes an ECS cluster.
  - M(community.aws.ecs_cluster) has neither tags nor settings, so that it can switch on neither Container Insights nor
    the logging of ECS Exec, and it shows no diff.
  - Deletion does not stop services or tasks. It waits for them to end.
options:
  state:
    description: Whether the cluster shall exist. A cluster that ECS reports as C(INACTIVE) counts as absent.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the cluster, 1 to 255 letters, digits, hyphens or underscores.
    type: str
    required: true
  capacity_providers:
    description:
      - All capacity providers of the cluster, at most 20, for example V(FARGATE) and V(FARGATE_SPOT).
        The order means nothing.
    type: list
    elements: str
  default_capacity_provider_strategy:
    description:
      - How tasks are spread over the capacity providers when a service or task names neither strategy nor launch type.
        V([]) removes the strategy.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: Name of one of the capacity providers of the cluster.
        type: str
        required: true
      base:
        description: Number of tasks, 0 to 100000, that run here before the weights count. Only one provider can have it.
        type: int
        default: 0
      weight:
        description: Share of the further tasks, 0 to 1000. At least one provider needs more than 0.
        type: int
        default: 0
  container_insights:
    description: CloudWatch Container Insights. A new cluster follows the account's setting when this is left out.
    type: str
    choices: [disabled, enabled, enhanced]
  execute_command:
    description:
      - Encryption and logging of ECS Exec sessions. When given it is the whole configuration, and what it leaves out
        gets its default.
    type: dict
    suboptions:
      logging:
        description:
          - V(DEFAULT) uses the log configuration of the task definition, V(OVERRIDE) the one given here, V(NONE) none.
        type: str
        choices: [NONE, DEFAULT, OVERRIDE]
        default: DEFAULT
      kms_key_id:
        description: Id or ARN of the KMS key that encrypts the session.
        type: str
      cloud_watch_log_group:
        description: Name of the log group, which must exist.
        type: str
      cloud_watch_encryption:
        description: Whether the log group's encryption is required.
        type: bool
        default: false
      s3_bucket:
        description: Name of the bucket, which must exist.
        type: str
      s3_key_prefix:
        description: Prefix of the keys in the bucket.
        type: str
      s3_encryption:
        description: Whether encryption of the bucket is required.
        type: bool
        default: false
  wait:
    description: Wait until the cluster is active and its capacity providers are attached, or until it is gone.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait. For as long, changes are repeated that ECS refuses because of an update in progress, and
        a deletion that it refuses because of services or tasks.
    type: int
    default: 600
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
- name: Run one task on Fargate and four fifths of the others on Fargate Spot
  orchestra.aws.ecs_cluster:
    name: shop-prod
    capacity_providers: [FARGATE, FARGATE_SPOT]
    default_capacity_provider_strategy:
      - {capacity_provider: FARGATE, base: 1, weight: 1}
      - {capacity_provider: FARGATE_SPOT, weight: 4}
    container_insights: enhanced
    tags:
      team: shop

- name: Delete the cluster
  orchestra.aws.ecs_cluster:
    name: shop-prod
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [create ECS cluster shop-prod]
cluster:
  description: The cluster.
  returned: when O(state=present)
  type: dict
  contains:
    cluster_arn:
      description: ARN of the cluster. It follows from region, account and name, so that it is right in check mode too.
      type: str
      sample: arn:aws:ecs:eu-central-1:123456789012:cluster/shop-prod
    name:
      description: Name of the cluster.
      type: str
      sample: shop-prod
    status:
      description: Status that ECS reports, V(ACTIVE), V(PROVISIONING) or V(FAILED).
      type: str
      sample: ACTIVE
    capacity_providers:
      description: Its capacity providers, sorted.
      type: list
      elements: str
      sample: [FARGATE, FARGATE_SPOT]
    default_capacity_provider_strategy:
      description: Its default strategy, sorted by capacity provider.
      type: list
      elements: dict
      sample: [{capacity_provider: FARGATE, base: 1, weight: 1}]
    container_insights:
      description:
        - V(disabled), V(enabled) or V(enhanced); in check mode a placeholder when a new cluster follows the account's
          setting.
      type: str
      sample: enhanced
    execute_command:
      description: Configuration of ECS Exec, with all the options of O(execute_command).
      type: dict
      sample:
        logging: OVERRIDE
        kms_key_id: ""
        cloud_watch_log_group: /ecs/shop-prod/exec
        cloud_watch_encryption: false
        s3_bucket: ""
        s3_key_prefix: ""
        s3_encryption: false
    tags:
      description: Its tags.
      type: dict
      sample: {team: shop}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._ecs.cluster_apply import ensure_absent, ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._module import run

STRATEGY = {
    "capacity_provider": {"type": "str", "required": True},
    "base": {"type": "int", "default": 0},
    "weight": {"type": "int", "default": 0},
}
EXECUTE_COMMAND = {
    "logging": {"type": "str", "choices": ["NONE", "DEFAULT", "OVERRIDE"], "default": "DEFAULT"},
    # An id, not a secret: without no_log=False Ansible warns about the word "key".
    "kms_key_id": {"type": "str", "no_log": False},
    "cloud_watch_log_group": {"type": "str"},
    "cloud_watch_encryption": {"type": "bool", "default": False},
    "s3_bucket": {"type": "str"},
    "s3_key_prefix": {"type": "str", "no_log": False},
    "s3_encryption": {"type": "bool", "default": False},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "capacity_providers": {"type": "list", "elements": "str"},
            "default_capacity_provider_strategy": {"type": "list", "elements": "dict", "options": STRATEGY},
            "container_insights": {"type": "str", "choices": ["disabled", "enabled", "enhanced"]},
            "execute_command": {"type": "dict", "options": EXECUTE_COMMAND},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 600},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
