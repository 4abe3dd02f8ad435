# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Lifecycle hooks of a deployment: Lambda functions that a stage waits for ("Lifecycle hooks for ECS deployments")."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local_aws import identity, journal, settings
from local_aws.plane import pace

ACTION = "lambda:InvokeFunction"
_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1})


class Hook:
    """One call of a hook, asked again as long as it says IN_PROGRESS. status is IN_PROGRESS, SUCCEEDED or FAILED."""

    def __init__(self, region: str, definition: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        self.status = "IN_PROGRESS"
        self._region, self._definition = region, definition
        self._event = {**event, "executionId": str(uuid.uuid4())}
        if definition.get("hookDetails") is not None:
            self._event["hookDetails"] = definition["hookDetails"]
        # A thread, because the function may itself call the API, for which the controller holds the lock.
        threading.Thread(target=self._run, name="lifecycle-hook", daemon=True).start()

    def _run(self) -> None:
        limit = (self._definition.get("timeoutConfiguration") or {}).get("timeoutInMinutes")
        deadline = time.monotonic() + (pace.minutes(limit) if limit else pace.HOOK)
        status, delay = self._ask()
        while status == "IN_PROGRESS" and time.monotonic() + delay < deadline:
            time.sleep(delay)
            status, delay = self._ask()
        if status == "IN_PROGRESS":
            action = (self._definition.get("timeoutConfiguration") or {}).get("action", "ROLLBACK")
            status = "SUCCEEDED" if action == "CONTINUE" else "FAILED"
        journal.record("ecs.hook_ended", stage=self._event["lifecycleStage"], status=status)
        self.status = status

    def _ask(self) -> tuple[str, float]:
        """The function's hookStatus, and the seconds after which it wants to be asked again."""
        role, function = str(self._definition.get("roleArn")), str(self._definition.get("hookTargetArn"))
        if not identity.can_be_assumed_by(role, "ecs.amazonaws.com"):
            return "FAILED", 0.0
        if not identity.role_allows(role, ACTION, function):
            return "FAILED", 0.0
        try:
            answer = self._client(role).invoke(FunctionName=function, Payload=json.dumps(self._event).encode())
            said = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError):
            return "FAILED", 0.0
        if answer.get("FunctionError") or not isinstance(said, dict):
            return "FAILED", 0.0
        status = said.get("hookStatus")
        delay = min(float(said.get("callBackDelay") or 30), pace.HOOK_CALLBACK)
        return (status, delay) if status in {"SUCCEEDED", "IN_PROGRESS"} else ("FAILED", 0.0)

    def _client(self, role: str) -> Any:
        credentials = identity.credentials_for(role, "ecs-lifecycle-hook")
        return boto3.client(
            "lambda",
            region_name=self._region,
            endpoint_url=settings.current().endpoint,
            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=credentials["AWS_SESSION_TOKEN"],
            config=_ONCE,
        )
