# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Lambda's Invoke operation, in place of moto's, which needs a Docker daemon."""

from __future__ import annotations

import base64
import json
import threading
import urllib.parse
import uuid
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.responses import LambdaResponse
from moto.core.responses import BaseResponse

from local_aws import journal
from local_aws.lambda_ import pool
from local_aws.lambda_.environment import Outcome

MAX_PAYLOAD = 6_291_556  # bytes of a response; Lambda quotas: 6 MB for synchronous invocations
MAX_REQUEST = 6_291_456
MAX_ASYNC_REQUEST = 1_048_576
TAIL_BYTES = 4096


class InvocationRefused(LambdaClientError):
    """An error of Invoke itself, before any code runs."""

    def __init__(self, code: int, error: str, message: str) -> None:
        self.code = code
        super().__init__(error, message)


def invoke(self: Any) -> tuple[int, dict[str, Any], bytes | str]:
    """Invoke: RequestResponse (200), Event (202) or DryRun (204)."""
    name = urllib.parse.unquote(self.path.split("/functions/", 1)[1].rsplit("/invocations", 1)[0])
    qualifier = self.querystring.get("Qualifier", [None])[0]
    function = self.backend.get_function(name, qualifier)
    mode = self.headers.get("X-Amz-Invocation-Type", "RequestResponse")
    event = _event(self.body, MAX_ASYNC_REQUEST if mode == "Event" else MAX_REQUEST)
    _check(function)
    request_id = str(uuid.uuid4())
    headers: dict[str, Any] = {"x-amzn-requestid": request_id, "content-type": "application/json"}
    if mode == "DryRun":
        return 204, {**headers, "status": 204}, ""
    arn = _invoked_arn(function, name, qualifier)
    if mode == "Event":
        arguments = (function, event, request_id, arn, None)
        threading.Thread(target=_run_event, args=arguments, name=f"event-{request_id}", daemon=True).start()
        return 202, {**headers, "status": 202}, ""
    outcome, log = _run(function, event, request_id, arn, _client_context(self.headers))
    headers["x-amz-executed-version"] = str(function.version)
    if self.headers.get("X-Amz-Log-Type") == "Tail":
        headers["x-amz-log-result"] = base64.b64encode(log.encode()[-TAIL_BYTES:]).decode()
    if outcome.error is not None:
        headers["x-amz-function-error"] = "Unhandled"
        return 200, headers, json.dumps(outcome.error).encode()
    return 200, headers, (outcome.payload or "null").encode()


def call(backend: Any, name: str, qualifier: str | None, event: str) -> Outcome:
    """A synchronous invocation on behalf of another service; InvocationRefused, or moto's error without a function."""
    function = backend.get_function(name, qualifier)
    _check(function)
    return _run(function, event, str(uuid.uuid4()), _invoked_arn(function, name, qualifier), None)[0]


def _run(function: Any, event: str, request_id: str, arn: str, client_context: Any) -> tuple[Outcome, str]:
    try:
        key, environment = pool.acquire(function)
    except pool.TooManyRequests as error:
        raise InvocationRefused(429, "TooManyRequestsException", "Rate Exceeded.") from error
    except KeyError as error:
        message = "The role defined for the function cannot be assumed by Lambda."
        raise InvocationRefused(403, "AccessDeniedException", message) from error
    reusable = False
    try:
        outcome, log = environment.run(event, request_id, arn, float(function.timeout), client_context)
        reusable = not outcome.ended
    finally:
        pool.release(key, environment, reusable=reusable)
    if outcome.payload is not None and len(outcome.payload.encode()) > MAX_PAYLOAD:
        message = f"Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD} bytes)."
        outcome = Outcome(error={"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"})
    journal.record(
        "lambda.invoked",
        function=function.function_name,
        version=str(function.version),
        request_id=request_id,
        error=outcome.error["errorType"] if outcome.error else None,
    )
    return outcome, log


def _run_event(function: Any, event: str, request_id: str, arn: str, client_context: Any) -> None:
    """An asynchronous event; one attempt (Lambda's two retries come minutes later)."""
    try:
        _run(function, event, request_id, arn, client_context)
    except (InvocationRefused, OSError) as error:
        journal.record("lambda.event_lost", function=function.function_name, error=type(error).__name__)


def _event(body: Any, limit: int) -> str:
    """The event as JSON text."""
    text = body.decode() if isinstance(body, bytes) else body or ""
    if len(text.encode()) > limit:
        message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
        raise InvocationRefused(413, "RequestTooLargeException", message)
    if not text:
        return "{}"
    try:
        json.loads(text)
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise InvocationRefused(400, "InvalidRequestContentException", message) from error
    return text


def _check(function: Any) -> None:
    if function.state == "Pending":
        message = (
            "The operation cannot be performed at this time. "
            f"The function is currently in the following state: {function.state}"
        )
        raise InvocationRefused(409, "ResourceConflictException", message)
    if function.package_type != "Zip" or not str(function.run_time).startswith("python3"):
        raise NotImplementedError("Only Python functions in zip archives can run here.")


def _client_context(headers: Any) -> Any:
    text = headers.get("X-Amz-Client-Context")
    return json.loads(base64.b64decode(text)) if text else None


def _invoked_arn(function: Any, name: str, qualifier: str | None) -> str:
    """The function's ARN with the qualifier that the caller gave, apart or at the end of the name."""
    base = function.function_arn.partition(":function:")[0]
    base += f":function:{function.function_name}"
    given = qualifier or name.rpartition(function.function_name)[2].removeprefix(":")
    return f"{base}:{given}" if given else base


def _with_request_id(headers: dict[str, Any], body: Any) -> tuple[dict[str, Any], Any]:
    """Keep the request id of an invocation, which is in its log too; moto gives every answer a new one."""
    request_id = headers.get("x-amzn-requestid")
    headers, body = BaseResponse._enrich_response(headers, body)
    if request_id:
        headers["x-amzn-requestid"] = request_id
    return headers, body


def apply() -> None:
    """Replace moto's operation."""
    LambdaResponse.invoke = invoke
    LambdaResponse._enrich_response = staticmethod(_with_request_id)
