# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""One execution environment: one subprocess that runs one function version, one event at a time."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import io
import json
import os
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Mapping
from typing import Any

from local_aws import identity, journal, logs, processes, settings
from local_aws.lambda_ import bootstrap

INIT_SECONDS = 10.0  # Lambda developer guide, "Lambda execution environment lifecycle"
STOP_SECONDS = 0.5
LOG_GRACE_SECONDS = 1.0

_extract_lock = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of one event: the result's JSON text, or an error shape; the last one leaves no environment."""

    payload: str | None = None
    error: dict[str, Any] | None = None
    ended: bool = False


class Environment:
    """Starts at once; KeyError when the function's role does not exist, OSError when no process can start."""

    def __init__(self, function: Any, version: str) -> None:
        self.function_name: str = function.function_name
        self.version = version
        self.log_group: str = function.logs_group_name
        today = datetime.datetime.now(datetime.UTC).strftime("%Y/%m/%d")
        self.log_stream = f"{today}/[{version}]{uuid.uuid4().hex}"
        self._role: str = function.role
        self._memory_mb = int(function.memory_size)
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._lines: list[str] = []
        self._ended_request = ""
        self._log_condition = threading.Condition()
        self._may_log: bool | None = None
        self._init_ms: float | None = None
        self._start(function)

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self, event: str, request_id: str, arn: str, timeout: float, client_context: Any) -> tuple[Outcome, str]:
        """Answer one event within `timeout` seconds; the outcome and this invocation's log."""
        with self._log_condition:
            self._lines = []
        first = self._init_ms is None
        if first and not self._initialised():
            return self._finish(self._ended_outcome(request_id), request_id, 0.0, None, first)
        self._log([f"START RequestId: {request_id} Version: {self.version}"])
        started = time.monotonic()
        fields = {
            "event": event,
            "aws_request_id": request_id,
            "invoked_function_arn": arn,
            "client_context": client_context,
            "deadline_ms": (time.time() + timeout) * 1000,
        }
        memory_kb: float | None = None
        try:
            self._requests.write(json.dumps(fields) + "\n")
            self._requests.flush()
            message = self._messages.get(timeout=timeout)
        except queue.Empty:
            outcome = self._timed_out(request_id, timeout)
        except OSError:
            outcome = self._ended_outcome(request_id)
        else:
            if message is None:
                outcome = self._ended_outcome(request_id)
            else:
                memory_kb = message["max_memory_kb"]
                outcome = Outcome(payload=message.get("payload"), error=message.get("error"))
        return self._finish(outcome, request_id, (time.monotonic() - started) * 1000, memory_kb, first)

    def close(self) -> None:
        """End the subprocess."""
        processes.stop(self._process, STOP_SECONDS)
        with contextlib.suppress(OSError):
            self._requests.close()

    def _start(self, function: Any) -> None:
        root = task_root(function.code_bytes)
        child_in, self_out = os.pipe()
        self_in, child_out = os.pipe()
        try:
            self._process = processes.spawn(
                [sys.executable, "-u", bootstrap.__file__, str(child_in), str(child_out)],
                self._variables(function, root),
                kind="lambda",
                name=self.function_name,
                cwd=root,
                pass_fds=(child_in, child_out),
            )
        except OSError:
            os.close(self_in)
            os.close(self_out)
            raise
        finally:
            os.close(child_in)
            os.close(child_out)
        self._requests = os.fdopen(self_out, "w", encoding="utf-8")
        results = os.fdopen(self_in, "r", encoding="utf-8")
        threading.Thread(target=self._read_results, args=(results,), daemon=True).start()
        threading.Thread(target=self._read_log, daemon=True).start()

    def _variables(self, function: Any, root: pathlib.Path) -> dict[str, str]:
        """Lambda developer guide, "Defined runtime environment variables"; then the function's own."""
        current = settings.current()
        defined = {
            "_HANDLER": str(function.handler),
            "AWS_DEFAULT_REGION": current.region,
            "AWS_ENDPOINT_URL": current.endpoint,
            # A prefix such as sync- in front of 127.0.0.1 is no host name.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": self.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.log_stream,
            "AWS_REGION": current.region,
            "HOME": tempfile.gettempdir(),
            "LAMBDA_RUNTIME_DIR": str(pathlib.Path(bootstrap.__file__).parent),
            "LAMBDA_TASK_ROOT": str(root),
            "LANG": "en_US.UTF-8",
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIOENCODING": "utf-8",
            "TZ": ":UTC",
        }
        own: Mapping[str, str] = function.environment_vars or {}
        return {**defined, **own, **identity.credentials_for(self._role, self.function_name)}

    def _initialised(self) -> bool:
        try:
            message = self._messages.get(timeout=INIT_SECONDS)
        except queue.Empty:
            return False
        if message is None:
            return False
        self._init_ms = float(message["init_ms"])
        return True

    def _timed_out(self, request_id: str, timeout: float) -> Outcome:
        text = f"Task timed out after {timeout:.2f} seconds"
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._log([f"{now} {request_id} {text}"])
        error = {"errorType": "Sandbox.Timedout", "errorMessage": f"RequestId: {request_id} Error: {text}"}
        return Outcome(error=error, ended=True)

    def _ended_outcome(self, request_id: str) -> Outcome:
        """The process is gone, or did not initialise in time."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            # It closes its pipe a moment before it has ended.
            self._process.wait(STOP_SECONDS)
        processes.stop(self._process, STOP_SECONDS)
        code = self._process.returncode
        if self._init_ms is None and code < 0:
            reason = f"Init timed out after {INIT_SECONDS:.2f} seconds"
        elif code < 0:
            reason = f"Runtime exited with error: signal: {-code}"
        else:
            reason = (
                f"Runtime exited with error: exit status {code}"
                if code
                else "Runtime exited without providing a reason"
            )
        error = {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: {request_id} Error: {reason}"}
        return Outcome(error=error, ended=True)

    def _finish(
        self, outcome: Outcome, request_id: str, duration_ms: float, memory_kb: float | None, first: bool
    ) -> tuple[Outcome, str]:
        """Write the closing lines after everything that the function printed."""
        if not outcome.ended:
            with self._log_condition:
                self._log_condition.wait_for(lambda: self._ended_request == request_id, LOG_GRACE_SECONDS)
        report = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {duration_ms:.2f} ms",
            f"Billed Duration: {int(duration_ms) + 1} ms",
            f"Memory Size: {self._memory_mb} MB",
        ]
        if memory_kb is not None:
            per_mb = 1024 * 1024 if sys.platform == "darwin" else 1024
            report.append(f"Max Memory Used: {int(memory_kb / per_mb)} MB")
        if first and self._init_ms is not None:
            report.append(f"Init Duration: {self._init_ms:.2f} ms")
        self._log([f"END RequestId: {request_id}", "\t".join(report)])
        with self._log_condition:
            return outcome, "\n".join(self._lines) + "\n"

    def _read_results(self, results: Any) -> None:
        with results:
            for line in results:
                self._messages.put(json.loads(line))
        self._messages.put(None)

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            text, marker, request_id = line.rstrip("\n").partition(bootstrap.END_OF_INVOCATION)
            if text or not marker:
                self._log([text])
            if marker:
                with self._log_condition:
                    self._ended_request = request_id
                    self._log_condition.notify_all()

    def _log(self, lines: list[str]) -> None:
        with self._log_condition:
            self._lines += lines
            if self._may_write():
                current = settings.current()
                logs.put(current.account, current.region, self.log_group, self.log_stream, lines)

    def _may_write(self) -> bool:
        """Lambda writes with the function's role: without the permission there is no log, and no error either."""
        if self._may_log is None:
            current = settings.current()
            group = f"arn:aws:logs:{current.region}:{current.account}:log-group:{self.log_group}"
            stream = f"{group}:log-stream:{self.log_stream}"
            self._may_log = identity.role_allows(self._role, "logs:CreateLogStream", stream)
            self._may_log = self._may_log and identity.role_allows(self._role, "logs:PutLogEvents", stream)
            if not self._may_log:
                journal.record("lambda.log_denied", function=self.function_name, role=self._role)
            elif identity.role_allows(self._role, "logs:CreateLogGroup", group):
                logs.ensure_group(current.account, current.region, self.log_group)
        return self._may_log


def task_root(code: bytes) -> pathlib.Path:
    """The directory with the unpacked code, shared by all environments that run it."""
    root = settings.current().state_dir / "lambda" / hashlib.sha256(code).hexdigest()
    with _extract_lock:
        if not root.exists():
            root.parent.mkdir(parents=True, exist_ok=True)
            temporary = pathlib.Path(tempfile.mkdtemp(dir=root.parent))
            # extractall() drops absolute paths and parent directories, and never makes links.
            with zipfile.ZipFile(io.BytesIO(code)) as archive:
                archive.extractall(temporary)
            temporary.rename(root)
    return root
