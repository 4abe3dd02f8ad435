# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""State machines, versions and aliases in memory."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from tests.properties.memory import ACCOUNT, REGION, Memory, page, refusal

CREATED = datetime(2026, 1, 2, tzinfo=UTC)
_DEFAULTS: dict[str, Any] = {
    "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
    "tracingConfiguration": {"enabled": False},
    "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
}
_PAGE = 2


def arn_of(name: str) -> str:
    return f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{name}"


class MemoryStepFunctions(Memory):
    """state: machines by ARN, each with its description, tags, versions (number, revision) and aliases by ARN."""

    def add(self, machine: dict[str, Any], tags: dict[str, str], versions: list[int]) -> None:
        """Put a machine there that somebody else has made; the newest version is of its current revision."""
        arn = arn_of(machine["name"])
        described = {"status": "ACTIVE", "creationDate": CREATED, "stateMachineArn": arn, **machine}
        revisions = {number: described.get("revisionId") for number in versions}
        self.state[arn] = {"machine": described, "tags": dict(tags), "versions": revisions, "aliases": {}, "last": 0}
        self.state[arn]["last"] = max(versions, default=0)

    def _kept(self, arn: str) -> dict[str, Any]:
        if arn not in self.state:
            raise refusal("StateMachineDoesNotExist")
        return self.state[arn]

    def describe_state_machine(self, stateMachineArn: str) -> dict[str, Any]:
        if stateMachineArn.count(":") == 7:
            arn, number = stateMachineArn.rsplit(":", 1)
            versions = self._kept(arn)["versions"]
            if int(number) not in versions:
                raise refusal("StateMachineDoesNotExist")
            return {"stateMachineArn": stateMachineArn, "revisionId": versions[int(number)] or "INITIAL"}
        return copy.deepcopy(self._kept(stateMachineArn)["machine"])

    def create_state_machine(self, publish: bool = False, versionDescription: str = "", **request: Any) -> Any:
        arn, tags = arn_of(request["name"]), request.pop("tags", [])
        if arn in self.state:
            raise refusal("StateMachineAlreadyExists")
        self.add({**copy.deepcopy(_DEFAULTS), **copy.deepcopy(request)}, {}, [])
        self.tag_resource(arn, tags)
        return {"stateMachineArn": arn, "creationDate": CREATED, **(self._publish(arn) if publish else {})}

    def update_state_machine(
        self, stateMachineArn: str, publish: bool = False, versionDescription: str = "", **request: Any
    ) -> Any:
        if not {"definition", "roleArn"} & set(request):
            raise refusal("MissingRequiredParameter")
        machine = self._kept(stateMachineArn)["machine"]
        machine |= {**copy.deepcopy(request), "revisionId": self.new_id("revision-")}
        published = self._publish(stateMachineArn) if publish else {}
        return {"revisionId": machine["revisionId"], "updateDate": CREATED, **published}

    def delete_state_machine(self, stateMachineArn: str) -> None:
        self.state.pop(stateMachineArn, None)

    def list_tags_for_resource(self, resourceArn: str) -> dict[str, Any]:
        return {"tags": [{"key": key, "value": value} for key, value in self._kept(resourceArn)["tags"].items()]}

    def tag_resource(self, resourceArn: str, tags: list[dict[str, str]]) -> None:
        self._kept(resourceArn)["tags"].update({tag["key"]: tag["value"] for tag in tags})

    def untag_resource(self, resourceArn: str, tagKeys: list[str]) -> None:
        for key in tagKeys:
            self._kept(resourceArn)["tags"].pop(key, None)

    def _publish(self, arn: str) -> dict[str, Any]:
        """Publish the current revision; publishing it again returns the version that it has."""
        kept = self._kept(arn)
        revision = kept["machine"].get("revisionId")
        newest = max(kept["versions"], default=None)
        if newest is None or kept["versions"][newest] != revision:
            kept["last"] += 1
            kept["versions"][kept["last"]] = revision
            newest = kept["last"]
        return {"stateMachineVersionArn": f"{arn}:{newest}"}

    def publish_state_machine_version(
        self, stateMachineArn: str, revisionId: str | None = None, description: str = ""
    ) -> dict[str, Any]:
        if revisionId not in (None, self._kept(stateMachineArn)["machine"].get("revisionId")):
            raise refusal("ConflictException")
        return {**self._publish(stateMachineArn), "creationDate": CREATED}

    def list_state_machine_versions(
        self, stateMachineArn: str, maxResults: int, nextToken: str | None = None
    ) -> dict[str, Any]:
        numbers = sorted(self._kept(stateMachineArn)["versions"], reverse=True)
        items = [{"stateMachineVersionArn": f"{stateMachineArn}:{number}"} for number in numbers]
        return _listed("stateMachineVersions", items, nextToken)

    def delete_state_machine_version(self, stateMachineVersionArn: str) -> None:
        arn, number = stateMachineVersionArn.rsplit(":", 1)
        for alias in self._kept(arn)["aliases"].values():
            if stateMachineVersionArn in str(alias["routingConfiguration"]):
                raise refusal("ConflictException", "The version is used by an alias.")
        self._kept(arn)["versions"].pop(int(number), None)

    # Aliases

    def list_state_machine_aliases(
        self, stateMachineArn: str, maxResults: int, nextToken: str | None = None
    ) -> dict[str, Any]:
        items = [{"stateMachineAliasArn": arn} for arn in self._kept(stateMachineArn)["aliases"]]
        return _listed("stateMachineAliases", items, nextToken)

    def _alias(self, alias_arn: str) -> dict[str, Any]:
        aliases = self._kept(alias_arn.rsplit(":", 1)[0])["aliases"]
        if alias_arn not in aliases:
            raise refusal("ResourceNotFound")
        return aliases[alias_arn]

    def describe_state_machine_alias(self, stateMachineAliasArn: str) -> dict[str, Any]:
        return copy.deepcopy(self._alias(stateMachineAliasArn))

    def create_state_machine_alias(self, **request: Any) -> dict[str, Any]:
        arn = request["routingConfiguration"][0]["stateMachineVersionArn"].rsplit(":", 1)[0]
        alias_arn = f"{arn}:{request['name']}"
        self._check_routes(request)
        self._kept(arn)["aliases"][alias_arn] = copy.deepcopy(request)
        return {"stateMachineAliasArn": alias_arn}

    def update_state_machine_alias(self, stateMachineAliasArn: str, **request: Any) -> None:
        self._check_routes(request)
        self._alias(stateMachineAliasArn).update(copy.deepcopy(request))

    def delete_state_machine_alias(self, stateMachineAliasArn: str) -> None:
        self._alias(stateMachineAliasArn)
        del self._kept(stateMachineAliasArn.rsplit(":", 1)[0])["aliases"][stateMachineAliasArn]

    def _check_routes(self, request: dict[str, Any]) -> None:
        routes = request["routingConfiguration"]
        for route in routes:
            self.describe_state_machine(route["stateMachineVersionArn"])
        if sum(route["weight"] for route in routes) != 100:
            raise refusal("ValidationException")


def _listed(key: str, items: list[dict[str, Any]], token: str | None) -> dict[str, Any]:
    found, following = page(items, _PAGE, token)
    return {key: found, **({"nextToken": following} if following else {})}
