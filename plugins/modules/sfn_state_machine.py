#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sfn_state_machine
version_added: 0.1.0
short_description: Manage Step Functions state machines and their versions
description:
  - Creates, updates, versions and deletes a state machine.
  - M(community.aws.stepfunctions_state_machine) knows neither type, logging, tracing, encryption nor versions, compares
    definitions as text, finds a machine only on the first page of the list, and shows no diff.
  - The definition is linted before AWS is asked, see O(lint). It is sent with sorted keys and compared by meaning, so that order,
    white space and JSON or YAML make no difference.
options:
  state:
    description: Whether the state machine shall exist. Deleting it deletes its versions and aliases too.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the state machine, 1 to 80 characters, unique in account and region.
      - Neither white space nor any of C(<>{}[]?*"#%\^|~`$&,;:/) is allowed.
    type: str
    required: true
  type:
    description:
      - Type of the state machine; a new one is V(STANDARD) when this is left out.
      - AWS cannot change it, see O(replace).
    type: str
    choices: [STANDARD, EXPRESS]
  replace:
    description:
      - When O(type) differs, delete the state machine, with its versions, aliases and executions, and create it anew.
        Settings that are left out are carried over.
    type: bool
    default: false
  definition:
    description:
      - The definition in Amazon States Language, as a mapping or as a string of JSON or YAML, at most 1048576 characters.
      - JSONata's C({% %}) means something to Ansible's templates too. In a playbook, mark such strings C(!unsafe), or keep
        the definition in a file and use O(definition_file), which is read without templating.
      - This or O(definition_file) is needed to create a state machine.
    type: raw
  definition_file:
    description: Path of a JSON or YAML file with the definition, on the host where the module runs.
    type: path
  lint:
    description:
      - Check the definition, once the substitutions are done, by the rules in
        U(https://github.com/orchestra/aws/blob/main/docs/definition_lint.md), before AWS is asked for anything.
      - Errors fail the module, with the rule and the JSON pointer of the place. Warnings are returned as RV(lint).
      - With V(false) only the structure is checked, that is start, transitions and types of states.
    type: bool
    default: true
  lint_routes:
    description:
      - Routes of the HTTP API that the definition calls, as keys such as V(POST /orders) or in the form of
        RV(orchestra.aws.http_api#module:http_api.routes).
      - With them a call of a route that is not there, or that is not signed although the route demands it, is an
        error, and O(definition)'s timeouts are compared with those of the routes.
    type: list
    elements: raw
  lint_api_hosts:
    description:
      - Hosts of the APIs that O(lint_routes) belong to. Calls of other hosts are not compared with the routes; each of
        them is a warning.
      - When this is left out, every call is compared.
    type: list
    elements: str
  substitutions:
    description:
      - Values for the placeholders C(${name}) in the strings of the definition, as CloudFormation's
        C(DefinitionSubstitutions). Names are letters, digits and C(_.-), and begin with a letter.
      - A string that is nothing but a placeholder becomes the value with its type, a mapping for instance. Inside a
        longer string, also inside a JSONata expression C({% %}), the value is put as text, without quotes of its own.
      - A placeholder without a value is refused, and so is a value without a placeholder. Without this option nothing
        is replaced.
    type: dict
  role_arn:
    description:
      - ARN of the role that the state machine runs with. Needed to create a state machine.
      - AWS's refusals of a role that is still new are retried for 60 seconds.
    type: str
  logging:
    description: Where the state machine logs its executions to.
    type: dict
    suboptions:
      level:
        description: What is logged.
        type: str
        choices: ["OFF", ERROR, FATAL, ALL]
        required: true
      include_execution_data:
        description: Log input and output too; V(false) when it was never set.
        type: bool
      log_group_arn:
        description:
          - ARN of a CloudWatch log group; the C(:*) that AWS wants at its end is appended when missing.
          - Needed unless the state machine already logs, or O(logging.level=OFF).
        type: str
  tracing:
    description: Whether AWS X-Ray traces executions; a new state machine is not traced when this is left out.
    type: bool
  encryption:
    description: How the definition and the history of executions are encrypted.
    type: dict
    suboptions:
      type:
        description: Whose key is used; V(AWS_OWNED_KEY) when it was never set.
        type: str
        choices: [AWS_OWNED_KEY, CUSTOMER_MANAGED_KMS_KEY]
        required: true
      kms_key_id:
        description: Id, ARN, alias or alias ARN of a symmetric key. Needed for V(CUSTOMER_MANAGED_KMS_KEY).
        type: str
      data_key_reuse_seconds:
        description: How long a data key is reused, 60 to 900 seconds; V(300) when it was never set.
        type: int
  publish:
    description:
      - Publish a version when the current revision has none, that is after a change, the first time, or after a run
        that was interrupted. RV(state_machine.version_arn) is the version to route an alias to.
    type: bool
    default: false
  version_description:
    description: Description of the version that is published, at most 256 characters. Needs O(publish=true).
    type: str
  keep_versions:
    description:
      - Keep this many of the newest versions, at least 1, and delete the others, except those that an alias uses.
      - With V(1), the version that an alias leaves is deleted only by the next run. AWS allows 1000 versions.
    type: int
  wait:
    description: Wait until a deleted state machine is gone, which takes until its executions have stopped.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for a deletion, also for one that stands in the way of a creation.
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
- name: Create or update the workflow, and publish a version of each change
  orchestra.aws.sfn_state_machine:
    name: shop-prod-workflow
    definition_file: "{{ role_path }}/files/workflow.asl.json"
    substitutions:
      ApiEndpoint: "{{ api.api_id }}.execute-api.eu-central-1.amazonaws.com"
    role_arn: arn:aws:iam::123456789012:role/shop-prod-workflow
    logging:
      level: ERROR
      log_group_arn: arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/states/shop-prod-workflow
    tracing: true
    publish: true
    keep_versions: 10
  register: workflow

- name: Route the alias to the new version
  orchestra.aws.sfn_alias:
    name: live
    state_machine: shop-prod-workflow
    version_arn: "{{ workflow.state_machine.version_arn }}"

- name: A definition in the playbook
  orchestra.aws.sfn_state_machine:
    name: greeting
    type: EXPRESS
    role_arn: arn:aws:iam::123456789012:role/greeting
    definition:
      QueryLanguage: JSONata
      StartAt: Greet
      States:
        Greet:
          Type: Pass
          Output: !unsafe "{% 'Hello ' & $states.input.name %}"
          End: true

- name: Delete the workflow
  orchestra.aws.sfn_state_machine:
    name: shop-prod-workflow
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: ["update state machine shop-prod-workflow: definition", publish a version of state machine shop-prod-workflow]
lint:
  description: Warnings for the definition that was given; empty for none. Errors fail the module instead.
  returned: when O(state=present)
  type: list
  elements: dict
  contains:
    rule:
      description: Id of the rule.
      type: str
      sample: error-name-elsewhere
    severity:
      description: Always V(warning) here.
      type: str
      sample: warning
    pointer:
      description: JSON pointer (RFC 6901) of the place in the definition.
      type: str
      sample: /States/service1/Retry/0/ErrorEquals/0
    sentence:
      description: What is wrong there.
      type: str
      sample: "'States.Http.Socket' matches nothing: only HTTP Tasks report it."
    source:
      description: Address of the page that the rule follows.
      type: str
      sample: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
state_machine:
  description: The state machine.
  returned: when O(state=present)
  type: dict
  contains:
    state_machine_arn:
      description: ARN of the state machine, known in check mode too.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow
    name:
      description: Its name.
      type: str
      sample: shop-prod-workflow
    type:
      description: Its type, V(STANDARD) or V(EXPRESS).
      type: str
      sample: STANDARD
    status:
      description: Its status, V(ACTIVE) or V(DELETING).
      type: str
      sample: ACTIVE
    role_arn:
      description: ARN of its role.
      type: str
      sample: arn:aws:iam::123456789012:role/shop-prod-workflow
    definition:
      description: Its definition, with the substitutions done.
      type: dict
      sample: {StartAt: Done, States: {Done: {Type: Succeed}}}
    logging:
      description: Its logging; nothing but the level when that is V(OFF).
      type: dict
      sample:
        level: ERROR
        include_execution_data: false
        log_group_arn: "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/states/shop-prod-workflow:*"
    tracing:
      description: Whether AWS X-Ray traces its executions.
      type: bool
      sample: true
    encryption:
      description: Its encryption; nothing but the type when AWS's own key is used.
      type: dict
      sample: {type: AWS_OWNED_KEY}
    revision_id:
      description: Id of the current revision; V(null) until the first update, a placeholder in check mode before one.
      type: str
      sample: 6d2b9c1e-7a3f-4c58-9f0e-2f1d6a7b8c90
    version_arn:
      description:
        - ARN of the newest version, V(null) when there is none; a placeholder in check mode when one would be published.
      type: str
      sample: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:7
    creation_date:
      description: When it was created, ISO 8601 in UTC; V(null) in check mode before creation.
      type: str
      sample: "2025-11-24T08:00:00.123000+00:00"
    tags:
      description: Its tags.
      type: dict
      sample: {team: shop}
wait_for:
  description:
    - What is being deleted, as the option O(orchestra.aws.wait#module:for) takes it with
      O(orchestra.aws.wait#module:state=absent); empty when it is gone.
  returned: when O(state=absent)
  type: list
  elements: dict
  sample: [{state_machine: "arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow"}]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._module import run
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.state_machine_apply import (
    ensure_absent,
    ensure_present,
)

LOGGING = {
    "level": {"type": "str", "choices": ["OFF", "ERROR", "FATAL", "ALL"], "required": True},
    "include_execution_data": {"type": "bool"},
    "log_group_arn": {"type": "str"},
}
ENCRYPTION = {
    "type": {"type": "str", "choices": ["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"], "required": True},
    "kms_key_id": {"type": "str"},
    # Seconds, not a secret: without no_log=False Ansible warns about the word "key".
    "data_key_reuse_seconds": {"type": "int", "no_log": False},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "name": {"type": "str", "required": True},
            "type": {"type": "str", "choices": ["STANDARD", "EXPRESS"]},
            "replace": {"type": "bool", "default": False},
            "definition": {"type": "raw"},
            "definition_file": {"type": "path"},
            "lint": {"type": "bool", "default": True},
            "lint_routes": {"type": "list", "elements": "raw"},
            "lint_api_hosts": {"type": "list", "elements": "str"},
            "substitutions": {"type": "dict"},
            "role_arn": {"type": "str"},
            "logging": {"type": "dict", "options": LOGGING},
            "tracing": {"type": "bool"},
            "encryption": {"type": "dict", "options": ENCRYPTION},
            "publish": {"type": "bool", "default": False},
            "version_description": {"type": "str"},
            "keep_versions": {"type": "int"},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 600},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        mutually_exclusive=[("definition", "definition_file")],
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
