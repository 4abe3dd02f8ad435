#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lambda_function
version_added: 0.1.0
short_description: Manage a Lambda function, packed from a directory
description:
  - Creates, updates and deletes a Lambda function. A directory is packed in memory in such a way that the same files
    make the same bytes on every machine, so that unchanged code is not deployed again.
  - M(amazon.aws.lambda) needs a zip file that something else has made reproducibly, also in check mode. It warns at every
    creation, shows no diff, does not repeat a creation for which Lambda does not know the new role yet, and does not
    wait for an update that is still going on.
  - Lambda takes one update at a time. When configuration and code both change, the configuration comes first.
  - A failed update is repeated by the next run, also when nothing else changes.
  - An option that is left out is not touched on an existing function.
options:
  state:
    description: Whether the function shall exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the function, 1 to 64 letters, digits, hyphens or underscores.
    type: str
    required: true
  description:
    description: What the function is for, at most 256 characters.
    type: str
  source:
    description:
      - Directory, on the machine where the module runs, whose files are the code. Nothing is written to it.
      - Names are sorted, times are fixed, and of the permissions only whether a file can be executed is kept.
        C(__pycache__) directories, C(*.pyc) and C(*.pyo) are always left out. Links to files are followed, links to
        directories are refused.
      - The files are stored uncompressed, because different versions of zlib compress the same files differently.
      - A new function needs O(source) or O(zip_file).
      - Lambda accepts at most 52428800 bytes for a package that is uploaded in the request, and less than 262144000 bytes
        unzipped.
    type: path
  exclude:
    description:
      - Patterns of what is left out of O(source), with V(*), V(?) and V([...]). A pattern without a slash is matched
        against the name of every file and directory, one with a slash against the path relative to O(source). All that
        is in a directory that matches is left out.
    type: list
    elements: str
  zip_file:
    description: Zip file, on the machine where the module runs, that is uploaded as it is, in place of O(source).
    type: path
  handler:
    description: What Lambda calls, such as V(handler.handler), at most 128 characters. A new function needs it.
    type: str
  runtime:
    description: Identifier of the runtime, such as V(python3.13). A new function needs it.
    type: str
  architecture:
    description:
      - Processor of the function. A new function gets V(arm64), which costs less than AWS's own default V(x86_64).
      - Lambda changes it only together with the code, so that O(source) or O(zip_file) is needed then.
    type: str
    choices: [arm64, x86_64]
  memory_size:
    description: Memory, 128 to 10240 MiB; computing power grows with it. A new function gets 128.
    type: int
  timeout:
    description: Seconds after which Lambda ends a call, 1 to 900. A new function gets 3.
    type: int
  ephemeral_storage_mib:
    description: Size of C(/tmp), 512 to 10240 MiB. A new function gets 512.
    type: int
  role_arn:
    description:
      - ARN of the IAM role that the function runs as. A new function needs it.
      - A role that has just been made takes some seconds to reach Lambda. The request is repeated for up to 60 seconds.
    type: str
  environment:
    description:
      - Environment variables. They replace all that there are, and V({}) removes them. At most 4096 bytes in all.
      - They are shown in diffs and results, and to everybody who may describe the function. Put no secrets here, but the
        name of a secret that the function reads.
    type: dict
  layers:
    description: ARNs of layer versions, at most 5, the later ones over the earlier ones. V([]) removes them.
    type: list
    elements: str
  tracing:
    description: Whether Lambda traces calls with X-Ray by itself. A new function gets V(PassThrough).
    type: str
    choices: [Active, PassThrough]
  reserved_concurrent_executions:
    description:
      - Calls that can run at the same time, and that are set aside for this function. V(0) stops the function, V(-1)
        removes the reservation.
    type: int
  logging:
    description: Where and what the function logs. A suboption that is left out is not touched.
    type: dict
    suboptions:
      group:
        description: Name of the log group. A new function gets C(/aws/lambda/) and its name.
        type: str
      format:
        description: Form of the log. A new function gets V(Text).
        type: str
        choices: [JSON, Text]
      application_level:
        description: Least level of the function's own messages, only with O(logging.format=JSON), where it is V(INFO) at first.
        type: str
        choices: [TRACE, DEBUG, INFO, WARN, ERROR, FATAL]
      system_level:
        description: Least level of Lambda's messages, only with O(logging.format=JSON), where it is V(INFO) at first.
        type: str
        choices: [DEBUG, INFO, WARN]
  vpc:
    description: The VPC in which the function gets network interfaces. A new function is in none.
    type: dict
    suboptions:
      subnets:
        description: Ids of the subnets, at most 16. V([]), along with no security groups, takes the function out of the VPC.
        type: list
        elements: str
        required: true
      security_groups:
        description: Ids of the security groups, at most 5.
        type: list
        elements: str
        required: true
  dead_letter_target_arn:
    description: ARN of the queue or topic that gets events which the function could not process. V("") removes it.
    type: str
  kms_key_arn:
    description: ARN of the key that encrypts the environment variables. V("") goes back to AWS's own key.
    type: str
  url:
    description:
      - An HTTPS address of the function's own. Left out, the URL is neither looked at nor touched.
      - No module of amazon.aws or community.aws manages the URLs of functions.
    type: dict
    suboptions:
      state:
        description: Whether the function shall have a URL.
        type: str
        choices: [present, absent]
        default: present
      auth_type:
        description:
          - Who may call it. A new URL gets V(AWS_IAM), that is callers whose policies allow C(lambda:InvokeFunctionUrl)
            and C(lambda:InvokeFunction).
          - V(NONE) means everybody on the internet. The two statements that AWS wants for that are put into the
            function's policy, and are removed with it. It needs botocore 1.40.55 or newer.
        type: str
        choices: [AWS_IAM, NONE]
      invoke_mode:
        description: Whether the answer is sent as a whole or streamed. A new URL gets V(BUFFERED).
        type: str
        choices: [BUFFERED, RESPONSE_STREAM]
      cors:
        description: Which pages of other origins a browser lets call it. V({}) removes all. Left out, it stays as it is.
        type: dict
        suboptions:
          allow_credentials:
            description: Whether cookies and the like may be sent.
            type: bool
          allow_headers:
            description: Headers of the request.
            type: list
            elements: str
          allow_methods:
            description: Methods, such as V(POST).
            type: list
            elements: str
          allow_origins:
            description: Origins, such as V(https://example.com).
            type: list
            elements: str
          expose_headers:
            description: Headers of the response that the page may read.
            type: list
            elements: str
          max_age:
            description: Seconds for which a browser remembers the answer, at most 86400.
            type: int
  wait:
    description:
      - Wait until the function is V(Active) and its last update V(Successful), or until it is gone.
      - Between an update of the configuration and one of the code the module waits in any case.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait, each time.
    type: int
    default: 300
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
- name: Deploy a function from its source
  orchestra.aws.lambda_function:
    name: shop-prod-workflow-invoker
    source: files/lambda/invoker
    exclude: [tests, "*.md"]
    handler: handler.handler
    runtime: python3.13
    memory_size: 256
    timeout: 900
    role_arn: arn:aws:iam::123456789012:role/shop-prod-invoker
    environment:
      STATE_MACHINE_ARN: arn:aws:states:eu-central-1:123456789012:stateMachine:shop-prod-workflow:live
    logging:
      format: JSON

- name: Give it a URL for callers that IAM allows
  orchestra.aws.lambda_function:
    name: shop-prod-workflow-invoker
    url: {auth_type: AWS_IAM}

- name: Change nothing but the memory
  orchestra.aws.lambda_function:
    name: shop-prod-workflow-invoker
    memory_size: 512

- name: Delete the function
  orchestra.aws.lambda_function:
    name: shop-prod-workflow-invoker
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [update memory_size of Lambda function shop-prod-workflow-invoker]
function:
  description: The function.
  returned: when O(state=present)
  type: dict
  contains:
    function_arn:
      description: ARN of the function. It follows from account, region and name, so that it is right in check mode too.
      type: str
      sample: arn:aws:lambda:eu-central-1:123456789012:function:shop-prod-workflow-invoker
    name:
      description: Name of the function.
      type: str
      sample: shop-prod-workflow-invoker
    state:
      description: State that Lambda reports, such as V(Pending), V(Active) or V(Inactive).
      type: str
      sample: Active
    last_update_status:
      description: How the last update stands, one of V(Successful), V(InProgress), V(Failed).
      type: str
      sample: Successful
    code_sha256:
      description: SHA-256 of the package in Base64, in check mode of the package that would be uploaded.
      type: str
      sample: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    code_size:
      description: Bytes of the package.
      type: int
      sample: 4711
    description:
      description: What the function is for; empty when it has no description.
      type: str
      sample: Runs the workflow
    role_arn:
      description: ARN of its role.
      type: str
      sample: arn:aws:iam::123456789012:role/shop-prod-invoker
    handler:
      description: What Lambda calls.
      type: str
      sample: handler.handler
    runtime:
      description: Identifier of the runtime.
      type: str
      sample: python3.13
    architecture:
      description: Its processor.
      type: str
      sample: arm64
    memory_size:
      description: Memory in MiB.
      type: int
      sample: 256
    timeout:
      description: Seconds after which Lambda ends a call.
      type: int
      sample: 900
    ephemeral_storage_mib:
      description: Size of C(/tmp) in MiB.
      type: int
      sample: 512
    environment:
      description: Environment variables.
      type: dict
      sample: {STATE_MACHINE_TYPE: STANDARD}
    layers:
      description: ARNs of the layer versions, in order.
      type: list
      elements: str
      sample: ["arn:aws:lambda:eu-central-1:123456789012:layer:tools:3"]
    tracing:
      description: Whether Lambda traces calls, V(Active) or V(PassThrough).
      type: str
      sample: PassThrough
    logging:
      description: Where and what the function logs. Plain text has no levels.
      type: dict
      contains:
        group:
          description: Name of the log group.
          type: str
          sample: /aws/lambda/shop-prod-workflow-invoker
        format:
          description: Form of the log, V(JSON) or V(Text).
          type: str
          sample: JSON
        application_level:
          description: Least level of the function's own messages.
          returned: when the format is V(JSON)
          type: str
          sample: INFO
        system_level:
          description: Least level of Lambda's messages.
          returned: when the format is V(JSON)
          type: str
          sample: INFO
    vpc:
      description: Its network; both lists are empty when it is in no VPC.
      type: dict
      contains:
        subnets:
          description: Ids of the subnets, sorted.
          type: list
          elements: str
          sample: [subnet-0a1, subnet-0b2]
        security_groups:
          description: Ids of the security groups, sorted.
          type: list
          elements: str
          sample: [sg-0c3]
    dead_letter_target_arn:
      description: ARN of the queue or topic for failed events; empty when there is none.
      type: str
      sample: ""
    kms_key_arn:
      description: ARN of the key of the environment variables; empty for AWS's own.
      type: str
      sample: ""
    reserved_concurrent_executions:
      description: Reserved concurrency, V(-1) when none is reserved.
      type: int
      sample: -1
    url:
      description: Its URL, or null when it has none.
      returned: when O(url) is given
      type: dict
      contains:
        address:
          description: The address; in check mode a placeholder when it is not made yet.
          type: str
          sample: https://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws/
        auth_type:
          description: V(AWS_IAM) or V(NONE).
          type: str
          sample: AWS_IAM
        invoke_mode:
          description: V(BUFFERED) or V(RESPONSE_STREAM).
          type: str
          sample: BUFFERED
        cors:
          description: What browsers let other origins do; empty for nothing.
          type: dict
          sample:
            allow_credentials: false
            allow_headers: [content-type]
            allow_methods: [POST]
            allow_origins: ["https://www.example.com"]
            expose_headers: []
            max_age: 600
        open:
          description: Whether the function's policy lets everybody in.
          returned: when the type is V(NONE)
          type: bool
          sample: true
    tags:
      description: Its tags.
      type: dict
      sample: {team: shop}
wait_for:
  description: What is not ready yet, as the option O(orchestra.aws.wait#module:for) takes it; empty when all is.
  returned: when O(state=present)
  type: list
  elements: dict
  sample: [{lambda_function: shop-prod-workflow-invoker}]
"""

from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._lambda.function_apply import ensure_absent, ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._module import run

URL = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "auth_type": {"type": "str", "choices": ["AWS_IAM", "NONE"]},
    "invoke_mode": {"type": "str", "choices": ["BUFFERED", "RESPONSE_STREAM"]},
    "cors": {
        "type": "dict",
        "options": {
            "allow_credentials": {"type": "bool"},
            "allow_headers": {"type": "list", "elements": "str"},
            "allow_methods": {"type": "list", "elements": "str"},
            "allow_origins": {"type": "list", "elements": "str"},
            "expose_headers": {"type": "list", "elements": "str"},
            "max_age": {"type": "int"},
        },
    },
}
_LEVELS = ["DEBUG", "INFO", "WARN"]

ARGUMENT_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "source": {"type": "path"},
    "exclude": {"type": "list", "elements": "str"},
    "zip_file": {"type": "path"},
    "handler": {"type": "str"},
    "runtime": {"type": "str"},
    "architecture": {"type": "str", "choices": ["arm64", "x86_64"]},
    "memory_size": {"type": "int"},
    "timeout": {"type": "int"},
    "ephemeral_storage_mib": {"type": "int"},
    "role_arn": {"type": "str"},
    "environment": {"type": "dict"},
    "layers": {"type": "list", "elements": "str"},
    "tracing": {"type": "str", "choices": ["Active", "PassThrough"]},
    "reserved_concurrent_executions": {"type": "int"},
    "logging": {
        "type": "dict",
        "options": {
            "group": {"type": "str"},
            "format": {"type": "str", "choices": ["JSON", "Text"]},
            "application_level": {"type": "str", "choices": ["TRACE", *_LEVELS, "ERROR", "FATAL"]},
            "system_level": {"type": "str", "choices": _LEVELS},
        },
    },
    "vpc": {
        "type": "dict",
        "options": {
            "subnets": {"type": "list", "elements": "str", "required": True},
            "security_groups": {"type": "list", "elements": "str", "required": True},
        },
    },
    "dead_letter_target_arn": {"type": "str"},
    # An ARN, not a secret: without no_log=False Ansible warns about the word "key".
    "kms_key_arn": {"type": "str", "no_log": False},
    "url": {"type": "dict", "options": URL},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 300},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        mutually_exclusive=[("source", "zip_file")],
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
