# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Functions of Lambda in memory, with their URLs and policies.

An update goes on until somebody describes the configuration, and no other one is accepted meanwhile.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._lambda.package import code_sha256
from tests.properties.memory import ACCOUNT, REGION, Memory, refusal

Item = dict[str, Any]
# What Lambda does not tell at all.
_UNTOLD: Item = {"Environment": {"Variables": {}}, "Layers": [], "DeadLetterConfig": {"TargetArn": ""}, "KMSKeyArn": ""}
# Of a function of which nobody says anything else.
_DEFAULTS: Item = {
    "Description": "",
    "MemorySize": 128,
    "Timeout": 3,
    "EphemeralStorage": {"Size": 512},
    "TracingConfig": {"Mode": "PassThrough"},
    "Architectures": ["x86_64"],
    "PackageType": "Zip",
}


class MemoryLambda(Memory):
    """state: functions by name: what GetFunction says, the URL if there is one, and the statements of the policy."""

    def __init__(self) -> None:
        super().__init__()
        self._updating: set[str] = set()

    def _kept(self, name: str) -> Item:
        if name not in self.state:
            raise refusal("ResourceNotFoundException", f"Function not found: {name}")
        return self.state[name]

    def add(self, name: str, configuration: Item, **more: Any) -> None:
        """Put a function there that somebody else has made. more: tags, concurrency, url, statements."""
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
        kept = {"tags": {}, "concurrency": None, "url": None, "statements": {}, **more}
        self.state[name] = {"configuration": {"FunctionName": name, "FunctionArn": arn, **configuration}, **kept}

    def _take(self, name: str, request: Item) -> Item:
        """Change what a request names, as an update that goes on after the answer."""
        kept = self._kept(name)
        configuration = kept["configuration"]
        if name in self._updating:
            raise refusal("ResourceConflictException", "An update is in progress for resource.")
        given = copy.deepcopy(request)
        if "Layers" in given:
            given["Layers"] = [{"Arn": arn, "CodeSize": 1} for arn in given["Layers"]]
        if "LoggingConfig" in given:
            given["LoggingConfig"] = _logging(name, given["LoggingConfig"])
        configuration = {**configuration, **given, "LastUpdateStatus": "Successful"}
        kept["configuration"] = {key: value for key, value in configuration.items() if _UNTOLD.get(key) != value}
        self._updating.add(name)
        return self._told(name)

    def _told(self, name: str) -> Item:
        told = copy.deepcopy(self._kept(name)["configuration"])
        return {**told, "LastUpdateStatus": "InProgress"} if name in self._updating else told

    def create_function(self, FunctionName: str, Code: Item, Tags: Item | None = None, **request: Any) -> Item:
        if FunctionName in self.state:
            raise refusal("ResourceConflictException", f"Function already exist: {FunctionName}")
        self.add(FunctionName, {**_DEFAULTS, **_code(Code["ZipFile"]), "State": "Active"}, tags=dict(Tags or {}))
        told = self._take(FunctionName, {"LoggingConfig": {}, **request})
        return {**told, "State": "Pending"}

    def get_function(self, FunctionName: str) -> Item:
        kept = self._kept(FunctionName)
        told = {"Configuration": self._told(FunctionName), "Tags": dict(kept["tags"])}
        reserved = kept["concurrency"]
        return told if reserved is None else {**told, "Concurrency": {"ReservedConcurrentExecutions": reserved}}

    def get_function_configuration(self, FunctionName: str) -> Item:
        self._updating.discard(FunctionName)
        return self._told(FunctionName)

    def update_function_configuration(self, FunctionName: str, **request: Any) -> Item:
        return self._take(FunctionName, request)

    def update_function_code(self, FunctionName: str, ZipFile: bytes, Architectures: list[str]) -> Item:
        return self._take(FunctionName, {**_code(ZipFile), "Architectures": Architectures})

    def delete_function(self, FunctionName: str) -> None:
        self._kept(FunctionName)
        del self.state[FunctionName]

    def put_function_concurrency(self, FunctionName: str, ReservedConcurrentExecutions: int) -> None:
        self._kept(FunctionName)["concurrency"] = ReservedConcurrentExecutions

    def delete_function_concurrency(self, FunctionName: str) -> None:
        self._kept(FunctionName)["concurrency"] = None

    def tag_resource(self, Resource: str, Tags: dict[str, str]) -> None:
        self._kept(Resource.rpartition(":")[2])["tags"] |= Tags

    def untag_resource(self, Resource: str, TagKeys: list[str]) -> None:
        tags = self._kept(Resource.rpartition(":")[2])["tags"]
        for key in TagKeys:
            del tags[key]

    def get_function_url_config(self, FunctionName: str) -> Item:
        address = self._kept(FunctionName)["url"]
        if address is None:
            raise refusal("ResourceNotFoundException")
        return {"FunctionUrl": f"https://{FunctionName}.example.com/", **copy.deepcopy(address)}

    def create_function_url_config(self, FunctionName: str, **request: Any) -> Item:
        kept = self._kept(FunctionName)
        if kept["url"] is not None:
            raise refusal("ResourceConflictException")
        kept["url"] = copy.deepcopy(request)
        return self.get_function_url_config(FunctionName)

    def update_function_url_config(self, FunctionName: str, **request: Any) -> None:
        self.get_function_url_config(FunctionName)
        self._kept(FunctionName)["url"] |= copy.deepcopy(request)

    def delete_function_url_config(self, FunctionName: str) -> None:
        self.get_function_url_config(FunctionName)
        self._kept(FunctionName)["url"] = None

    def get_policy(self, FunctionName: str) -> Item:
        statements = self._kept(FunctionName)["statements"]
        if not statements:
            raise refusal("ResourceNotFoundException")
        return {"Policy": json.dumps({"Statement": [{"Sid": name} for name in statements]})}

    def add_permission(self, FunctionName: str, StatementId: str, **request: Any) -> None:
        statements = self._kept(FunctionName)["statements"]
        if StatementId in statements:
            raise refusal("ResourceConflictException", "The statement id already exists.")
        statements[StatementId] = request

    def remove_permission(self, FunctionName: str, StatementId: str) -> None:
        statements = self._kept(FunctionName)["statements"]
        if StatementId not in statements:
            raise refusal("ResourceNotFoundException")
        del statements[StatementId]


def _code(content: bytes) -> Item:
    if not content:
        raise refusal("InvalidParameterValueException", "Uploaded file must be a non-empty zip")
    return {"CodeSha256": code_sha256(content), "CodeSize": len(content)}


def _logging(name: str, given: Item) -> Item:
    filled = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}", **given}
    levels = filled.keys() & {"ApplicationLogLevel", "SystemLogLevel"}
    if filled["LogFormat"] == "Text" and levels:
        raise refusal("InvalidParameterValueException", "Log levels need the format JSON.")
    if filled["LogFormat"] == "Text":
        return filled
    return {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", **filled}
