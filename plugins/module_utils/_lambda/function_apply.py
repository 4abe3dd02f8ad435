# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Make, change and delete a Lambda function with the steps that C(function) plans.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

from ansible_collections.orchestra.aws.plugins.module_utils import _retry, _wait
from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._iam import identity
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import api, function, options, url
from ansible_collections.orchestra.aws.plugins.module_utils._lambda.package import Package
from ansible_collections.orchestra.aws.plugins.module_utils._lambda.status import (
    creation_status,
    lambda_function_status,
)
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._targets.target import Status
from ansible_collections.orchestra.aws.plugins.module_utils._values import tag_changes, unknown

R = TypeVar("R")

# Seconds for which Lambda may not yet know what IAM has just been told.
PROPAGATION_SECONDS = 60
# What Lambda says, with InvalidParameterValueException, as long as a new role or policy has not reached it.
_PROPAGATING = (
    "cannot be assumed by lambda",
    "execution role does not have permissions",
    "kms key is invalid for creategrant",
)
# Lambda takes only one of these at a time, and returns before it is done.
_ASYNCHRONOUS = ("configure", "code")


def propagating(code: str, message: str) -> bool:
    """Tell whether Lambda refuses because a new role or policy has not reached it."""
    return code == "InvalidParameterValueException" and any(told in message.lower() for told in _PROPAGATING)


def busy(code: str, message: str) -> bool:
    """Tell whether Lambda refuses because the function is being created or updated."""
    return code == "ResourceConflictException" and "already exist" not in message.lower()


