# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Refuse stages that API Gateway would refuse.

Limits are those of the API's model and of the developer guide. Pure functions only. Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.stage import DEFAULT
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

_LONGEST_FORMAT = 1024
_MOST_VARIABLES = 100
_LONGEST_VARIABLE = {"name": 64, "value": 512}

_LOG_GROUP = re.compile(r"arn:[^:]+:logs:[^:]+:[^:]+:log-group:[^:*]+(:\*)?")
_FIREHOSE = re.compile(r"arn:[^:]+:firehose:[^:]+:[^:]+:deliverystream/amazon-apigateway-.+")
# Only the request's id in one of its two forms satisfies AWS.
_REQUEST_ID = re.compile(r"\$context\.(requestId|extendedRequestId)\b")


def check_stage(option: Mapping[str, Any]) -> None:
    """Raise InputError for a stage that cannot work."""
    name = option["name"]
    if name != DEFAULT and not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", name):
        raise InputError(f"Stage name {name!r} has to be $default or made of letters, digits, - and _.")
    if len(option.get("description") or "") > 1024:
        raise InputError(f"The description of stage {name} is longer than 1024 characters.")
    if option.get("access_log"):
        _check_access_log(name, option["access_log"])
    _check_limits(f"default_route_settings of stage {name}", option.get("default_route_settings") or {})
    for key, limits in (option.get("route_settings") or {}).items():
        _check_limits(f"route_settings of {key} in stage {name}", limits or {})
    _check_variables(name, option.get("variables") or {})


def _check_access_log(name: str, log: Mapping[str, Any]) -> None:
    destination, log_format = log.get("destination_arn"), log.get("format")
    if not destination:
        raise InputError(f"The access_log of stage {name} needs a destination_arn.")
    if not is_unknown(destination) and not (_LOG_GROUP.fullmatch(destination) or _FIREHOSE.fullmatch(destination)):
        raise InputError(
            f"The access_log of stage {name} needs the ARN of a log group, or of a Firehose stream "
            f"whose name starts with amazon-apigateway-, not {destination}."
        )
    if log_format is None:
        return
    log_format = log_format.strip()
    if not _REQUEST_ID.search(log_format):
        raise InputError(f"The access_log format of stage {name} has to contain $context.requestId.")
    if len(log_format) > _LONGEST_FORMAT:
        raise InputError(f"The access_log format of stage {name} is longer than {_LONGEST_FORMAT} characters.")
    if "\n" in log_format:
        raise InputError(f"The access_log format of stage {name} has to be a single line.")


def _check_limits(where: str, limits: Mapping[str, Any]) -> None:
    known = {"throttling_burst_limit": int, "throttling_rate_limit": float, "detailed_metrics": boolean}
    for option, value in limits.items():
        if option not in known:
            raise InputError(f"The {where} have {option!r}, but AWS knows {', '.join(known)}.")
        if value is None:
            continue
        try:
            number = known[option](value)
        except (TypeError, ValueError):
            kind = "true or false" if option == "detailed_metrics" else "a number"
            raise InputError(f"The {option} in {where} has to be {kind}, not {value!r}.") from None
        if number < 0:
            raise InputError(f"The {option} in {where} is {value}, but it cannot be negative.")


def _check_variables(stage: str, variables: Mapping[str, Any]) -> None:
    if len(variables) > _MOST_VARIABLES:
        raise InputError(f"Stage {stage} has {len(variables)} variables, but AWS allows {_MOST_VARIABLES}.")
    for name, value in variables.items():
        if not re.fullmatch(r"[A-Za-z0-9_]+", name) or len(name) > _LONGEST_VARIABLE["name"]:
            raise InputError(f"Variable {name!r} of stage {stage} needs a name of up to 64 letters, digits and _.")
        text = str(value)
        if is_unknown(text):
            continue
        if not re.fullmatch(r"[A-Za-z0-9\-._~:/?#&=,]+", text) or len(text) > _LONGEST_VARIABLE["value"]:
            raise InputError(
                f"Variable {name} of stage {stage} needs a value of up to 512 letters, digits and -._~:/?#&=,"
            )
