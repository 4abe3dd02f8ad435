#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: registry_credentials
version_added: 0.1.0
short_description: Keep the credentials of a container registry where ECS can read them
description:
  - Stores user name and password as encrypted parameters in the SSM Parameter Store, where operators look for them,
    and as a secret in Secrets Manager, which is the only place that ECS pulls images with, and keeps the two in step.
  - See U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html).
  - With the stock modules the values would have to pass through variables of the play to get from the one store to
    the other. Here they never leave the module, and the diff tells that a value changes, never the value.
options:
  state:
    description: Whether the credentials shall exist. V(absent) deletes them at once, without a recovery window.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the secret. The parameters are called C(/<name>/username) and C(/<name>/password).
    type: str
    required: true
  username:
    description:
      - User of the registry. When it is left out, the parameters have to exist and the secret follows them.
      - It is not masked among the arguments of the task. Masked, a name like C(shop) would be taken out of the names and
        ARNs of the result too.
    type: str
  password:
    description: Password or access token.
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
- name: Store the credentials that Ansible Vault holds
  orchestra.aws.registry_credentials:
    name: shop-prod/registry
    username: "{{ vault_registry_username }}"
    password: "{{ vault_registry_password }}"

- name: Bring the secret in step with parameters that an operator has changed
  orchestra.aws.registry_credentials:
    name: shop-prod/registry
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [change parameter /shop-prod/registry/password, change secret shop-prod/registry]
credentials:
  description: Where the credentials are, never what they are.
  returned: when O(state=present)
  type: dict
  contains:
    secret_arn:
      description: ARN of the secret; in check mode a placeholder when it does not exist yet.
      type: str
      sample: arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-prod/registry-AbCdEf
    parameters:
      description: Names of the parameters.
      type: list
      elements: str
      sample: [/shop-prod/registry/username, /shop-prod/registry/password]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._registry.credentials_apply import (
    ensure_absent,
    ensure_present,
)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        required_together=[("username", "password")],
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
