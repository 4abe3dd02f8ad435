# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""IAM roles: what one is, what one shall be, and the steps between. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._iam import policy
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, is_unknown, tag_mapping

# Limits: IAM API reference (CreateRole, PutRolePolicy) and "IAM and AWS STS quotas".
NAME_LENGTH = 64
POLICY_NAME_LENGTH = 128
DESCRIPTION_LENGTH = 1000
# Characters of all inline policies of a role together; cannot be raised.
INLINE_LENGTH = 10240
# Characters of a trust policy, unless the account's quota has been raised.
TRUST_LENGTH = 2048
# Managed policies per role, unless the account's quota has been raised.
MANAGED_POLICIES = 10
SESSION_SECONDS = (3600, 43200)

_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]+")
_PATH = re.compile(r"/|/[\x21-\x7E]{1,510}/")
_ARN = re.compile(r"arn:\S+")


@dataclass(frozen=True)
class Step:
    """One change: what it does to which policy, ARN or nothing, and the sentence that tells it."""

    kind: str
    subject: str
    sentence: str


def validate(params: Mapping[str, Any]) -> None:
    """Raise InputError for names and numbers that IAM would refuse."""
    name = params["name"]
    _check_name("name", name, NAME_LENGTH)
    if params["state"] == "absent":
        return
    for inline in params["policies"] or {}:
        _check_name("the name of an inline policy", inline, POLICY_NAME_LENGTH)
    if params["path"] is not None and not _PATH.fullmatch(params["path"]):
        raise InputError(f"path {params['path']} must begin and end with / and have at most 512 characters.")
    if len(params["description"] or "") > DESCRIPTION_LENGTH:
        raise InputError(f"description has more than {DESCRIPTION_LENGTH} characters.")
    least, most = SESSION_SECONDS
    seconds = params["max_session_duration"]
    if seconds is not None and not least <= seconds <= most:
        raise InputError(f"max_session_duration is {seconds}; it must be {least} to {most} seconds.")
    for arn in [*(params["managed_policies"] or []), params["permissions_boundary"] or "arn:-"]:
        if not _ARN.fullmatch(arn) and not is_unknown(arn):
            raise InputError(f"{arn} is not the ARN of a managed policy; names are not accepted.")


def _check_name(what: str, name: str, length: int) -> None:
    if not _NAME.fullmatch(name) or len(name) > length:
        raise InputError(
            f"{what} is {name!r} ({len(name)} characters); it must be 1 to {length} letters, digits or any of _+=,.@-"
        )


