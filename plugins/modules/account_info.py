#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: account_info
version_added: 0.1.0
short_description: Look up what an account and a region allow a site
description:
  - Reads zones, quotas with their use, service-linked roles, permissions and parameters, side by side.
  - It serves the checks before the first deployment. No module of amazon.aws or community.aws reads quotas with what
    is used of them, or simulates policies.
  - What may not be read is told in RV(unreadable) and does not fail the module. No parameter's value is read.
options:
  gather:
    description: What to look up. The caller is always returned.
    type: list
    elements: str
    choices: [zones, quotas, service_linked_roles, permissions, parameters]
    default: []
  simulate:
    description:
      - What the caller has to be allowed, for V(permissions).
      - An action counts as allowed when it is allowed on one of its resources.
    type: list
    elements: dict
    default: []
    suboptions:
      actions:
        description: Actions, like V(ecs:CreateCluster).
        type: list
        elements: str
        required: true
      resources:
        description: ARNs that the actions are for, without wildcards except for V(*).
        type: list
        elements: str
        default: ["*"]
      context:
        description: Condition keys and the values that a request has for them.
        type: dict
        default: {}
  parameters:
    description: Names of parameters to look for, for V(parameters).
    type: list
    elements: str
    default: []
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
- name: Look at zones, quotas and one permission
  orchestra.aws.account_info:
    gather: [zones, quotas, permissions]
    simulate:
      - actions: [iam:PassRole]
        resources: [arn:aws:iam::123456789012:role/shop-prod-workflow]
        context:
          iam:PassedToService: [states.amazonaws.com]
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
      description: ARN of the user or of the role's session.
      type: str
      sample: arn:aws:sts::123456789012:assumed-role/deployer/session
    partition:
      description: Partition of the region.
      type: str
      sample: aws
    region:
      description: The region.
      type: str
      sample: eu-central-1
unreadable:
  description: Each part of O(gather) that could not be read, and why.
  returned: always
  type: dict
  sample: {quotas: "Failed to read quota L-F678F1CE of vpc: AccessDeniedException"}
zones:
  description: The availability zones that are available, sorted by name; null when they could not be read.
  returned: when asked for
  type: list
  elements: dict
  contains:
    name:
      description: Name of the zone.
      type: str
      sample: us-east-1a
    zone_id:
      description: Id of the zone, the same in all accounts.
      type: str
      sample: use1-az6
    vpc_links:
      description: Whether VPC links of HTTP APIs may be in the zone; null for regions of which AWS lists none.
      type: bool
      sample: true
quotas:
  description: Quotas that a site counts against; null when they could not be read.
  returned: when asked for
  type: list
  elements: dict
  contains:
    key:
      description: What the quota is called here.
      type: str
      sample: elastic_ips
    service:
      description: Code of the service.
      type: str
      sample: ec2
    code:
      description: Code of the quota.
      type: str
      sample: L-0263D0A3
    name:
      description: What it limits.
      type: str
      sample: Elastic IP addresses
    value:
      description: The quota of this account and region, or null when AWS tells none.
      type: float
      sample: 5.0
    used:
      description: How much of it is in use, or null where that takes more than a list call.
      type: int
      sample: 2
service_linked_roles:
  description: Roles that AWS's services need; null when they could not be read.
  returned: when asked for
  type: list
  elements: dict
  contains:
    service:
      description: The service.
      type: str
      sample: ecs.amazonaws.com
    name:
      description: Name of the role.
      type: str
      sample: AWSServiceRoleForECS
    exists:
      description: Whether it exists.
      type: bool
      sample: true
permissions:
  description: What IAM's simulation says of O(simulate); null when the caller may not simulate.
  returned: when asked for
  type: dict
  contains:
    principal:
      description: The user, or the role behind a session, whose policies were simulated; null when none could be.
      type: str
      sample: arn:aws:iam::123456789012:role/deployer
    reason:
      description: Why nothing was simulated, or null.
      type: str
      sample: the root user is not limited by policies
    simulated:
      description: How many actions were simulated.
      type: int
      sample: 120
    denied:
      description: The actions that are not allowed.
      type: list
      elements: dict
      contains:
        action:
          description: The action.
          type: str
          sample: ecs:CreateCluster
        resource:
          description: The resources on which it is not allowed.
          type: str
          sample: arn:aws:ecs:eu-central-1:123456789012:cluster/shop-prod
parameters:
  description: Types of O(parameters); null when they could not be read.
  returned: when asked for
  type: list
  elements: dict
  contains:
    name:
      description: Name of the parameter.
      type: str
      sample: /shop-prod/registry/password
    type:
      description: V(String), V(StringList) or V(SecureString), or null when there is none.
      type: str
      sample: SecureString
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._account.look import operate
from ansible_collections.orchestra.aws.plugins.module_utils._module import run

PARTS = ["zones", "quotas", "service_linked_roles", "permissions", "parameters"]
SIMULATED = {
    "actions": {"type": "list", "elements": "str", "required": True},
    "resources": {"type": "list", "elements": "str", "default": ["*"]},
    "context": {"type": "dict", "default": {}},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "gather": {"type": "list", "elements": "str", "choices": PARTS, "default": []},
            "simulate": {"type": "list", "elements": "dict", "options": SIMULATED, "default": []},
            "parameters": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )
    run(module, operate)


if __name__ == "__main__":
    main()
