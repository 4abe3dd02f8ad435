# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Lambda functions: what one is, what one shall be, and the steps between. Pure functions only.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._lambda.options import UNRESERVED, environment
from ansible_collections.orchestra.aws.plugins.module_utils._lambda.package import Package
from ansible_collections.orchestra.aws.plugins.module_utils._values import desired_tags, present

# Of a new function: AWS's own, but for the architecture, where AWS takes the dearer x86_64.
DEFAULTS: dict[str, Any] = {
    "description": "",
    "architecture": "arm64",
    "memory_size": 128,
    "timeout": 3,
    "ephemeral_storage_mib": 512,
    "environment": {},
    "layers": [],
    "tracing": "PassThrough",
    "vpc": {"subnets": [], "security_groups": []},
    "dead_letter_target_arn": "",
    "kms_key_arn": "",
    "reserved_concurrent_executions": UNRESERVED,
}
# What a new function cannot do without.
REQUIRED = ("role_arn", "handler", "runtime")
# What UpdateFunctionConfiguration changes.
CONFIGURED = (
    "description",
    "role_arn",
    "handler",
    "runtime",
    "memory_size",
    "timeout",
    "ephemeral_storage_mib",
    "environment",
    "layers",
    "tracing",
    "logging",
    "vpc",
    "dead_letter_target_arn",
    "kms_key_arn",
)
_LEVELS = ("application_level", "system_level")


@dataclass(frozen=True)
class Step:
    """One change: its kind, the settings that it sends, and the sentence that tells it."""

    kind: str
    sentence: str
    settings: tuple[str, ...] = ()


