#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Ask AWS by boto3 alone, so that a scenario does not take the collection's word for what the collection did.

calls: name -> [service, operation, parameters]. answers: name -> what AWS said, all pages of it,
or {"error": its code}.
"""

from __future__ import annotations

import json
import os
from typing import Any

import boto3
from ansible.module_utils.basic import AnsibleModule
from botocore.exceptions import ClientError


def ask(service: str, operation: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    try:
        client = boto3.client(service, region_name=os.environ["AWS_REGION"])
        if client.can_paginate(operation):
            answer = client.get_paginator(operation).paginate(**(parameters or {})).build_full_result()
        else:
            answer = getattr(client, operation)(**(parameters or {}))
    except ClientError as error:
        return {"error": error.response["Error"]["Code"]}
    return json.loads(json.dumps(answer, default=str))


def main() -> None:
    module = AnsibleModule(argument_spec={"calls": {"type": "dict", "required": True}}, supports_check_mode=True)
    answers = {name: ask(*call) for name, call in module.params["calls"].items()}
    module.exit_json(changed=False, answers=answers)


if __name__ == "__main__":
    main()
