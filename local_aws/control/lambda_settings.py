# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Lambda's settings that moto drops, and its refusal of a second update while one is in progress."""

from __future__ import annotations

from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction

# Settings that moto keeps from CreateFunction only, or not at all, as CreateFunction and the update name them.
_KEPT = ("TracingConfig", "EphemeralStorage", "KMSKeyArn", "DeadLetterConfig", "LoggingConfig")


class UpdateInProgress(LambdaClientError):
    """Lambda makes one change of a function at a time."""

    code = 409

    def __init__(self, message: str) -> None:
        super().__init__("ResourceConflictException", f"The operation cannot be performed at this time. {message}")


def settings_are_kept() -> None:
    """Logging and dead letters, and the update of tracing, storage and key, are kept and described; moto drops them."""
    original_init, original_update = LambdaFunction.__init__, LambdaFunction.update_configuration
    original_get = LambdaFunction.get_configuration

    def init(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        self.logging, self.dead_letters = {}, {}
        original_init(self, account_id, spec, *args, **kwargs)
        _keep(self, spec)

    def update_configuration(self: Any, config_updates: dict[str, Any]) -> Any:
        original_update(self, config_updates)
        _keep(self, config_updates)
        return self.get_configuration()

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        told: dict[str, Any] = original_get(self, on_create)
        told["LoggingConfig"] = _logging(self)
        if self.dead_letters.get("TargetArn"):
            told["DeadLetterConfig"] = self.dead_letters
        return told

    LambdaFunction.__init__, LambdaFunction.update_configuration = init, update_configuration
    LambdaFunction.get_configuration = get_configuration


def _keep(function: Any, spec: dict[str, Any]) -> None:
    given = {key: spec[key] for key in _KEPT if spec.get(key) is not None}
    if "TracingConfig" in given:
        function.tracing_config = given["TracingConfig"]
    if "EphemeralStorage" in given:
        function.ephemeral_storage = given["EphemeralStorage"]["Size"]
    if "KMSKeyArn" in given:
        function.kms_key_arn = given["KMSKeyArn"] or None
    if "DeadLetterConfig" in given:
        function.dead_letters = given["DeadLetterConfig"]
    if "LoggingConfig" in given:
        function.logging = given["LoggingConfig"]
        function.logs_group_name = function.logging.get("LogGroup") or f"/aws/lambda/{function.function_name}"


def _logging(function: Any) -> dict[str, str]:
    """As Lambda describes it: with the group, and for JSON with both levels."""
    told = {"LogFormat": "Text", "LogGroup": function.logs_group_name, **function.logging}
    if told["LogFormat"] == "JSON":
        return {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", **told}
    return told


def no_concurrency_is_a_reservation() -> None:
    """A reservation of 0, which stops a function, is described; moto takes it for none."""
    original = LambdaFunction.get_code

    def get_code(self: Any) -> dict[str, Any]:
        told: dict[str, Any] = original(self)
        if self.reserved_concurrency is not None:
            told["Concurrency"] = {"ReservedConcurrentExecutions": self.reserved_concurrency}
        return told

    LambdaFunction.get_code = get_code


def updates_come_one_by_one() -> None:
    """An update is refused while the function is being created or updated; moto takes it at any time."""
    original_configuration = LambdaBackend.update_function_configuration
    original_code = LambdaBackend.update_function_code

    def update_function_configuration(self: Any, function_name: str, qualifier: str, body: dict[str, Any]) -> Any:
        _check(self.get_function(function_name, qualifier))
        return original_configuration(self, function_name, qualifier, body)

    def update_function_code(self: Any, function_name: str, qualifier: str, body: dict[str, Any]) -> Any:
        _check(self.get_function(function_name, qualifier))
        return original_code(self, function_name, qualifier, body)

    LambdaBackend.update_function_configuration = update_function_configuration
    LambdaBackend.update_function_code = update_function_code


def _check(function: Any) -> None:
    told = function.get_configuration()
    if told["State"] == "Pending":
        raise UpdateInProgress("The function is currently in the following state: Pending")
    if told["LastUpdateStatus"] == "InProgress":
        raise UpdateInProgress(f"An update is in progress for resource: {function.function_arn}")


def apply() -> None:
    """Install all of them, after those of C(lambda_)."""
    settings_are_kept()
    no_concurrency_is_a_reservation()
    updates_come_one_by_one()
