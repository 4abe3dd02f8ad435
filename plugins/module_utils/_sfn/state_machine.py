# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""State machines: what one is, what one shall be, and the difference. Pure functions only.

Versions belong to the settings that are compared: publishing and deleting them are changes that a diff shows.

Private to the collection.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.definition import check_name
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.document import canonical, loaded, same
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.names import timestamp
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, present, tag_list

# Stands in a diff for the version that this run publishes: AWS gives it its number.
NEW_VERSION = "new"
OWNED_KEY = "AWS_OWNED_KEY"
# What AWS uses when a customer managed key has no reuse period.
# https://docs.aws.amazon.com/step-functions/latest/apireference/API_EncryptionConfiguration.html
DEFAULT_REUSE_SECONDS = 300
# The settings that UpdateStateMachine takes; a change of any makes a new revision.
UPDATABLE = ("definition", "role_arn", "logging", "tracing", "encryption")


@dataclass(frozen=True)
class Found:
    """What AWS has under the name. versions: numbers, newest first. published: the current revision is a version."""

    arn: str
    machine: dict[str, Any] | None = None
    tags: dict[str, str] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)
    published: bool = False

    def version_arn(self) -> str | None:
        return f"{self.arn}:{self.versions[0]}" if self.versions else None


def normalize(found: Found) -> dict[str, Any]:
    """Return the settings that are compared; {} for no machine."""
    machine = found.machine
    if machine is None:
        return {}
    return {
        "name": machine["name"],
        "type": machine["type"],
        "role_arn": machine["roleArn"],
        "definition": loaded(machine["definition"]),
        "logging": normalize_logging(machine.get("loggingConfiguration")),
        "tracing": bool((machine.get("tracingConfiguration") or {}).get("enabled")),
        "encryption": normalize_encryption(machine.get("encryptionConfiguration")),
        "tags": dict(found.tags),
        "versions": list(found.versions),
    }


def normalize_logging(configuration: dict[str, Any] | None) -> dict[str, Any]:
    """Return the logging settings; when nothing is logged, where to and with what says nothing."""
    level = (configuration or {}).get("level") or "OFF"
    if configuration is None or level == "OFF":
        return {"level": "OFF"}
    destinations = configuration.get("destinations") or [{}]
    return {
        "level": level,
        "include_execution_data": bool(configuration.get("includeExecutionData")),
        "log_group_arn": (destinations[0].get("cloudWatchLogsLogGroup") or {}).get("logGroupArn"),
    }


def normalize_encryption(configuration: dict[str, Any] | None) -> dict[str, Any]:
    """Return the encryption settings; AWS's own key has no id and no period."""
    kind = (configuration or {}).get("type") or OWNED_KEY
    if configuration is None or kind == OWNED_KEY:
        return {"type": OWNED_KEY}
    return {
        "type": kind,
        "kms_key_id": configuration.get("kmsKeyId"),
        "data_key_reuse_seconds": configuration.get("kmsDataKeyReusePeriodSeconds") or DEFAULT_REUSE_SECONDS,
    }


def validate(params: dict[str, Any]) -> None:
    """Raise InputError for options that AWS would refuse, before anything is asked or changed."""
    findings = check_name(params["name"], "The name of the state machine")
    if findings:
        raise InputError(findings[0].sentence)
    if params["keep_versions"] is not None and params["keep_versions"] < 1:
        raise InputError(f"keep_versions is {params['keep_versions']}; the least is 1.")
    if params["version_description"] is not None and not params["publish"]:
        raise InputError("version_description needs publish: true.")


