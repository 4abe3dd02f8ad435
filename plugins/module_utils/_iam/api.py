# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""IAM calls for roles, one boto3 call a function. Nothing here decides anything.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described, missing_is_none
from ansible_collections.orchestra.aws.plugins.module_utils._values import present, tag_list

MISSING = "NoSuchEntity"


def _pages(client: Client, operation: str, key: str, **params: Any) -> list[Any]:
    return [item for page in client.get_paginator(operation).paginate(**params) for item in page[key]]


@described("describe role {name}")
@missing_is_none(MISSING)
def role(client: Client, name: str) -> dict[str, Any]:
    """Return the role with its trust policy and tags, or None when there is none of this name."""
    found: dict[str, Any] = client.get_role(RoleName=name)["Role"]
    return found


@described("list the inline policies of role {name}")
@missing_is_none(MISSING)
def policy_names(client: Client, name: str) -> list[str]:
    return _pages(client, "list_role_policies", "PolicyNames", RoleName=name)


@described("read inline policy {policy} of role {name}")
@missing_is_none(MISSING)
def policy_document(client: Client, name: str, policy: str) -> Any:
    """Return the document, parsed."""
    return client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]


@described("list the managed policies of role {name}")
@missing_is_none(MISSING)
def attached_arns(client: Client, name: str) -> list[str]:
    attached = _pages(client, "list_attached_role_policies", "AttachedPolicies", RoleName=name)
    return [policy["PolicyArn"] for policy in attached]


@described("list the instance profiles of role {name}")
@missing_is_none(MISSING)
def instance_profiles(client: Client, name: str) -> list[str]:
    profiles = _pages(client, "list_instance_profiles_for_role", "InstanceProfiles", RoleName=name)
    return [profile["InstanceProfileName"] for profile in profiles]


@described("read the quotas of the account")
def quotas(client: Client) -> dict[str, int]:
    """Return the account's summary; AssumeRolePolicySizeQuota is the longest trust policy, in characters."""
    summary: dict[str, int] = client.get_account_summary()["SummaryMap"]
    return summary


@described("create role {name}")
def create_role(
    client: Client,
    name: str,
    trust_policy: str,
    path: str,
    description: str,
    max_session_duration: int,
    permissions_boundary: str | None,
    tags: dict[str, str],
) -> dict[str, Any]:
    optional = present({"Description": description or None, "PermissionsBoundary": permissions_boundary})
    created: dict[str, Any] = client.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=trust_policy,
        Path=path,
        MaxSessionDuration=max_session_duration,
        Tags=tag_list(tags),
        **optional,
    )["Role"]
    return created


@described("update the trust policy of role {name}")
def update_trust_policy(client: Client, name: str, document: str) -> None:
    client.update_assume_role_policy(RoleName=name, PolicyDocument=document)


@described("update role {name}")
def update_role(client: Client, name: str, description: str, max_session_duration: int) -> None:
    """Set both: AWS resets a session duration that is left out to one hour."""
    client.update_role(RoleName=name, Description=description, MaxSessionDuration=max_session_duration)


@described("set the permissions boundary of role {name}")
def put_boundary(client: Client, name: str, arn: str) -> None:
    client.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=arn)


@described("remove the permissions boundary of role {name}")
@missing_is_none(MISSING)
def delete_boundary(client: Client, name: str) -> None:
    client.delete_role_permissions_boundary(RoleName=name)


@described("put inline policy {policy} into role {name}")
def put_policy(client: Client, name: str, policy: str, document: str) -> None:
    client.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=document)


@described("delete inline policy {policy} of role {name}")
@missing_is_none(MISSING)
def delete_policy(client: Client, name: str, policy: str) -> None:
    client.delete_role_policy(RoleName=name, PolicyName=policy)


@described("attach {arn} to role {name}")
def attach(client: Client, name: str, arn: str) -> None:
    client.attach_role_policy(RoleName=name, PolicyArn=arn)


@described("detach {arn} from role {name}")
@missing_is_none(MISSING)
def detach(client: Client, name: str, arn: str) -> None:
    client.detach_role_policy(RoleName=name, PolicyArn=arn)


@described("remove role {name} from instance profile {profile}")
@missing_is_none(MISSING)
def leave_instance_profile(client: Client, name: str, profile: str) -> None:
    client.remove_role_from_instance_profile(RoleName=name, InstanceProfileName=profile)


@described("delete role {name}")
@missing_is_none(MISSING)
def delete_role(client: Client, name: str) -> None:
    client.delete_role(RoleName=name)


@described("tag role {name}")
def tag(client: Client, name: str, tags: dict[str, str]) -> None:
    client.tag_role(RoleName=name, Tags=tag_list(tags))


@described("remove tags from role {name}")
def untag(client: Client, name: str, keys: list[str]) -> None:
    client.untag_role(RoleName=name, TagKeys=keys)