def settings(found: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the settings of a function that are compared; {} for no function. found: as GetFunction answers."""
    if found is None:
        return {}
    told = found["Configuration"]
    vpc = told.get("VpcConfig") or {}
    reserved = (found.get("Concurrency") or {}).get("ReservedConcurrentExecutions")
    return {
        "name": told["FunctionName"],
        "code": {"sha256": told["CodeSha256"], "bytes": told["CodeSize"]},
        "description": told.get("Description") or "",
        "role_arn": told["Role"],
        "handler": told.get("Handler") or "",
        "runtime": told.get("Runtime") or "",
        "architecture": (told.get("Architectures") or ["x86_64"])[0],
        "memory_size": told["MemorySize"],
        "timeout": told["Timeout"],
        "ephemeral_storage_mib": (told.get("EphemeralStorage") or {}).get("Size") or 512,
        "environment": dict(sorted(((told.get("Environment") or {}).get("Variables") or {}).items())),
        "layers": [layer["Arn"] for layer in told.get("Layers") or []],
        "tracing": (told.get("TracingConfig") or {}).get("Mode") or "PassThrough",
        "logging": _logging(told["FunctionName"], told.get("LoggingConfig") or {}),
        "vpc": {
            "subnets": sorted(vpc.get("SubnetIds") or []),
            "security_groups": sorted(vpc.get("SecurityGroupIds") or []),
        },
        "dead_letter_target_arn": (told.get("DeadLetterConfig") or {}).get("TargetArn") or "",
        "kms_key_arn": told.get("KMSKeyArn") or "",
        "reserved_concurrent_executions": UNRESERVED if reserved is None else reserved,
        "tags": dict(found.get("Tags") or {}),
    }


def _logging(name: str, told: Mapping[str, Any]) -> dict[str, str]:
    chosen = {
        "group": told.get("LogGroup"),
        "format": told.get("LogFormat"),
        "application_level": told.get("ApplicationLogLevel"),
        "system_level": told.get("SystemLogLevel"),
    }
    return _complete_logging(name, present(chosen))


def _complete_logging(name: str, chosen: Mapping[str, str]) -> dict[str, str]:
    """Fill in AWS's defaults. Plain text has no levels."""
    filled = {"group": f"/aws/lambda/{name}", "format": "Text", **chosen}
    if filled["format"] == "Text":
        return {key: filled[key] for key in ("group", "format")}
    return {"application_level": "INFO", "system_level": "INFO", **filled}


def check(params: Mapping[str, Any], found: Mapping[str, Any] | None, package: Package | None) -> None:
    """Raise InputError when the options do not fit the function that is there, or do not suffice for a new one."""
    name = params["name"]
    if found is None:
        missing = [option for option in REQUIRED if params[option] is None]
        if package is None:
            missing.append("source or zip_file")
        if missing:
            raise InputError(f"Lambda function {name} does not exist yet: to create it, give {', '.join(missing)}.")
        return
    told = found["Configuration"]
    if told.get("PackageType", "Zip") != "Zip":
        raise InputError(f"Lambda function {name} runs a container image, which this module does not manage.")
    architecture = settings(found)["architecture"]
    if package is None and params["architecture"] not in (None, architecture):
        raise InputError(
            f"Lambda changes the architecture of a function only together with its code: give source or zip_file"
            f" to change {name} from {architecture} to {params['architecture']}."
        )
    unread = [("environment", (told.get("Environment") or {}).get("Error")), ("tags", found.get("TagsError"))]
    for option, error in unread:
        if params[option] is not None and error:
            raise InputError(f"Lambda does not tell the {option} of function {name}: {error.get('Message')}")


def desired(params: Mapping[str, Any], before: Mapping[str, Any], package: Package | None) -> dict[str, Any]:
    """Return the settings that the function shall have. before: {} for a new function."""
    base = {**DEFAULTS, "code": {}, "tags": {}, **before}
    chosen = present({key: params[key] for key in (*DEFAULTS, *REQUIRED)})
    if params["environment"] is not None:
        chosen["environment"] = environment(params["environment"])
    if params["vpc"] is not None:
        chosen["vpc"] = {key: sorted(set(params["vpc"][key])) for key in ("subnets", "security_groups")}
    code = {"sha256": package.sha256, "bytes": len(package.content)} if package else base["code"]
    return {
        **base,
        **chosen,
        "name": params["name"],
        "code": code,
        "logging": _desired_logging(params["name"], params["logging"], before.get("logging", {})),
        "tags": desired_tags(base["tags"], params["tags"], params["purge_tags"]),
    }


def _desired_logging(name: str, given: Mapping[str, Any] | None, current: Mapping[str, str]) -> dict[str, str]:
    chosen = present(given or {})
    wanted = _complete_logging(name, {**current, **chosen})
    levels = [level for level in _LEVELS if level in chosen]
    if levels and wanted["format"] == "Text":
        raise InputError(f"logging.{levels[0]} needs logging.format JSON: Lambda does not filter plain text.")
    return wanted


def plan(before: Mapping[str, Any], after: Mapping[str, Any], failed: bool = False) -> list[Step]:
    """Return the steps in order: first the configuration, so that new code finds the settings that it needs.

    failed: the last update of the function has failed, so that it is repeated when nothing else updates it.
    """
    name = after["name"]
    steps = _updates(before, after, failed) if before else [Step("create", f"create Lambda function {name}")]
    reserved = after["reserved_concurrent_executions"]
    if reserved != before.get("reserved_concurrent_executions", UNRESERVED):
        sentence = f"reserve {reserved} concurrent executions for Lambda function {name}"
        if reserved == UNRESERVED:
            sentence = f"remove the reserved concurrency of Lambda function {name}"
        steps.append(Step("concurrency", sentence))
    if before and before["tags"] != after["tags"]:
        steps.append(Step("tags", f"update tags of Lambda function {name}"))
    return steps


def _updates(before: Mapping[str, Any], after: Mapping[str, Any], failed: bool) -> list[Step]:
    name = after["name"]
    steps = []
    changed = tuple(key for key in CONFIGURED if before[key] != after[key])
    if changed:
        listed = " and ".join(filter(None, [", ".join(changed[:-1]), changed[-1]]))
        steps.append(Step("configure", f"update {listed} of Lambda function {name}", changed))
    code = before["code"]["sha256"] != after["code"]["sha256"]
    if before["architecture"] != after["architecture"]:
        what = "code and architecture" if code else "architecture"
        steps.append(Step("code", f"update {what} of Lambda function {name}"))
    elif code:
        steps.append(Step("code", f"update code of Lambda function {name}"))
    if failed and not steps:
        steps.append(Step("configure", f"repeat the failed update of Lambda function {name}", CONFIGURED))
    return steps


def creation(after: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """Return the parameters of CreateFunction, without what AWS takes by itself."""
    chosen = [key for key in CONFIGURED if after[key] != DEFAULTS.get(key)]
    if after["logging"] == _complete_logging(after["name"], {}):
        chosen.remove("logging")
    tags = {"Tags": after["tags"]} if after["tags"] else {}
    return {
        "PackageType": "Zip",
        "Code": {"ZipFile": content},
        "Architectures": [after["architecture"]],
        **tags,
        **configuration(after, chosen),
    }


def configuration(after: Mapping[str, Any], chosen: list[str] | tuple[str, ...]) -> dict[str, Any]:
    """Return the chosen settings as parameters of UpdateFunctionConfiguration."""
    logging, vpc = after["logging"], after["vpc"]
    levels = {"ApplicationLogLevel": logging.get(_LEVELS[0]), "SystemLogLevel": logging.get(_LEVELS[1])}
    parameters: dict[str, tuple[str, Any]] = {
        "description": ("Description", after["description"]),
        "role_arn": ("Role", after["role_arn"]),
        "handler": ("Handler", after["handler"]),
        "runtime": ("Runtime", after["runtime"]),
        "memory_size": ("MemorySize", after["memory_size"]),
        "timeout": ("Timeout", after["timeout"]),
        "ephemeral_storage_mib": ("EphemeralStorage", {"Size": after["ephemeral_storage_mib"]}),
        "environment": ("Environment", {"Variables": after["environment"]}),
        "layers": ("Layers", after["layers"]),
        "tracing": ("TracingConfig", {"Mode": after["tracing"]}),
        "logging": ("LoggingConfig", {"LogFormat": logging["format"], "LogGroup": logging["group"], **present(levels)}),
        "vpc": ("VpcConfig", {"SubnetIds": vpc["subnets"], "SecurityGroupIds": vpc["security_groups"]}),
        "dead_letter_target_arn": ("DeadLetterConfig", {"TargetArn": after["dead_letter_target_arn"]}),
        "kms_key_arn": ("KMSKeyArn", after["kms_key_arn"]),
    }
    return dict(parameters[key] for key in chosen)


def result(after: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a function in the form of the module's return values. told: its configuration as Lambda describes it."""
    return {
        "function_arn": told["FunctionArn"],
        "state": told.get("State") or "Active",
        "last_update_status": told.get("LastUpdateStatus") or "Successful",
        "code_sha256": after["code"]["sha256"],
        "code_size": after["code"]["bytes"],
        **{key: value for key, value in after.items() if key != "code"},
    }