def settings(
    role: Mapping[str, Any] | None, policies: Mapping[str, Any], managed_policies: list[str]
) -> dict[str, Any]:
    """Return the settings of a role that are compared, documents in their readable form; {} for no role."""
    if role is None:
        return {}
    return {
        "name": role["RoleName"],
        "path": role["Path"],
        "description": role.get("Description") or "",
        "trust_policy": policy.readable(role["AssumeRolePolicyDocument"]),
        "policies": {name: policy.readable(policies[name]) for name in sorted(policies)},
        "managed_policies": sorted(managed_policies),
        "permissions_boundary": (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn") or "",
        "max_session_duration": role.get("MaxSessionDuration") or SESSION_SECONDS[0],
        "tags": tag_mapping(role.get("Tags")),
    }


def documents(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the documents of the options, parsed: {"trust_policy": ..., "policies": {name: ...}}; None when left out.

    Raises InputError when one is no policy document, or the inline policies are too long together.
    """
    name, trust = params["name"], params["trust_policy"]
    policies = params["policies"]
    if policies is not None:
        policies = {key: policy.parse(policies[key], f"Inline policy {key} of role {name}") for key in policies}
    return {
        "trust_policy": None if trust is None else policy.parse(trust, f"The trust policy of role {name}"),
        "policies": policies,
    }


def desired(params: Mapping[str, Any], given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that the role shall have. given: the parsed C(documents); before: {} for a new role."""
    _check_immutable(params, given, before)
    chosen = {key: params[key] for key in ("description", "permissions_boundary", "max_session_duration")}
    initial = {"description": "", "permissions_boundary": "", "max_session_duration": SESSION_SECONDS[0]}
    wanted_arns = params["managed_policies"]
    kept_arns = [] if wanted_arns is not None and params["purge_managed_policies"] else before.get("managed_policies")
    return {
        "name": params["name"],
        "path": before.get("path") or params["path"] or "/",
        "trust_policy": _document(given["trust_policy"], before.get("trust_policy")),
        "policies": _policies(given["policies"], before.get("policies", {}), params["purge_policies"]),
        "managed_policies": sorted({*(kept_arns or []), *(wanted_arns or [])}),
        "tags": desired_tags(before.get("tags", {}), params["tags"], params["purge_tags"]),
        **{key: before.get(key, initial[key]) if value is None else value for key, value in chosen.items()},
    }


def _check_immutable(params: Mapping[str, Any], given: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    name = params["name"]
    if not before and given["trust_policy"] is None:
        raise InputError(f"Role {name} does not exist yet: trust_policy is required to create it.")
    if before and params["path"] is not None and params["path"] != before["path"]:
        raise InputError(
            f"Role {name} has the path {before['path']}, which IAM cannot change to {params['path']}:"
            " delete the role first, or leave path out."
        )


def _document(given: Mapping[str, Any] | None, current: dict[str, Any] | None) -> dict[str, Any]:
    """Return the readable form of what is given, or the current form when that means the same."""
    if current is not None and (given is None or policy.same(given, current)):
        return current
    return policy.readable(given or {})


def _policies(given: Mapping[str, Any] | None, current: Mapping[str, Any], purge: bool) -> dict[str, Any]:
    kept = {} if given is not None and purge else dict(current)
    wanted = {name: _document(document, current.get(name)) for name, document in (given or {}).items()}
    merged = {**kept, **wanted}
    return {name: merged[name] for name in sorted(merged)}


def check_inline_length(name: str, policies: Mapping[str, Any]) -> None:
    """Raise InputError when the inline policies, as they are sent, are together longer than IAM allows."""
    lengths = {key: len(policy.text(policies[key])) for key in sorted(policies)}
    if sum(lengths.values()) > INLINE_LENGTH:
        listed = ", ".join(f"{key}: {length}" for key, length in lengths.items())
        raise InputError(
            f"The inline policies of role {name} have {sum(lengths.values())} characters ({listed}), but IAM allows"
            f" {INLINE_LENGTH} for all of them together: move some to a managed policy."
        )


def plan(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Step]:
    """Return the steps in an order that never takes away a right before its replacement is granted.

    Only when the old and the new together exceed IAM's limits do removals come first.
    """
    name = after["name"]
    steps = [] if before else [Step("create", "", f"create role {name}")]
    if before:
        steps = _updates(before, after)
    granted, removed = _policy_steps(name, before.get("policies", {}), after["policies"])
    attached, detached = _managed_steps(name, before.get("managed_policies", []), after["managed_policies"])
    both = {**before.get("policies", {}), **after["policies"]}
    crowded = sum(len(policy.text(document)) for document in both.values()) > INLINE_LENGTH
    steps += removed + granted if crowded else granted + removed
    crowded = len({*before.get("managed_policies", []), *after["managed_policies"]}) > MANAGED_POLICIES
    return steps + (detached + attached if crowded else attached + detached)


def _updates(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Step]:
    name = after["name"]
    steps = []
    if before["permissions_boundary"] != after["permissions_boundary"]:
        verb = "set" if after["permissions_boundary"] else "remove"
        steps.append(Step("boundary", "", f"{verb} permissions boundary of role {name}"))
    if before["trust_policy"] != after["trust_policy"]:
        steps.append(Step("trust", "", f"update trust policy of role {name}"))
    changed = [key for key in ("description", "max_session_duration") if before[key] != after[key]]
    if changed:
        steps.append(Step("role", "", f"update {' and '.join(changed)} of role {name}"))
    if before["tags"] != after["tags"]:
        steps.append(Step("tags", "", f"update tags of role {name}"))
    return steps


def _policy_steps(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[Step], list[Step]]:
    granted = [
        Step("put", key, f"{'update' if key in before else 'add'} inline policy {key} of role {name}")
        for key in after
        if before.get(key) != after[key]
    ]
    removed = [Step("delete", key, f"delete inline policy {key} of role {name}") for key in before if key not in after]
    return granted, removed


def _managed_steps(name: str, before: list[str], after: list[str]) -> tuple[list[Step], list[Step]]:
    attached = [Step("attach", arn, f"attach {arn} to role {name}") for arn in after if arn not in before]
    detached = [Step("detach", arn, f"detach {arn} from role {name}") for arn in before if arn not in after]
    return attached, detached
