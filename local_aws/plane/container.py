# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""One container of a task: a local process, its environment and its log stream."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping
from typing import Any

from moto.logs.models import logs_backends

from local_aws import identity, journal, logs, processes, settings
from local_aws.plane import pace
from local_aws.plane.addresses import Address
from local_aws.plane.secrets import Fetcher, ResourceInitializationError

Definition = Mapping[str, Any]


class CannotPullContainer(Exception):
    """The image, or the credentials to pull it, are not there; the message is the stopped reason."""


class CannotStartContainer(Exception):
    """The command of an image does not start; the message is the stopped reason."""


def environment_file(text: str) -> dict[str, str]:
    """The variables of an environment file: VARIABLE=VALUE a line, # begins a comment line."""
    lines = [line for line in text.splitlines() if "=" in line and not line.startswith("#")]
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


class LogStream:
    """The awslogs stream of a container, checked before the container starts."""

    def __init__(self, account: str, definition: Definition, task_id: str, role_arn: str | None) -> None:
        options = (definition.get("logConfiguration") or {}).get("options") or {}
        self._account, self._region = account, str(options.get("awslogs-region", settings.current().region))
        self._group = str(options.get("awslogs-group", ""))
        self._stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{definition['name']}/{task_id}"
        self._role = role_arn
        self._create_group = str(options.get("awslogs-create-group", "false")).lower() == "true"

    def open(self) -> None:
        """Create the stream; ResourceInitializationError when the group is missing or the role may not write."""
        backend = logs_backends[self._account][self._region]
        if self._group not in backend.groups and self._create_group and self._allowed("logs:CreateLogGroup"):
            backend.create_log_group(self._group, {})
        if not self._allowed("logs:CreateLogStream") or not self._allowed("logs:PutLogEvents"):
            raise self._error("AccessDeniedException: the execution role is not authorized to write to the log group")
        if not logs.put(self._account, self._region, self._group, self._stream, []):
            raise self._error("ResourceNotFoundException: The specified log group does not exist.")

    def write(self, line: str) -> None:
        """Append one line."""
        logs.put(self._account, self._region, self._group, self._stream, [line])

    def _allowed(self, action: str) -> bool:
        resource = f"arn:aws:logs:{self._region}:{self._account}:log-group:{self._group}:log-stream:{self._stream}"
        return self._role is not None and identity.role_allows(self._role, action, resource)

    @staticmethod
    def _error(cause: str) -> ResourceInitializationError:
        return ResourceInitializationError(
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
            f"failed to create Cloudwatch log stream: {cause} : exit status 1"
        )


class Container:
    """A container from its definition to its exit code."""

    def __init__(self, definition: Definition, task_id: str) -> None:
        self.definition = definition
        self.name = str(definition["name"])
        self.essential = definition.get("essential") is not False
        self._task_id = task_id
        self._log: LogStream | None = None
        self._command: list[str] = []
        self._environment: dict[str, str] = {}
        self._from_files: dict[str, str] = {}
        self._process: subprocess.Popen[str] | None = None
        self._pump: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def ports(self) -> list[int]:
        """The container ports."""
        return [int(mapping["containerPort"]) for mapping in self.definition.get("portMappings") or []]

    def prepare(self, account: str, role_arn: str | None, fetcher: Fetcher) -> None:
        """Fetch image, secrets and log stream; CannotPullContainer or ResourceInitializationError."""
        for secret in self.definition.get("secrets") or []:
            self._environment[secret["name"]] = fetcher.value(secret["valueFrom"])
        for file in self.definition.get("environmentFiles") or []:
            self._from_files |= environment_file(fetcher.object(str(file["value"])))
        self._pull(fetcher)
        if (self.definition.get("logConfiguration") or {}).get("logDriver") == "awslogs":
            self._log = LogStream(account, self.definition, self._task_id, role_arn)
            self._log.open()

    def start(self, address: Address, base: Mapping[str, str], overrides: Mapping[str, Any]) -> None:
        """Start the process; CannotStartContainer."""
        ports = self.ports()
        environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONUNBUFFERED": "1", "HOST": address.host}
        if ports:
            environment["PORT"] = str(address.ports.get(ports[0], ports[0]))
        environment |= base
        environment |= self._from_files
        for pair in [*(self.definition.get("environment") or []), *(overrides.get("environment") or [])]:
            environment[pair["name"]] = pair["value"]
        environment |= self._environment
        try:
            self._process = processes.spawn(
                [*self._command, *self._arguments(overrides)],
                environment,
                kind="ecs-task",
                name=f"{self._task_id}/{self.name}",
            )
        except OSError as error:
            raise CannotStartContainer(
                f"CannotStartContainerError: failed to start the image's command: {error.strerror or error}"
            ) from error
        finally:
            self._environment.clear()
        self._pump = threading.Thread(target=self._read, name=f"log-{self._task_id[:8]}", daemon=True)
        self._pump.start()

    def exit_code(self) -> int | None:
        """The exit code as a container reports it (128 + signal when killed); None while it runs."""
        code = None if self._process is None else self._process.poll()
        if code is None:
            return None
        return code if code >= 0 else 128 - code

    def stop(self) -> None:
        """TERM, then KILL after stopTimeout; returns when the process is gone and its output is read."""
        if self._process is None:
            return
        timeout = min(float(self.definition.get("stopTimeout") or 30), pace.STOP_TIMEOUT)
        processes.stop(self._process, timeout)
        if self._pump is not None:
            self._pump.join(2)

    def _arguments(self, overrides: Mapping[str, Any]) -> list[str]:
        """What follows the image's local command, which stands for the whole image, its entry point included."""
        command = overrides.get("command") or self.definition.get("command") or []
        return [str(part) for part in [*(self.definition.get("entryPoint") or []), *command]]

    def _pull(self, fetcher: Fetcher) -> None:
        image = str(self.definition["image"])
        reference = (self.definition.get("repositoryCredentials") or {}).get("credentialsParameter")
        if reference:
            try:
                fetcher.registry_credentials(reference)
            except ResourceInitializationError as error:
                raise CannotPullContainer(f"CannotPullContainerError: {error}") from error
            except ValueError:
                # The parser's own message could quote the secret.
                raise CannotPullContainer(
                    f"CannotPullContainerError: pull access denied for {image}: {reference} must hold a JSON object "
                    "with the keys username and password"
                ) from None
        command = settings.current().command_for(image)
        if command is None:
            raise CannotPullContainer(
                f"CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
                f"{image}: not found"
            )
        self._command = command

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            text = line.rstrip("\n")
            if self._log is not None and text:
                self._log.write(text)
        journal.record("ecs.container_output_ended", task=self._task_id, container=self.name)
