# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Runs inside an execution environment: loads the handler once, then answers one event after the other.

Started by path, standard library only. Events come in and results go out as JSON lines on two private file
descriptors, so that whatever the function prints is its log and nothing else. Error shapes and messages are
those of AWS's Python runtime (Lambda developer guide, "Python function errors").
"""

from __future__ import annotations

import decimal
import importlib
import json
import logging
import os
import resource
import sys
import time
import traceback
from types import SimpleNamespace
from typing import Any

END_OF_INVOCATION = "\0"


class Context:
    """The second argument of a handler."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.aws_request_id: str = fields["aws_request_id"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn: str = fields["invoked_function_arn"]
        self.client_context: Any = fields.get("client_context")
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        self._deadline_ms: float = fields["deadline_ms"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's timeout, never negative."""
        return max(0, int(self._deadline_ms - time.time() * 1000))


class RequestIdFilter(logging.Filter):
    """Gives every log record the id of the running invocation."""

    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        record.aws_request_id = self.request_id
        return True


def set_up_logging() -> RequestIdFilter:
    """The root logger as Lambda's managed runtime configures it."""
    handler = logging.StreamHandler(sys.stdout)
    line = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    formatter = logging.Formatter(line, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    request_ids = RequestIdFilter()
    handler.addFilter(request_ids)
    logging.getLogger().addHandler(handler)
    return request_ids


def load(name: str) -> tuple[Any, dict[str, Any] | None]:
    """The handler function, or the error that says why there is none."""
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        return None, runtime_error("MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        return None, runtime_error("ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        return None, runtime_error("UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}")
    except BaseException as error:
        return None, failure(error)
    if not hasattr(module, function_name):
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        return None, runtime_error("HandlerNotFound", message)
    return getattr(module, function_name), None


def runtime_error(kind: str, message: str) -> dict[str, Any]:
    """An error of the runtime itself."""
    return {"errorMessage": message, "errorType": f"Runtime.{kind}", "requestId": "", "stackTrace": []}


def failure(error: BaseException) -> dict[str, Any]:
    """An exception of the function's code; frames of this file are left out."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": "",
        "stackTrace": traceback.format_list([f for f in frames if not f.filename.startswith("<frozen importlib")]),
    }


def call(handler: Any, event: Any, context: Context) -> dict[str, Any]:
    """Run the handler: {"payload": JSON text} or {"error": shape}."""
    try:
        value = handler(event, context)
    except Exception as error:
        return {"error": failure(error)}
    try:
        return {"payload": json.dumps(value, default=number)}
    except (TypeError, ValueError) as error:
        return {"error": runtime_error("MarshalError", f"Unable to marshal response: {error}")}


def number(value: Any) -> Any:
    """DynamoDB's numbers are the one type beyond JSON that the runtime accepts."""
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def main() -> None:
    """Serve until the server closes the pipe."""
    requests = os.fdopen(int(sys.argv[1]), "r", encoding="utf-8")
    results = os.fdopen(int(sys.argv[2]), "w", encoding="utf-8")
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    request_ids = set_up_logging()
    started = time.monotonic()
    handler, broken = load(os.environ["_HANDLER"])
    results.write(json.dumps({"ready": True, "init_ms": (time.monotonic() - started) * 1000}) + "\n")
    results.flush()
    for line in requests:
        message = json.loads(line)
        request_ids.request_id = message["aws_request_id"]
        results.write(json.dumps(answer(message, handler, broken)) + "\n")
        results.flush()


def answer(message: dict[str, Any], handler: Any, broken: dict[str, Any] | None) -> dict[str, Any]:
    """The result of one event, once all that the function printed has left."""
    context = Context(message)
    result: dict[str, Any]
    result = {"error": dict(broken)} if broken else call(handler, json.loads(message["event"]), context)
    if "error" in result:
        result["error"]["requestId"] = context.aws_request_id
        print(f"[ERROR] {result['error']['errorType']}: {result['error']['errorMessage']}")
        print("Traceback (most recent call last):\n" + "".join(result["error"]["stackTrace"]), end="")
    print(END_OF_INVOCATION + context.aws_request_id, flush=True)
    result["max_memory_kb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return result


if __name__ == "__main__":
    main()
