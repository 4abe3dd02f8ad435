#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: iam_role
version_added: 0.1.0
short_description: Manage an IAM role with all its policies
description:
  - Creates, updates and deletes an IAM role together with its trust policy, inline policies and managed policies.
  - With amazon.aws this takes two modules. Its M(amazon.aws.iam_role) knows no inline policies, and its
    M(amazon.aws.iam_policy) fails in check mode for a role that does not exist yet, so that a new stack
    cannot be previewed.
  - Policies are compared by what they mean. The order of lists, a string in place of a list of one, the case of
    actions and condition keys, and numbers or booleans in conditions make no difference.
  - The module does not pause after creation. Services that use a role within seconds of its creation may have to
    repeat their first request, as the other modules of this collection do.
options:
  state:
    description: Whether the role shall exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the role, 1 to 64 letters, digits or any of V(_+=,.@-).
    type: str
    required: true
  path:
    description:
      - Path of the role, which begins and ends with V(/). A new role gets V(/).
      - IAM cannot change it afterwards. It is an error when an existing role has another one.
    type: str
  description:
    description: What the role is for, at most 1000 characters.
    type: str
  trust_policy:
    description:
      - Who may assume the role, a policy document as mapping or JSON text. Required when the role does not exist yet.
      - At most 2048 characters without white space, unless the quota of the account has been raised.
    type: json
  policies:
    description:
      - Inline policies, each name with its policy document, a mapping or JSON text.
      - At most 10240 characters without white space for all of them together.
    type: dict
  purge_policies:
    description: Delete the inline policies that O(policies) does not name. Without O(policies) nothing is deleted.
    type: bool
    default: true
  managed_policies:
    description: ARNs of the managed policies to attach. IAM allows 10, unless the quota of the account has been raised.
    type: list
    elements: str
  purge_managed_policies:
    description:
      - Detach the managed policies that O(managed_policies) does not list. Without O(managed_policies) nothing is
        detached.
    type: bool
    default: true
  permissions_boundary:
    description: ARN of the managed policy that bounds the role's permissions. V("") removes the boundary.
    type: str
  max_session_duration:
    description: Longest session, 3600 to 43200 seconds. A new role gets 3600.
    type: int
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
- name: Let a Lambda function start one state machine
  orchestra.aws.iam_role:
    name: shop-prod-invoker
    trust_policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal: {Service: lambda.amazonaws.com}
          Action: sts:AssumeRole
    policies:
      workflow:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: states:StartExecution
            Resource: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow

- name: Attach one more managed policy and leave everything else alone
  orchestra.aws.iam_role:
    name: shop-prod-invoker
    managed_policies: [arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess]
    purge_managed_policies: false

- name: Delete the role with everything it holds
  orchestra.aws.iam_role:
    name: shop-prod-invoker
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [create role shop-prod-invoker, add inline policy workflow of role shop-prod-invoker]
iam_role:
  description: The role.
  returned: when O(state=present)
  type: dict
  contains:
    arn:
      description: ARN of the role. It follows from account, path and name, so that it is right in check mode too.
      type: str
      sample: arn:aws:iam::123456789012:role/shop-prod-invoker
    role_id:
      description: Id of the role; in check mode a placeholder when the role does not exist yet.
      type: str
      sample: AROAEXAMPLE1234567890
    name:
      description: Name of the role.
      type: str
      sample: shop-prod-invoker
    path:
      description: Path of the role.
      type: str
      sample: /
    description:
      description: What the role is for; empty when it has no description.
      type: str
      sample: Starts the workflow
    trust_policy:
      description: Who may assume the role, with sorted lists in place of single values.
      type: dict
      sample:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: [lambda.amazonaws.com]}, Action: ["sts:AssumeRole"]}]
    policies:
      description: Inline policies, each name with its document, in the same form.
      type: dict
      sample:
        deliveries:
          Version: "2012-10-17"
          Statement: [{Effect: Allow, Action: ["logs:ListLogDeliveries"], Resource: ["*"]}]
    managed_policies:
      description: ARNs of the attached managed policies, sorted.
      type: list
      elements: str
      sample: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
    permissions_boundary:
      description: ARN of the policy that bounds the role; empty when there is none.
      type: str
      sample: ""
    max_session_duration:
      description: Longest session in seconds.
      type: int
      sample: 3600
    tags:
      description: Its tags.
      type: dict
      sample: {team: shop}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._iam.role_apply import ensure_absent, ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "path": {"type": "str"},
            "description": {"type": "str"},
            "trust_policy": {"type": "json"},
            "policies": {"type": "dict"},
            "purge_policies": {"type": "bool", "default": True},
            "managed_policies": {"type": "list", "elements": "str"},
            "purge_managed_policies": {"type": "bool", "default": True},
            "permissions_boundary": {"type": "str"},
            "max_session_duration": {"type": "int"},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
