# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Make, change and delete a role with the steps that C(role) plans.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _retry
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._iam import api, identity, policy, role
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome, concurrently, together
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes, unknown

# Seconds for which IAM may not yet know a role or principal that has just been made.
PROPAGATION_SECONDS = 60


@dataclass(frozen=True)
class Found:
    """A role as AWS describes it, with its policies."""

    role: dict[str, Any]
    policies: dict[str, Any]
    managed_policies: list[str]

    def settings(self) -> dict[str, Any]:
        return role.settings(self.role, self.policies, self.managed_policies)


def find(iam: Client, name: str) -> Found | None:
    """Describe the role with all its policies, in threads; None when there is none of this name."""
    described, names, arns = together(
        partial(api.role, iam, name), partial(api.policy_names, iam, name), partial(api.attached_arns, iam, name)
    )
    if described is None:
        return None
    names = names or []
    read = concurrently(*[partial(api.policy_document, iam, name, key) for key in names])
    policies = {key: document for key, document in zip(names, read, strict=True) if document is not None}
    return Found(described, policies, arns or [])


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Make the role, or change what differs."""
    role.validate(params)
    given = role.documents(params)
    iam = clients("iam")
    found = find(iam, params["name"])
    before = found.settings() if found else {}
    after = role.desired(params, given, before)
    sent = {**(found.policies if found else {}), **(given["policies"] or {})}
    role.check_inline_length(params["name"], {key: sent[key] for key in after["policies"]})
    _check_trust_length(iam, params["name"], given["trust_policy"])
    steps = role.plan(before, after)
    if check_mode:
        known = _identity(found.role) if found else _predicted(clients("sts"), after)
    else:
        known = _identity(_apply(iam, steps, given, before, after) or (found.role if found else {}))
    return Outcome(before, after, [step.sentence for step in steps], {"iam_role": {**known, **after}})


def _identity(described: Mapping[str, Any]) -> dict[str, Any]:
    return {"arn": described["Arn"], "role_id": described["RoleId"]}


def _predicted(sts: Client, after: Mapping[str, Any]) -> dict[str, Any]:
    caller = identity.caller(sts)
    arn = f"arn:{caller.partition}:iam::{caller.account}:role{after['path']}{after['name']}"
    return {"arn": arn, "role_id": unknown("AROA")}


def _check_trust_length(iam: Client, name: str, document: Mapping[str, Any] | None) -> None:
    """Raise InputError for a trust policy over the account's quota, which is read only when it matters."""
    length = len(policy.text(document or {}))
    if length <= role.TRUST_LENGTH:
        return
    try:
        allowed = api.quotas(iam).get("AssumeRolePolicySizeQuota", role.TRUST_LENGTH)
    except AnsibleAWSError as error:
        if _retry.refusal(error)[0] not in ("AccessDenied", "AccessDeniedException"):
            raise
        allowed = role.TRUST_LENGTH
    if length > allowed:
        raise InputError(
            f"The trust policy of role {name} has {length} characters, but the account's quota is {allowed}."
        )


def _apply(
    iam: Client, steps: list[role.Step], given: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Take the steps; return the role when it was created."""
    made = None
    for step in steps:
        answer = _patiently(step, _call(iam, step, given, before, after))
        made = made or answer
    return made


def _patiently(step: role.Step, call: Callable[[], Any]) -> Any:
    return _retry.until_accepted(f"IAM to {step.sentence}", call, passing, PROPAGATION_SECONDS)


def passing(code: str, message: str) -> bool:
    """Tell whether IAM's refusal passes by itself: it has not spread yet what was made a moment ago."""
    if code == api.MISSING:
        return message.lower().startswith("the role with name")
    if code == "MalformedPolicyDocument":
        return "invalid principal" in message.lower()
    # DeleteConflict: what has been taken off the role a moment ago still seems to be there.
    return code in ("ConcurrentModification", "EntityTemporarilyUnmodifiable", "DeleteConflict")


def _call(
    iam: Client, step: role.Step, given: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Callable[[], Any]:
    """Return the call that takes one step."""
    name = after["name"]
    if step.kind == "create":
        return partial(_create, iam, given, after)
    if step.kind == "trust":
        return partial(api.update_trust_policy, iam, name, policy.text(given["trust_policy"]))
    if step.kind == "role":
        return partial(api.update_role, iam, name, after["description"], after["max_session_duration"])
    if step.kind == "boundary":
        return partial(_set_boundary, iam, name, after["permissions_boundary"])
    if step.kind == "tags":
        return partial(_retag, iam, name, before["tags"], after["tags"])
    if step.kind == "put":
        return partial(api.put_policy, iam, name, step.subject, policy.text(given["policies"][step.subject]))
    operation = {"delete": api.delete_policy, "attach": api.attach, "detach": api.detach}[step.kind]
    return partial(operation, iam, name, step.subject)


def _create(iam: Client, given: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return api.create_role(
        iam,
        after["name"],
        policy.text(given["trust_policy"]),
        after["path"],
        after["description"],
        after["max_session_duration"],
        after["permissions_boundary"] or None,
        after["tags"],
    )


def _set_boundary(iam: Client, name: str, arn: str) -> None:
    if arn:
        api.put_boundary(iam, name, arn)
    else:
        api.delete_boundary(iam, name)


def _retag(iam: Client, name: str, current: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    to_set, to_remove = tag_changes(current, wanted)
    if to_set:
        api.tag(iam, name, to_set)
    if to_remove:
        api.untag(iam, name, to_remove)


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Take everything off the role, then delete it: IAM refuses to delete a role that holds anything."""
    role.validate(params)
    iam = clients("iam")
    name = params["name"]
    found = find(iam, name)
    if found is None:
        return Outcome({}, {})
    profiles = api.instance_profiles(iam, name) or []
    actions = [f"remove role {name} from instance profile {profile}" for profile in profiles]
    actions.append(f"delete role {name}")
    if not check_mode:
        _strip(iam, found, profiles)
        step = role.Step("delete", "", f"delete role {name}")
        _patiently(step, partial(api.delete_role, iam, name))
    return Outcome(found.settings(), {}, actions)


def _strip(iam: Client, found: Found, profiles: list[str]) -> None:
    """Take off what IAM wants gone first; a boundary may stay, and who deletes may have no right to remove it."""
    name = found.role["RoleName"]
    calls: list[Callable[[], Any]] = [partial(api.leave_instance_profile, iam, name, profile) for profile in profiles]
    calls += [partial(api.delete_policy, iam, name, key) for key in found.policies]
    calls += [partial(api.detach, iam, name, arn) for arn in found.managed_policies]
    for call in calls:
        call()