def desired(params: dict[str, Any], document: Any, before: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that the machine shall have, versions aside: what was left out stays or gets AWS's default.

    Raises InputError when a setting that a new machine needs was left out.
    """
    for option, value in (("definition", document), ("role_arn", params["role_arn"])):
        if value is None and not before:
            raise InputError(f"State machine {params['name']} does not exist yet: {option} is needed to create it.")
    unchanged = document is None or (before and same(document, before["definition"]))
    return {
        "name": params["name"],
        "type": params["type"] or before.get("type", "STANDARD"),
        "role_arn": params["role_arn"] or before["role_arn"],
        "definition": before["definition"] if unchanged else document,
        "logging": _desired_logging(params["logging"], before.get("logging", {"level": "OFF"})),
        "tracing": before.get("tracing", False) if params["tracing"] is None else params["tracing"],
        "encryption": _desired_encryption(params["encryption"], before.get("encryption", {"type": OWNED_KEY})),
        "tags": desired_tags(before.get("tags", {}), params["tags"], params["purge_tags"]),
    }


def _desired_logging(wanted: dict[str, Any] | None, current: dict[str, Any]) -> dict[str, Any]:
    if wanted is None:
        return current
    if wanted["level"] == "OFF":
        return {"level": "OFF"}
    merged = {"include_execution_data": False, **current, **present(wanted)}
    if not merged.get("log_group_arn"):
        raise InputError(f"logging.level {wanted['level']} needs logging.log_group_arn.")
    if not merged["log_group_arn"].endswith(":*"):
        merged["log_group_arn"] += ":*"
    return merged


def _desired_encryption(wanted: dict[str, Any] | None, current: dict[str, Any]) -> dict[str, Any]:
    if wanted is None:
        return current
    if wanted["type"] == OWNED_KEY:
        return {"type": OWNED_KEY}
    merged = {"data_key_reuse_seconds": DEFAULT_REUSE_SECONDS, **current, **present(wanted)}
    if not merged.get("kms_key_id"):
        raise InputError(f"encryption.type {wanted['type']} needs encryption.kms_key_id.")
    if _same_key(current.get("kms_key_id"), merged["kms_key_id"]):
        merged["kms_key_id"] = current["kms_key_id"]
    return merged


def _same_key(one: str | None, other: str) -> bool:
    """A key may be named by its id or by the ARN that ends with it, an alias likewise."""
    if one is None:
        return False
    return one == other or one.endswith((f"/{other}", f":{other}")) or other.endswith((f"/{one}", f":{one}"))


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return which of the updatable settings differ."""
    return [key for key in UPDATABLE if canonical(before.get(key)) != canonical(after[key])]


def request(settings: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """Return some settings in the form of CreateStateMachine and UpdateStateMachine."""
    logging, encryption = settings["logging"], settings["encryption"]
    configuration: dict[str, Any] = {"level": logging["level"]}
    if logging["level"] != "OFF":
        group = {"cloudWatchLogsLogGroup": {"logGroupArn": logging["log_group_arn"]}}
        configuration |= {"includeExecutionData": logging["include_execution_data"], "destinations": [group]}
    everything = {
        "definition": ("definition", canonical(settings["definition"])),
        "role_arn": ("roleArn", settings["role_arn"]),
        "logging": ("loggingConfiguration", configuration),
        "tracing": ("tracingConfiguration", {"enabled": settings["tracing"]}),
        "encryption": (
            "encryptionConfiguration",
            present(
                {
                    "type": encryption["type"],
                    "kmsKeyId": encryption.get("kms_key_id"),
                    "kmsDataKeyReusePeriodSeconds": encryption.get("data_key_reuse_seconds"),
                }
            ),
        ),
    }
    return dict(everything[key] for key in keys)


def creation(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of a new machine in the form of CreateStateMachine."""
    own = {key: value for key, value in settings["tags"].items() if not key.startswith("aws:")}
    tags = {"tags": tag_list(own, "key", "value")} if own else {}
    return {"name": settings["name"], "type": settings["type"], **request(settings, list(UPDATABLE)), **tags}


def superfluous(versions: list[str], keep: int | None, used: set[str]) -> list[str]:
    """Return the versions beyond the newest C(keep) that no alias uses."""
    return [] if keep is None else [version for version in versions[keep:] if version not in used]


def describe(
    settings: dict[str, Any], machine: dict[str, Any], revision_id: str | None, version_arn: str | None
) -> dict[str, Any]:
    """Return a machine in the form of the modules' return values."""
    return {
        "state_machine_arn": machine["stateMachineArn"],
        "status": machine.get("status", "ACTIVE"),
        "revision_id": revision_id,
        "version_arn": version_arn,
        "creation_date": timestamp(machine.get("creationDate")),
        **{key: value for key, value in settings.items() if key != "versions"},
    }
