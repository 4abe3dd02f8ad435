# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Roles of IAM in memory."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.properties.memory import ACCOUNT, Memory, refusal

# IAM's quota, which the order of attaching and detaching has to mind.
MOST_MANAGED = 10


class MemoryIam(Memory):
    """state: roles by name, each with what GetRole says, its inline policies as text, and its managed policies."""

    def _kept(self, name: str) -> dict[str, Any]:
        if name not in self.state:
            raise refusal("NoSuchEntity", f"The role with name {name} cannot be found.")
        return self.state[name]

    def add(self, role: dict[str, Any], policies: dict[str, Any], managed: list[str]) -> None:
        """Put a role there that somebody else has made. Documents are parsed."""
        self.state[role["RoleName"]] = {"role": role, "policies": policies, "managed": managed}

    def create_role(self, **request: Any) -> dict[str, Any]:
        name = request["RoleName"]
        if name in self.state:
            raise refusal("EntityAlreadyExists")
        role = {key: request[key] for key in ("RoleName", "Path", "MaxSessionDuration")}
        role |= {
            "Arn": f"arn:aws:iam::{ACCOUNT}:role{request['Path']}{name}",
            "RoleId": self.new_id("AROA"),
            "AssumeRolePolicyDocument": json.loads(request["AssumeRolePolicyDocument"]),
            "Tags": request["Tags"],
        }
        if request.get("Description"):
            role["Description"] = request["Description"]
        if request.get("PermissionsBoundary"):
            role["PermissionsBoundary"] = {"PermissionsBoundaryArn": request["PermissionsBoundary"]}
        self.add(role, {}, [])
        return self.get_role(name)

    def get_role(self, RoleName: str) -> dict[str, Any]:
        return {"Role": copy.deepcopy(self._kept(RoleName)["role"])}

    def delete_role(self, RoleName: str) -> None:
        kept = self._kept(RoleName)
        if kept["policies"] or kept["managed"]:
            raise refusal("DeleteConflict", "Cannot delete entity, must detach all policies first.")
        del self.state[RoleName]

    def update_assume_role_policy(self, RoleName: str, PolicyDocument: str) -> None:
        self._kept(RoleName)["role"]["AssumeRolePolicyDocument"] = json.loads(PolicyDocument)

    def update_role(self, RoleName: str, Description: str, MaxSessionDuration: int) -> None:
        self._kept(RoleName)["role"] |= {"Description": Description, "MaxSessionDuration": MaxSessionDuration}

    def put_role_permissions_boundary(self, RoleName: str, PermissionsBoundary: str) -> None:
        self._kept(RoleName)["role"]["PermissionsBoundary"] = {"PermissionsBoundaryArn": PermissionsBoundary}

    def delete_role_permissions_boundary(self, RoleName: str) -> None:
        if self._kept(RoleName)["role"].pop("PermissionsBoundary", None) is None:
            raise refusal("NoSuchEntity")

    def tag_role(self, RoleName: str, Tags: list[dict[str, str]]) -> None:
        role = self._kept(RoleName)["role"]
        new = {tag["Key"] for tag in Tags}
        role["Tags"] = [tag for tag in role["Tags"] if tag["Key"] not in new] + Tags

    def untag_role(self, RoleName: str, TagKeys: list[str]) -> None:
        role = self._kept(RoleName)["role"]
        role["Tags"] = [tag for tag in role["Tags"] if tag["Key"] not in TagKeys]

    def list_role_policies(self, RoleName: str) -> dict[str, Any]:
        return {"PolicyNames": sorted(self._kept(RoleName)["policies"])}

    def get_role_policy(self, RoleName: str, PolicyName: str) -> dict[str, Any]:
        return {"PolicyDocument": copy.deepcopy(self._kept(RoleName)["policies"][PolicyName])}

    def put_role_policy(self, RoleName: str, PolicyName: str, PolicyDocument: str) -> None:
        self._kept(RoleName)["policies"][PolicyName] = json.loads(PolicyDocument)

    def delete_role_policy(self, RoleName: str, PolicyName: str) -> None:
        if self._kept(RoleName)["policies"].pop(PolicyName, None) is None:
            raise refusal("NoSuchEntity")

    def list_attached_role_policies(self, RoleName: str) -> dict[str, Any]:
        return {"AttachedPolicies": [{"PolicyArn": arn} for arn in self._kept(RoleName)["managed"]]}

    def attach_role_policy(self, RoleName: str, PolicyArn: str) -> None:
        managed = self._kept(RoleName)["managed"]
        if PolicyArn not in managed:
            managed.append(PolicyArn)
        if len(managed) > MOST_MANAGED:
            raise refusal("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")

    def detach_role_policy(self, RoleName: str, PolicyArn: str) -> None:
        if PolicyArn not in self._kept(RoleName)["managed"]:
            raise refusal("NoSuchEntity")
        self._kept(RoleName)["managed"].remove(PolicyArn)

    def list_instance_profiles_for_role(self, RoleName: str) -> dict[str, Any]:
        self._kept(RoleName)
        return {"InstanceProfiles": []}
