# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Lambda calls for functions, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none

MISSING = "ResourceNotFoundException"


@described("describe Lambda function {name}")
@missing_is_none(MISSING)
def function(client: Client, name: str) -> dict[str, Any]:
    """Return configuration, tags and reserved concurrency, or None when there is no such function."""
    return client.get_function(FunctionName=name)


@described("describe Lambda function {name}")
@missing_is_none(MISSING)
def configuration(client: Client, name: str) -> dict[str, Any]:
    """Return the configuration, or None when there is no such function."""
    return client.get_function_configuration(FunctionName=name)


@described("create Lambda function {name}")
def create(client: Client, name: str, request: dict[str, Any]) -> dict[str, Any]:
    return client.create_function(FunctionName=name, **request)


@described("update the configuration of Lambda function {name}")
def update_configuration(client: Client, name: str, request: dict[str, Any]) -> dict[str, Any]:
    """Change the given settings; AWS keeps the others."""
    return client.update_function_configuration(FunctionName=name, **request)


@described("update the code of Lambda function {name}")
def update_code(client: Client, name: str, content: bytes, architecture: str) -> dict[str, Any]:
    """Replace the code. AWS takes a function without architecture for x86_64, so that it is always sent."""
    return client.update_function_code(FunctionName=name, ZipFile=content, Architectures=[architecture])


@described("reserve concurrent executions for Lambda function {name}")
def put_concurrency(client: Client, name: str, executions: int) -> None:
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=executions)


@described("remove the reserved concurrency of Lambda function {name}")
def delete_concurrency(client: Client, name: str) -> None:
    client.delete_function_concurrency(FunctionName=name)


@described("tag Lambda function {arn}")
def tag(client: Client, arn: str, tags: dict[str, str]) -> None:
    client.tag_resource(Resource=arn, Tags=tags)


@described("remove tags from Lambda function {arn}")
def untag(client: Client, arn: str, keys: list[str]) -> None:
    client.untag_resource(Resource=arn, TagKeys=keys)


@described("delete Lambda function {name}")
@missing_is_none(MISSING)
def delete(client: Client, name: str) -> None:
    client.delete_function(FunctionName=name)
