#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: log_group
version_added: 0.1.0
short_description: Keep a log group of CloudWatch Logs
description:
  - Creates, changes and deletes a log group.
  - M(amazon.aws.cloudwatchlogs_log_group) of amazon.aws 11 sets another retention in check mode too, so that a plan
    would change the group, and shows no difference. This module changes nothing in check mode and shows all.
options:
  state:
    description: Whether the group shall exist. V(absent) deletes its events too.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the group.
    type: str
    required: true
  retention_in_days:
    description:
      - Days for which events are kept; V(0) keeps them for ever, as AWS does when nothing else is said.
      - One of V(0), V(1), V(3), V(5), V(7), V(14), V(30), V(60), V(90), V(120), V(150), V(180), V(365), V(400), V(545),
        V(731), V(1096), V(1827), V(2192), V(2557), V(2922), V(3288) and V(3653).
      - See U(https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).
    type: int
  kms_key_id:
    description:
      - ARN of the key that encrypts new events, as AWS returns it. An empty text means CloudWatch Logs' own key.
    type: str
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
- name: Keep the events of all services for a month
  orchestra.aws.log_group:
    name: /ecs/shop-prod
    retention_in_days: 30
    tags:
      project: shop

- name: Delete the group and its events
  orchestra.aws.log_group:
    name: /ecs/shop-prod
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: ["update log group /ecs/shop-prod: retention_in_days"]
log_group:
  description: The group.
  returned: when O(state=present)
  type: dict
  contains:
    arn:
      description: ARN of the group; in check mode a placeholder when it does not exist yet.
      type: str
      sample: arn:aws:logs:eu-central-1:123456789012:log-group:/ecs/shop-prod
    name:
      description: Name of the group.
      type: str
      sample: /ecs/shop-prod
    retention_in_days:
      description: Days for which events are kept; V(0) for ever.
      type: int
      sample: 30
    kms_key_id:
      description: Key that encrypts new events; empty for CloudWatch Logs' own.
      type: str
      sample: ""
    tags:
      description: Tags of the group, read only when O(tags) is set.
      type: dict
      sample: {project: shop}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._logs.groups_apply import ensure_absent, ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "retention_in_days": {"type": "int"},
            "kms_key_id": {"type": "str"},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