def ensure_present(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Make the function, or change what differs, and wait for it when asked to."""
    options.validate(params)
    package = options.code(params)
    client = clients("lambda")
    found = _find(client, params, check_mode)
    function.check(params, found, package)
    before = function.settings(found)
    after = function.desired(params, before, package)
    told = found["Configuration"] if found else {}
    steps = function.plan(before, after, told.get("LastUpdateStatus") == "Failed")
    address = _address(client, params, found, before, after, steps)
    if check_mode:
        told = _predicted(clients, params, told, steps)
    else:
        told = _apply(client, params, steps, before, after, package, told)
        if params["wait"]:
            told = _settled(client, params, told)
            _check_not_failed(lambda_function_status(told), params["name"])
    wait_for = [] if lambda_function_status(told).phase == "ready" else [{"lambda_function": params["name"]}]
    described = function.result(after, told)
    if address is not None:
        described["url"] = _with_url(client, params["name"], address, after["url"], check_mode)
    returned = {"function": described, "wait_for": wait_for}
    return Outcome(before, after, [step.sentence for step in steps], returned)


def _address(
    client: Client,
    params: Mapping[str, Any],
    found: Mapping[str, Any] | None,
    before: dict[str, Any],
    after: dict[str, Any],
    steps: list[function.Step],
) -> url.Found | None:
    """Compare the URL, and put it into settings and steps; None when nothing was said about it."""
    if params["url"] is None:
        return None
    address = url.look(client, params["name"]) if found else url.Found()
    if before:
        before["url"] = address.settings
    after["url"] = url.desired(params["url"], address.settings)
    sentence = url.sentence(params["name"], address.settings, after["url"])
    if sentence:
        steps.append(function.Step("url", sentence))
    return address


def _with_url(
    client: Client, name: str, found: url.Found, wanted: dict[str, Any], check_mode: bool
) -> dict[str, Any] | None:
    """Make the URL be as wanted, and return it in the form of the module's return values."""
    address = found.address
    if not check_mode and found.settings != wanted:
        address = url.apply(client, name, found, wanted)
    return {"address": address or unknown("https://"), **wanted} if wanted else None


def _find(client: Client, params: Mapping[str, Any], check_mode: bool) -> dict[str, Any] | None:
    """Describe the function; None when there is none, or an earlier one of this name is being deleted."""
    found = api.function(client, params["name"])
    if found is None:
        return None
    if found["Configuration"].get("State") == "Deleting":
        if not check_mode:
            _wait_gone(client, params)
        return None
    _check_not_failed(creation_status(found["Configuration"]), params["name"], " Delete it, then run again.")
    return found


def _check_not_failed(status: Status, name: str, remedy: str = "") -> None:
    if status.phase == "failed":
        raise AnsibleAWSError(
            message=f"Lambda function {name} is {status.state}: {status.why or 'no reason given'}.{remedy}"
        )


def _predicted(
    clients: Clients, params: Mapping[str, Any], told: Mapping[str, Any], steps: list[function.Step]
) -> dict[str, Any]:
    """Return how the function will stand after the steps. Its ARN follows from account, region and name."""
    kinds = [step.kind for step in steps]
    state = dict(told)
    if not told:
        caller, region = identity.caller(clients("sts")), clients("lambda").meta.region_name
        arn = f"arn:{caller.partition}:lambda:{region}:{caller.account}:function:{params['name']}"
        state = {"FunctionArn": arn, "State": "Pending"}
    elif any(kind in _ASYNCHRONOUS for kind in kinds):
        state["LastUpdateStatus"] = "InProgress"
    if params["wait"] and lambda_function_status(state).phase == "pending":
        state |= {"State": "Active", "LastUpdateStatus": "Successful"}
    return state


def _apply(
    client: Client,
    params: Mapping[str, Any],
    steps: list[function.Step],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    package: Package | None,
    told: dict[str, Any],
) -> dict[str, Any]:
    """Take the steps, one update after the other, and return the configuration that Lambda told last."""
    updating = False
    for step in steps:
        if step.kind == "url":
            continue  # It comes last, when the function is there.
        if step.kind in _ASYNCHRONOUS:
            # Asked beforehand, so that the code is not uploaded again and again only to be refused.
            told = _settled(client, params, told)
            # An update that failed before this run is no hindrance, one of this run is.
            _check_not_failed(lambda_function_status(told) if updating else creation_status(told), params["name"])
            updating = True
        told = _take(client, params, step, before, after, package, told)
    return told


def _take(
    client: Client,
    params: Mapping[str, Any],
    step: function.Step,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    package: Package | None,
    told: dict[str, Any],
) -> dict[str, Any]:
    """Take one step, and return the configuration that Lambda told last."""
    name, content = after["name"], package.content if package else b""
    if step.kind == "create":
        return _patiently(step, params, partial(api.create, client, name, function.creation(after, content)))
    if step.kind == "concurrency":
        _patiently(step, params, partial(_reserve, client, name, after["reserved_concurrent_executions"]))
        return told
    if step.kind == "tags":
        _patiently(step, params, partial(_retag, client, told["FunctionArn"], before["tags"], after["tags"]))
        return told
    if step.kind == "configure":
        request = function.configuration(after, step.settings)
        return _patiently(step, params, partial(api.update_configuration, client, name, request))
    return _patiently(step, params, partial(api.update_code, client, name, content, after["architecture"]))


def _patiently(step: function.Step, params: Mapping[str, Any], call: Callable[[], R]) -> R:
    """Repeat a call while the role spreads, and while another update of the function goes on."""
    what = f"Lambda to {step.sentence}"
    spread = partial(_retry.until_accepted, what, call, propagating, PROPAGATION_SECONDS)
    return _retry.until_accepted(what, spread, busy, params["wait_timeout"])


def _settled(client: Client, params: Mapping[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Wait until the function is neither being created nor updated, and return its configuration then."""
    name = params["name"]

    def settled() -> bool:
        nonlocal told
        if lambda_function_status(told).phase == "pending":
            told = api.configuration(client, name) or {"State": "deleted by somebody else"}
        return lambda_function_status(told).phase != "pending"

    what = f"Lambda function {name} to become ready"
    _wait.until(what, settled, params["wait_timeout"], lambda: lambda_function_status(told).state)
    return told


def _reserve(client: Client, name: str, executions: int) -> None:
    if executions == options.UNRESERVED:
        api.delete_concurrency(client, name)
    else:
        api.put_concurrency(client, name, executions)


def _retag(client: Client, arn: str, current: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    to_set, to_remove = tag_changes(current, wanted)
    if to_set:
        api.tag(client, arn, to_set)
    if to_remove:
        api.untag(client, arn, to_remove)


def ensure_absent(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Delete the function with all its versions and aliases, and wait until it is gone."""
    options.validate(params)
    client = clients("lambda")
    found = api.function(client, params["name"])
    if found is None:
        return Outcome({}, {})
    steps = []
    if found["Configuration"].get("State") != "Deleting":
        steps.append(function.Step("delete", f"delete Lambda function {params['name']}"))
    if not check_mode:
        for step in steps:
            _patiently(step, params, partial(api.delete, client, params["name"]))
        if params["wait"]:
            _wait_gone(client, params)
    return Outcome(function.settings(found), {}, [step.sentence for step in steps])


def _wait_gone(client: Client, params: Mapping[str, Any]) -> None:
    name = params["name"]
    what = f"Lambda function {name} to be deleted"
    _wait.until(what, lambda: api.configuration(client, name) is None, params["wait_timeout"])
