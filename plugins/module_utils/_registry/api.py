# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""SSM Parameter Store and Secrets Manager calls, one boto3 call a function. Nothing here decides.

Private to the collection. Values pass through here and nowhere else; no error message repeats them.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_list, tag_mapping


@described("read the parameters {names}")
def parameters(ssm: Client, names: list[str]) -> dict[str, dict[str, Any]]:
    """Return the parameters that exist, by name, with their decrypted values."""
    answer = ssm.get_parameters(Names=names, WithDecryption=True)
    return {parameter["Name"]: parameter for parameter in answer["Parameters"]}


@described("read the tags of parameter {name}")
@missing_is_none("InvalidResourceId")
def parameter_tags(ssm: Client, name: str) -> dict[str, str]:
    return tag_mapping(ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"])


@described("create parameter {name}")
def create_parameter(ssm: Client, name: str, value: str, tags: dict[str, str]) -> None:
    ssm.put_parameter(Name=name, Value=value, Type="SecureString", Tags=tag_list(tags))


@described("change parameter {name}")
def change_parameter(ssm: Client, name: str, value: str) -> None:
    ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


@described("tag parameter {name}")
def tag_parameter(ssm: Client, name: str, tags: dict[str, str]) -> None:
    ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId=name, Tags=tag_list(tags))


@described("remove tags from parameter {name}")
def untag_parameter(ssm: Client, name: str, keys: list[str]) -> None:
    ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=name, TagKeys=keys)


@described("delete the parameters {names}")
def delete_parameters(ssm: Client, names: list[str]) -> None:
    """Delete those that exist."""
    ssm.delete_parameters(Names=names)


@described("describe secret {name}")
@missing_is_none("ResourceNotFoundException")
def secret(secretsmanager: Client, name: str) -> dict[str, Any]:
    """Return the secret, without its value; also one that is scheduled for deletion, which has a DeletedDate."""
    return secretsmanager.describe_secret(SecretId=name)


@described("read secret {name}")
@missing_is_none("ResourceNotFoundException")
def secret_value(secretsmanager: Client, name: str) -> str:
    """Return the current value, or None for a secret that has none yet."""
    value: str = secretsmanager.get_secret_value(SecretId=name)["SecretString"]
    return value


@described("create secret {name}")
def create_secret(secretsmanager: Client, name: str, value: str, tags: dict[str, str]) -> str:
    """Return the ARN."""
    arn: str = secretsmanager.create_secret(
        Name=name, Description="Registry credentials for ECS", SecretString=value, Tags=tag_list(tags)
    )["ARN"]
    return arn


@described("change secret {name}")
def change_secret(secretsmanager: Client, name: str, value: str) -> None:
    secretsmanager.put_secret_value(SecretId=name, SecretString=value)


@described("restore secret {name}")
def restore_secret(secretsmanager: Client, name: str) -> None:
    secretsmanager.restore_secret(SecretId=name)


@described("tag secret {name}")
def tag_secret(secretsmanager: Client, name: str, tags: dict[str, str]) -> None:
    secretsmanager.tag_resource(SecretId=name, Tags=tag_list(tags))


@described("remove tags from secret {name}")
def untag_secret(secretsmanager: Client, name: str, keys: list[str]) -> None:
    secretsmanager.untag_resource(SecretId=name, TagKeys=keys)


@described("delete secret {name}")
@missing_is_none("ResourceNotFoundException")
def delete_secret(secretsmanager: Client, name: str) -> None:
    """Delete at once: with a recovery window AWS would refuse a new secret of this name for at least 7 days."""
    secretsmanager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
