# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Lambda calls for the URL of a function and its policy, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._lambda.api import MISSING


@described("describe the URL of Lambda function {name}")
@missing_is_none(MISSING)
def url(client: Client, name: str) -> dict[str, Any]:
    """Return the URL with its settings, or None when there is none."""
    return client.get_function_url_config(FunctionName=name)


@described("create the URL of Lambda function {name}")
def create_url(client: Client, name: str, request: dict[str, Any]) -> dict[str, Any]:
    return client.create_function_url_config(FunctionName=name, **request)


@described("update the URL of Lambda function {name}")
def update_url(client: Client, name: str, request: dict[str, Any]) -> None:
    client.update_function_url_config(FunctionName=name, **request)


@described("delete the URL of Lambda function {name}")
@missing_is_none(MISSING)
def delete_url(client: Client, name: str) -> None:
    client.delete_function_url_config(FunctionName=name)


def statements(client: Client, name: str) -> list[str]:
    """Return the ids of the statements in the function's own policy; none when it has no policy."""
    text = _policy(client, name)
    return [statement.get("Sid", "") for statement in json.loads(text)["Statement"]] if text else []


@described("read the policy of Lambda function {name}")
@missing_is_none(MISSING)
def _policy(client: Client, name: str) -> str:
    return str(client.get_policy(FunctionName=name)["Policy"])


@described("add statement {statement} to the policy of Lambda function {name}")
def add_permission(client: Client, name: str, statement: str, request: dict[str, Any]) -> None:
    client.add_permission(FunctionName=name, StatementId=statement, **request)


@described("remove statement {statement} from the policy of Lambda function {name}")
@missing_is_none(MISSING)
def remove_permission(client: Client, name: str, statement: str) -> None:
    client.remove_permission(FunctionName=name, StatementId=statement)
