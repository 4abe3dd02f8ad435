# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Invoke a function with many inputs, a few at a time. Nothing is ever sent twice.

Private to the collection.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._errors import described
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import api
from ansible_collections.orchestra.aws.plugins.module_utils._module import PARALLEL_CALLS, Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._wait import pauses

# AnsibleAWSModule reports the missing library.
with suppress(ImportError):
    from botocore.exceptions import BotoCoreError, ClientError

# A function runs 15 minutes at most.
_ANSWER_SECONDS = 910
# For how long AWS may refuse an invocation because too many run.
_THROTTLED_SECONDS = 120
_THROTTLED = ("TooManyRequestsException", "ThrottlingException")
# What a payload's status says of the invocation.
_GOING_ON = ("running", "started")


def operate(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Invoke the function with each input and append the payloads to the output file, in the order of the inputs."""
    name, inputs, parallel = params["function_name"], params["inputs"], params["parallel"]
    if not 1 <= parallel <= PARALLEL_CALLS:
        raise InputError(f"parallel is {parallel}: a number from 1 to {PARALLEL_CALLS} is needed.")
    client = clients("lambda", read_timeout=_ANSWER_SECONDS, attempts=1)
    if inputs and api.configuration(client, name) is None and not check_mode:
        raise InputError(f"There is no Lambda function {name}: deploy the site first, with site.yml.")
    actions = [f"invoke Lambda function {name} with {len(inputs)} inputs"] if inputs else []
    if check_mode:
        return Outcome({}, {}, actions, {"invocations": []})
    with ThreadPoolExecutor(max_workers=parallel) as pool:
        answers = list(pool.map(partial(_timed, partial(_invoke, client, name)), inputs))
    if params["output_file"]:
        _append(params["output_file"], [payload for payload, _seconds in answers])
    numbered = enumerate(zip(inputs, answers, strict=True), params["first_number"])
    told = [tell(number, given, payload, seconds) for number, (given, (payload, seconds)) in numbered]
    return Outcome({}, {}, actions, {"invocations": told})


def tell(number: int, given: Any, payload: Any, seconds: float) -> dict[str, Any]:
    """Return one invocation in the form of the module's return value."""
    status, details = "completed", payload if isinstance(payload, dict) else {}
    if "status" in details and details["status"] != "completed":
        status = "running" if details["status"] in _GOING_ON else "failed"
    failed = details if status == "failed" else {}
    return {
        "number": number,
        "key": given.get("idempotencyKey") if isinstance(given, dict) else None,
        "status": status,
        "seconds": round(seconds, 3),
        "service": failed.get("service"),
        "error": failed.get("error"),
        "cause": failed.get("cause"),
    }


def _timed(call: Callable[[Any], Any], given: Any) -> tuple[Any, float]:
    started = time.monotonic()
    return call(given), time.monotonic() - started


def _invoke(client: Client, name: str, given: Any) -> Any:
    """Return the payload, or in its form why there is none."""
    request = {"FunctionName": name, "Payload": json.dumps(given).encode()}
    try:
        answer = _accepted(lambda: client.invoke(**request))
    except ClientError as error:
        return _failed(error.response["Error"]["Code"], error.response["Error"].get("Message"))
    except BotoCoreError as error:
        return _failed(type(error).__name__, f"{error} - it is not known whether the workflow has run.")
    payload = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        details = payload if isinstance(payload, dict) else {}
        return _failed(details.get("errorType") or "FunctionError", details.get("errorMessage"))
    return payload


def _accepted(call: Callable[[], Any]) -> Any:
    """Repeat a call while AWS refuses it because too many run, which means that nothing was started."""
    deadline = time.monotonic() + _THROTTLED_SECONDS
    for pause in pauses():
        try:
            return call()
        except ClientError as error:
            if error.response["Error"]["Code"] not in _THROTTLED or time.monotonic() + pause > deadline:
                raise
        time.sleep(pause)
    return None


def _failed(error: str, cause: Any) -> dict[str, Any]:
    return {"status": "failed", "error": error, "cause": None if cause is None else str(cause)}


@described("write the payloads to {path}")
def _append(path: str, payloads: list[Any]) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.writelines(json.dumps(payload, ensure_ascii=False) + "\n" for payload in payloads)
