# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""What the ECS agent fetches with the execution role before a container starts; values are never logged."""

from __future__ import annotations

import json
from typing import Any

from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

from local_aws import identity

UNABLE = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "


class ResourceInitializationError(Exception):
    """A secret cannot be fetched; the message is the task's stopped reason."""


class Fetcher:
    """Reads secrets and parameters as one task's execution role."""

    def __init__(self, account: str, region: str, role_arn: str | None, task_id: str) -> None:
        self._account, self._region, self._role, self._task_id = account, region, role_arn, task_id

    def value(self, reference: str) -> str:
        """The value of a `valueFrom`: a secret's ARN, a parameter's ARN or a parameter's name."""
        if ":secretsmanager:" in reference:
            return self._secret(reference)
        return self._parameter(reference)

    def registry_credentials(self, reference: str) -> tuple[str, str]:
        """User name and password of a private registry; ValueError when the secret does not hold both."""
        document = json.loads(self._whole_secret(reference, None))
        if not isinstance(document, dict) or not document.get("username") or not document.get("password"):
            raise ValueError("the secret must be a JSON object with the keys username and password")
        return str(document["username"]), str(document["password"])

    def object(self, arn: str) -> str:
        """The text of an object in S3, by its ARN."""
        from moto.s3.models import s3_backends  # takes a second, which only those who need it shall pay for

        bucket, _, key = arn.partition(":::")[2].partition("/")
        self._check("s3:GetObject", arn, "environment file from s3")
        backend = s3_backends[self._account]["aws"]
        found = backend.get_object(bucket, key) if bucket in backend.buckets else None
        if found is None:
            raise ResourceInitializationError(
                "ResourceInitializationError: failed to download env files: file download command: non empty error "
                f"stream: service call has been retried 1 time(s): {arn} does not exist"
            )
        return str(found.value.decode())

    def _secret(self, reference: str) -> str:
        # arn:aws:secretsmanager:region:account:secret:name-suffix[:json-key[:version-stage[:version-id]]]
        parts = reference.split(":")
        key = parts[7] if len(parts) > 7 else ""
        stage = parts[8] if len(parts) > 8 else ""
        text = self._whole_secret(":".join(parts[:7]), stage or None)
        if not key:
            return text
        try:
            return str(json.loads(text)[key])
        except (ValueError, KeyError, TypeError):
            raise ResourceInitializationError(
                f"{UNABLE}unable to retrieve secret from asm: retrieved secret from Secrets Manager did not contain "
                f"json key {key}"
            ) from None

    def _whole_secret(self, identifier: str, stage: str | None) -> str:
        backend = secretsmanager_backends[self._account][self._region]
        secret = backend.secrets.get(identifier)
        if secret is None or secret.is_deleted():
            raise ResourceInitializationError(
                f"{UNABLE}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch "
                f"secret {identifier} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the "
                "specified secret."
            )
        self._check("secretsmanager:GetSecretValue", secret.arn, "secret from asm")
        value: Any = backend.get_secret_value(identifier, None, stage)
        return str(value.get("SecretString", ""))

    def _parameter(self, reference: str) -> str:
        name = reference.split(":parameter", 1)[1] if ":parameter/" in reference else reference
        backend = ssm_backends[self._account][self._region]
        parameter = backend.get_parameter(name) or backend.get_parameter(name.removeprefix("/"))
        if parameter is None:
            raise ResourceInitializationError(
                f"{UNABLE}unable to retrieve secrets from ssm: service call has been retried 1 time(s): "
                f"invalid ssm parameters: {name}"
            )
        arn = f"arn:aws:ssm:{self._region}:{self._account}:parameter/{parameter.name.removeprefix('/')}"
        self._check("ssm:GetParameters", arn, "secrets from ssm")
        if parameter.parameter_type == "SecureString":
            return str(parameter.decrypt(parameter.value))
        return str(parameter.value)

    def _check(self, action: str, resource: str, what: str) -> None:
        if self._role is not None and identity.role_allows(self._role, action, resource):
            return
        name = (self._role or "none").rpartition("/")[2]
        caller = f"arn:aws:sts::{self._account}:assumed-role/{name}/{self._task_id}"
        raise ResourceInitializationError(
            f"{UNABLE}unable to retrieve {what}: service call has been retried 1 time(s): AccessDeniedException: User: "
            f"{caller} is not authorized to perform: {action} on resource: {resource} because no identity-based "
            f"policy allows the {action} action"
        )
