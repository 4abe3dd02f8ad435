# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Parameters of SSM and secrets of Secrets Manager in memory."""

from __future__ import annotations

from typing import Any

from tests.properties.memory import ACCOUNT, REGION, Memory, refusal

Tags = list[dict[str, str]]


def _tag_list(tags: dict[str, str]) -> Tags:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _tag_mapping(tags: Tags) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


class MemorySsm(Memory):
    """state: parameters by name, each with its value and tags."""

    def get_parameters(self, Names: list[str], WithDecryption: bool) -> dict[str, Any]:
        return {
            "Parameters": [{"Name": name, "Value": self.state[name]["value"]} for name in Names if name in self.state]
        }

    def put_parameter(
        self, Name: str, Value: str, Type: str, Overwrite: bool = False, Tags: Tags | None = None
    ) -> None:
        if Name in self.state and not Overwrite:
            raise refusal("ParameterAlreadyExists")
        if Overwrite and Tags:
            raise refusal("ValidationException", "Tags and overwrite can't be used together.")
        tags = self.state[Name]["tags"] if Name in self.state else _tag_mapping(Tags or [])
        self.state[Name] = {"value": Value, "tags": tags}

    def delete_parameters(self, Names: list[str]) -> None:
        for name in Names:
            self.state.pop(name, None)

    def list_tags_for_resource(self, ResourceType: str, ResourceId: str) -> dict[str, Any]:
        if ResourceId not in self.state:
            raise refusal("InvalidResourceId")
        return {"TagList": _tag_list(self.state[ResourceId]["tags"])}

    def add_tags_to_resource(self, ResourceType: str, ResourceId: str, Tags: Tags) -> None:
        self.state[ResourceId]["tags"].update(_tag_mapping(Tags))

    def remove_tags_from_resource(self, ResourceType: str, ResourceId: str, TagKeys: list[str]) -> None:
        for key in TagKeys:
            self.state[ResourceId]["tags"].pop(key, None)


class MemorySecretsManager(Memory):
    """state: secrets by name, each with its value, tags, and whether it is scheduled for deletion."""

    def add(self, name: str, value: str | None, tags: dict[str, str], deleted: bool = False) -> None:
        arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{name}-AbCdEf"
        self.state[name] = {"arn": arn, "value": value, "tags": dict(tags), "deleted": deleted}

    def _kept(self, name: str) -> dict[str, Any]:
        if name not in self.state:
            raise refusal("ResourceNotFoundException")
        return self.state[name]

    def _usable(self, name: str) -> dict[str, Any]:
        if self._kept(name)["deleted"]:
            raise refusal("InvalidRequestException", "The secret is marked for deletion.")
        return self.state[name]

    def describe_secret(self, SecretId: str) -> dict[str, Any]:
        kept = self._kept(SecretId)
        deleted = {"DeletedDate": "2026-01-02"} if kept["deleted"] else {}
        return {"ARN": kept["arn"], "Name": SecretId, "Tags": _tag_list(kept["tags"]), **deleted}

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:
        value = self._usable(SecretId)["value"]
        if value is None:
            raise refusal("ResourceNotFoundException")
        return {"SecretString": value}

    def create_secret(self, Name: str, Description: str, SecretString: str, Tags: Tags) -> dict[str, Any]:
        if Name in self.state:
            raise refusal("ResourceExistsException")
        self.add(Name, SecretString, _tag_mapping(Tags))
        return {"ARN": self.state[Name]["arn"]}

    def put_secret_value(self, SecretId: str, SecretString: str) -> None:
        self._usable(SecretId)["value"] = SecretString

    def restore_secret(self, SecretId: str) -> None:
        self._kept(SecretId)["deleted"] = False

    def tag_resource(self, SecretId: str, Tags: Tags) -> None:
        self._usable(SecretId)["tags"].update(_tag_mapping(Tags))

    def untag_resource(self, SecretId: str, TagKeys: list[str]) -> None:
        for key in TagKeys:
            self._usable(SecretId)["tags"].pop(key, None)

    def delete_secret(self, SecretId: str, ForceDeleteWithoutRecovery: bool) -> None:
        self._kept(SecretId)
        del self.state[SecretId]
