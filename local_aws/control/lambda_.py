# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Lambda's control plane: what CreateFunction and the updates check, and the states that a function goes through."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend, LambdaFunction, LambdaStorage
from moto.core.utils import utcnow

from local_aws import identity
from local_aws.control import lambda_settings
from local_aws.lambda_ import pool
from local_aws.profile import Clock

SERVICE = "lambda.amazonaws.com"
MAX_UNZIPPED = 262_144_000  # bytes; Lambda quotas: 250 MB for a deployment package, unzipped
# Lambda developer guide, "Defined runtime environment variables", reserved ones.
RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)


def role_must_trust_lambda() -> None:
    """CreateFunction and UpdateFunctionConfiguration refuse a role that Lambda may not assume.

    moto only checks, and only at creation, that the role exists.
    """
    original_put, original_update = LambdaStorage.put_function, LambdaFunction.update_configuration

    def put_function(self: Any, fn: Any) -> None:
        check(fn.role)
        original_put(self, fn)

    def update_configuration(self: Any, config_updates: dict[str, Any]) -> Any:
        if "Role" in config_updates:
            check(config_updates["Role"])
        return original_update(self, config_updates)

    def check(role: str) -> None:
        if identity.role_by_arn(role) is not None and not identity.can_be_assumed_by(role, SERVICE):
            raise InvalidParameterValueException("The role defined for the function cannot be assumed by Lambda.")

    LambdaStorage.put_function, LambdaFunction.update_configuration = put_function, update_configuration


def code_must_be_a_zip() -> None:
    """A ZipFile that is no archive, or too large unpacked, is refused; moto takes anything."""
    original = LambdaFunction._set_function_code

    def set_function_code(self: Any, updated_spec: dict[str, Any]) -> None:
        content = updated_spec.get("ZipFile")
        if content is not None:
            _check_zip(base64.b64decode(content))
        original(self, updated_spec)

    LambdaFunction._set_function_code = set_function_code


def _check_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        message = "Could not unzip uploaded file. Please check your file, then try to upload again."
        raise InvalidParameterValueException(message) from error
    if size > MAX_UNZIPPED:
        raise InvalidParameterValueException(f"Unzipped size must be smaller than {MAX_UNZIPPED} bytes")


def reserved_variables_are_refused() -> None:
    """Environment variables that Lambda defines itself cannot be given; moto takes them."""
    original_init, original_update = LambdaFunction.__init__, LambdaFunction.update_configuration

    def init(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        _check_variables(spec)
        original_init(self, account_id, spec, *args, **kwargs)

    def update_configuration(self: Any, config_updates: dict[str, Any]) -> Any:
        _check_variables(config_updates)
        return original_update(self, config_updates)

    LambdaFunction.__init__, LambdaFunction.update_configuration = init, update_configuration


def _check_variables(spec: dict[str, Any]) -> None:
    given = set((spec.get("Environment") or {}).get("Variables") or {}) & RESERVED_VARIABLES
    if given:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(sorted(given))}"
        )


def changes_take_effect() -> None:
    """An update changes LastModified and ends the old execution environments; so does a deletion.

    moto keeps LastModified, ignores Architectures of UpdateFunctionCode, and has no environments.
    """
    original_configuration, original_code = LambdaFunction.update_configuration, LambdaFunction.update_function_code
    original_delete = LambdaBackend.delete_function

    def update_configuration(self: Any, config_updates: dict[str, Any]) -> Any:
        original_configuration(self, config_updates)
        return _changed(self)

    def update_function_code(self: Any, updated_spec: dict[str, Any]) -> Any:
        original_code(self, updated_spec)
        if updated_spec.get("DryRun"):
            return self.get_configuration()
        if updated_spec.get("Architectures"):
            self.architectures = updated_spec["Architectures"]
        return _changed(self)

    def delete_function(self: Any, function_name: str, qualifier: str | None = None) -> None:
        function = self.get_function(function_name, qualifier)
        original_delete(self, function_name, qualifier)
        pool.retire_all(function.function_name)

    LambdaFunction.update_configuration, LambdaFunction.update_function_code = (
        update_configuration,
        update_function_code,
    )
    LambdaBackend.delete_function = delete_function


def _changed(function: Any) -> Any:
    function.last_modified = utcnow().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"
    function.update = Clock("lambda")
    pool.retire(function.function_name)
    return function.get_configuration()


def functions_take_time() -> None:
    """State is Pending, then Active; LastUpdateStatus InProgress, then Successful. moto is done at once."""
    original_init, original_configuration = LambdaFunction.__init__, LambdaFunction.get_configuration

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        self.creation, self.update = Clock("lambda"), None
        original_init(self, *args, **kwargs)

    def state(self: Any) -> str:
        return "Pending" if self.creation.running else "Active"

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        configuration: dict[str, Any] = original_configuration(self, on_create)
        if configuration["State"] == "Pending":
            configuration |= {"StateReason": "The function is being created.", "StateReasonCode": "Creating"}
        if self.update is not None and self.update.running:
            configuration["LastUpdateStatus"] = "InProgress"
        return configuration

    LambdaFunction.__init__, LambdaFunction.get_configuration = init, get_configuration
    LambdaFunction.state = property(state, lambda self, value: None)


def apply() -> None:
    """Install all of them."""
    role_must_trust_lambda()
    code_must_be_a_zip()
    reserved_variables_are_refused()
    changes_take_effect()
    functions_take_time()
    lambda_settings.apply()
