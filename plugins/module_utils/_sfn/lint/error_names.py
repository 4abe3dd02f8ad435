# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Rules of one error name: whether any error can ever have it.

Facts: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html, call-https-apis.html and
connect-api-gateway.html there.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import (
    Machine,
    State,
    inner,
    is_open,
    words,
)
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import Finding, breach

RESERVED = "States."
RESERVED_NAMES = words(
    "States.ALL States.BranchFailed States.DataLimitExceeded States.ExceedToleratedFailureThreshold "
    "States.HeartbeatTimeout States.Http.Socket States.IntrinsicFailure States.ItemReaderFailed "
    "States.NoChoiceMatched States.ParameterPathFailure States.Permissions States.QueryEvaluationError "
    "States.ResultPathMatchFailure States.ResultWriterFailed States.Runtime States.TaskFailed States.Timeout"
)
HTTP_STATUS = "States.Http.StatusCode."
API_GATEWAY = "ApiGateway."
# Other services' prefixes have a case for optimized and another for SDK integrations.
_PREFIXES = (HTTP_STATUS, RESERVED, API_GATEWAY, "Lambda.")
_STATUS = re.compile(r"[1-5]\d\d")
_WILD = re.compile(r"\*|^[1-5][xX]{2}$")
# Prefix of a name -> what the ARN of the resource that reports it holds.
_REPORTED_BY = {API_GATEWAY: ":apigateway:", "States.Http.": ":http:invoke", "Lambda.": "lambda"}


def check(name: str, pointer: str, state: State) -> Iterator[Finding]:
    """Check one name in a retrier or catcher of a state."""
    if is_open(name):
        return
    findings = list(_form(name, pointer))
    yield from findings
    if not findings:
        yield from _elsewhere(name, pointer, state)


def _form(name: str, pointer: str) -> Iterator[Finding]:
    if name in RESERVED_NAMES:
        if name == "States.Runtime":
            yield breach("error-name-final", pointer, "States.Runtime can be neither retried nor caught.")
    elif name.startswith(RESERVED):
        yield from _reserved(name, pointer)
    elif _similar(name):
        yield breach("error-name-spelling", pointer, f"{name!r} matches nothing: {_similar(name)} is meant.")
    elif _WILD.search(name.removeprefix(API_GATEWAY)):
        sentence = f"{name!r} matches nothing: there are no wildcards, so name every error, as ApiGateway.503."
        yield breach("error-name-pattern", pointer, sentence)
    elif name.startswith(f"{API_GATEWAY}2") and _STATUS.fullmatch(name.removeprefix(API_GATEWAY)):
        yield breach("error-name-success", pointer, f"{name} matches nothing: a status of 2XX is a success.")


def _reserved(name: str, pointer: str) -> Iterator[Finding]:
    similar = _similar(name)
    if similar:
        yield breach("error-name-reserved", pointer, f"{name!r} matches nothing: {similar} is meant.")
    elif not name.startswith(HTTP_STATUS):
        sentence = f"AWS documents no error {name!r}, and no other may begin with States., so it matches nothing."
        yield breach("error-name-unknown", pointer, sentence)
    elif not _STATUS.fullmatch(name.removeprefix(HTTP_STATUS)):
        sentence = (
            f"{name!r} matches nothing: the name of an error of an HTTP Task ends with the number of the status, "
            "as States.Http.StatusCode.503, and that of an API Gateway task is ApiGateway.503."
        )
        yield breach("error-name-reserved", pointer, sentence)


def _similar(name: str) -> str:
    """Return the name that is meant when only case or blanks are wrong, or an empty text."""
    stripped = name.strip()
    for known in RESERVED_NAMES:
        if stripped.lower() == known.lower():
            return known
    for prefix in _PREFIXES:
        if stripped.lower().startswith(prefix.lower()) and not name.startswith(prefix):
            return prefix + stripped[len(prefix) :]
    return stripped if stripped != name else ""


def _elsewhere(name: str, pointer: str, state: State) -> Iterator[Finding]:
    prefix = next((known for known in _REPORTED_BY if name.startswith(known)), None)
    if prefix is None:
        return
    resources = _resources(state)
    # A child execution or a Fail state may report any name.
    if None not in resources and not any(_REPORTED_BY[prefix] in str(resource) for resource in resources):
        what = {API_GATEWAY: "API Gateway tasks", "States.Http.": "HTTP Tasks", "Lambda.": "Lambda tasks"}[prefix]
        yield breach("error-name-elsewhere", pointer, f"{name!r} matches nothing: only {what} report it.")


def _resources(state: State) -> set[str | None]:
    """Return what a state calls, its inner states included; None stands for what may report any error."""
    if state.kind == "Task":
        opaque = is_open(state.resource) or ":states:::states:" in state.resource or ":activity:" in state.resource
        return {None if opaque or not state.resource else state.resource}
    found: set[str | None] = {None} if state.kind == "Fail" else set()
    for value, pointer in inner(state):
        for child in Machine(value, pointer, state.language).states:
            found |= _resources(child)
    return found
