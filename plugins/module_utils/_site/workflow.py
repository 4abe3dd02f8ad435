# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What is wrong with the settings of the workflow as a whole: one clear sentence each. Pure functions only.

Private to the collection. All of it is found before anything is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import document
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.linter import lint
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import ERROR
from ansible_collections.orchestra.aws.plugins.module_utils._site import routes, services

_EXPRESS = "EXPRESS"
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_EncryptionConfiguration.html
_REUSE_SECONDS = (60, 900)


def workflow_findings(
    settings: Mapping[str, Any], configured: Sequence[Mapping[str, Any]], found: Mapping[str, Any] | None
) -> list[str]:
    """Return what is wrong, a sentence each; an empty list when all is well.

    settings: name, type, replace, keep_versions, encryption_key_arn, data_key_reuse_seconds, api_host, and definition
    with substitutions when it is the user's own. configured: the services. found: the machine of this name, or None.
    """
    return [
        *_type(settings, found),
        *_numbers(settings),
        *(_own_definition(settings, configured) if settings["definition"] else _express(settings, configured)),
    ]


def _type(settings: Mapping[str, Any], found: Mapping[str, Any] | None) -> Iterator[str]:
    if found and found["type"] != settings["type"] and not settings["replace"]:
        yield (
            f"The workflow {settings['name']} is {found['type']} and shall be {settings['type']}, which AWS cannot "
            "change: workflow_replace: true deletes it, with its versions and the record of its executions, "
            "and makes it anew."
        )


def _numbers(settings: Mapping[str, Any]) -> Iterator[str]:
    if int(settings["keep_versions"]) < 1:
        yield f"workflow_keep_versions is {settings['keep_versions']}: the least is 1."
    low, high = _REUSE_SECONDS
    if not low <= int(settings["data_key_reuse_seconds"]) <= high:
        yield (
            f"workflow_data_key_reuse_seconds is {settings['data_key_reuse_seconds']}: "
            f"a number from {low} to {high} is needed."
        )
    key = settings["encryption_key_arn"]
    if key and (not str(key).startswith("arn:") or ":kms:" not in str(key) or ":key/" not in str(key)):
        yield f"workflow_encryption_key_arn '{key}' is not the ARN of a KMS key: roles need the key itself, no alias."


def _express(settings: Mapping[str, Any], configured: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """An Express workflow must fit its five minutes even when everything is retried to the last."""
    if settings["type"] != _EXPRESS:
        return
    total = services.total_seconds(configured)
    if total <= services.EXPRESS_SECONDS:
        return
    by_name = {service["name"]: service for service in configured}
    parts = [_stage([by_name[name] for name in stage]) for stage in services.stages(configured)]
    yield (
        f"An EXPRESS workflow ends after {services.EXPRESS_SECONDS} seconds, and this one can take {total}: "
        f"{', then '.join(parts)}. Lower workflow_timeout_seconds or workflow_retry, or leave workflow_type: STANDARD."
    )


def _stage(stage: Sequence[Mapping[str, Any]]) -> str:
    longest = max(stage, key=services.worst_case_seconds)
    attempts, seconds = longest["retry"]["max_attempts"] + 1, services.worst_case_seconds(longest)
    waits = seconds - attempts * longest["task_timeout_seconds"]
    beside = "" if len(stage) == 1 else f" (the longest of {len(stage)} side by side)"
    return (
        f"{longest['name']}{beside} {seconds}: {attempts} calls of {longest['task_timeout_seconds']} seconds and "
        f"{waits} of waiting"
    )


def _own_definition(settings: Mapping[str, Any], configured: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Lint the user's own definition, and compare its calls with the routes that the services will have."""
    none = dict.fromkeys((service["name"] for service in configured), "")
    planned = routes.api_routes(configured, none, "")
    try:
        read = document.read(settings["definition"], None)
        filled = document.substitute(read, settings["substitutions"] or None)
        found = lint(filled, type=settings["type"], routes=planned, api_hosts=[settings["api_host"]])
    except InputError as error:
        yield f"workflow_definition: {error}"
        return
    for finding in found:
        if finding.severity == ERROR:
            yield f"workflow_definition at {finding.pointer or '/'}: {finding.sentence} [{finding.rule}]"
