# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The options of lambda_function: what Lambda would refuse is refused before anything is changed.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import package
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

# Limits: Lambda API reference (CreateFunction) and "Lambda quotas".
NAME_LENGTH = 64
DESCRIPTION_LENGTH = 256
# Bytes of all names and values together.
ENVIRONMENT_BYTES = 4096
LAYERS = 5
SUBNETS = 16
SECURITY_GROUPS = 5
RANGES = {
    "memory_size": (128, 10240, "MiB"),
    "timeout": (1, 900, "seconds"),
    "ephemeral_storage_mib": (512, 10240, "MiB"),
}
# In place of a number: nothing is reserved.
UNRESERVED = -1

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
_HANDLER = re.compile(r"\S{1,128}")
_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/\S+")
_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:\S+")
_LAYER = re.compile(r"arn:[a-z-]+:lambda:\S+:layer:[A-Za-z0-9_-]+:\d+")
_LOG_GROUP = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")


def validate(params: Mapping[str, Any]) -> None:
    """Raise InputError for options that Lambda would refuse."""
    name = params["name"]
    if not _NAME.fullmatch(name) or len(name) > NAME_LENGTH:
        raise InputError(f"name is {name!r}; it must be 1 to {NAME_LENGTH} letters, digits, hyphens or underscores.")
    if params["state"] == "absent":
        return
    if len(params["description"] or "") > DESCRIPTION_LENGTH:
        raise InputError(f"description has more than {DESCRIPTION_LENGTH} characters.")
    for option, (least, most, unit) in RANGES.items():
        if params[option] is not None and not least <= params[option] <= most:
            raise InputError(f"{option} is {params[option]}; it must be {least} to {most} {unit}.")
    reserved = params["reserved_concurrent_executions"]
    if reserved is not None and reserved < UNRESERVED:
        raise InputError(f"reserved_concurrent_executions is {reserved}; it must be 0 or more, or -1 for none.")
    if params["exclude"] and params["source"] is None:
        raise InputError("exclude needs source: a zip_file is taken as it is.")
    _check_forms(params)
    _check_vpc(params["vpc"])
    environment(params["environment"])


def _check_forms(params: Mapping[str, Any]) -> None:
    layers = params["layers"] or []
    group = (params["logging"] or {}).get("group")
    forms = [
        ("handler", params["handler"], _HANDLER, "at most 128 characters without white space"),
        ("role_arn", params["role_arn"], _ROLE, "the ARN of an IAM role"),
        ("dead_letter_target_arn", params["dead_letter_target_arn"] or None, _ARN, "the ARN of a queue or topic"),
        ("kms_key_arn", params["kms_key_arn"] or None, _ARN, "the ARN of a key"),
        ("logging.group", group, _LOG_GROUP, "1 to 512 letters, digits or any of . - _ / #"),
        *(("layers", layer, _LAYER, "the ARN of a layer version") for layer in layers),
    ]
    for option, value, form, what in forms:
        if value is not None and not is_unknown(value) and not form.fullmatch(value):
            raise InputError(f"{option} is {value!r}; it must be {what}.")
    if len(layers) > LAYERS:
        raise InputError(f"layers has {len(layers)} entries, but a Lambda function can have {LAYERS}.")


def _check_vpc(vpc: Mapping[str, Any] | None) -> None:
    if vpc is None:
        return
    subnets, groups = vpc["subnets"], vpc["security_groups"]
    if bool(subnets) != bool(groups):
        raise InputError("vpc needs both subnets and security_groups, or neither to leave the VPC.")
    if len(subnets) > SUBNETS or len(groups) > SECURITY_GROUPS:
        raise InputError(f"vpc can have {SUBNETS} subnets and {SECURITY_GROUPS} security_groups at most.")


def environment(variables: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Return the variables as Lambda takes them; None when left out.

    Values are left out of the messages of InputError.
    """
    if variables is None:
        return None
    for name, value in variables.items():
        if not _VARIABLE.fullmatch(name):
            raise InputError(
                f"{name!r} cannot be an environment variable of a Lambda function: its name must have two or more"
                " letters, digits or underscores, and begin with a letter."
            )
        if value is None or isinstance(value, (Mapping, list)):
            raise InputError(f"Environment variable {name} must be a text, a number or a boolean.")
    texts = {name: _text(variables[name]) for name in sorted(variables)}
    size = sum(len(name.encode()) + len(value.encode()) for name, value in texts.items())
    if size > ENVIRONMENT_BYTES:
        raise InputError(f"environment has {size} bytes, but Lambda accepts {ENVIRONMENT_BYTES} at most.")
    return texts


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def code(params: Mapping[str, Any]) -> package.Package | None:
    """Return the code that the options give, packed; None when left out."""
    if params["source"] is not None:
        return package.from_directory(Path(params["source"]), params["exclude"] or [])
    if params["zip_file"] is not None:
        return package.from_zip(Path(params["zip_file"]))
    return None
