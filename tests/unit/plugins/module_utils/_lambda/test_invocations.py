# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import io
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import invocations


class Function:
    """A function that answers as its input says, and counts how many run at the same time."""

    def __init__(self) -> None:
        self.running, self.most, self.calls = 0, 0, 0
        self.lock = threading.Lock()

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:
        if FunctionName == "nobody":
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "x")
        return {}

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        with self.lock:
            self.calls += 1
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.02)
        with self.lock:
            self.running -= 1
        return self.answer(json.loads(Payload))

    def answer(self, given: Any) -> dict[str, Any]:
        if given == "throttled" and self.calls < 3:
            raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": ""}}, "Invoke")
        if given == "refused":
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Invoke")
        if given == "lost":
            raise ReadTimeoutError(endpoint_url="https://lambda")
        if given == "error":
            payload = json.dumps({"errorType": "KeyError", "errorMessage": "'x'"})
            return {"Payload": io.BytesIO(payload.encode()), "FunctionError": "Unhandled"}
        return {"Payload": io.BytesIO(json.dumps({"status": "completed", "given": given}).encode())}


def invoke(function: Function, inputs: list[Any], **options: Any) -> list[dict[str, Any]]:
    params = {"function_name": "f", "inputs": inputs, "parallel": 2, "first_number": 1, "output_file": None, **options}
    outcome = invocations.operate(params, lambda *_, **__: function, False)
    return outcome.result["invocations"]


def test_inputs_run_a_few_at_a_time_and_payloads_stay_in_order(tmp_path: Path) -> None:
    function, path = Function(), tmp_path / "out.jsonl"
    path.write_text('"before"\n')
    told = invoke(function, list(range(7)), parallel=3, first_number=10, output_file=str(path))
    assert [one["number"] for one in told] == list(range(10, 17))
    assert 1 < function.most <= 3
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0] == "before"
    assert [line["given"] for line in lines[1:]] == list(range(7))


@pytest.mark.parametrize(
    ("given", "error", "cause"),
    [
        ("refused", "AccessDeniedException", "no"),
        ("error", "KeyError", "'x'"),
        ("lost", "ReadTimeoutError", "it is not known whether the workflow has run"),
    ],
)
def test_what_fails_is_told_once_and_never_sent_twice(given: str, error: str, cause: str) -> None:
    function = Function()
    [told] = invoke(function, [given])
    assert (told["status"], told["error"]) == ("failed", error)
    assert cause in told["cause"]
    assert function.calls == 1


def test_what_aws_has_not_started_is_sent_again() -> None:
    function = Function()
    assert invoke(function, ["throttled"])[0]["status"] == "completed"
    assert function.calls == 3


@pytest.mark.parametrize(
    ("payload", "status"),
    [
        ({"status": "completed"}, "completed"),
        ({"status": "running"}, "running"),
        ({"status": "failed", "service": "a", "error": "E", "cause": "c"}, "failed"),
        ({"status": "refused", "error": "E"}, "failed"),
        ({"anything": 1}, "completed"),
        ("text", "completed"),
    ],
)
def test_what_a_payload_says(payload: Any, status: str) -> None:
    told = invocations.tell(1, {"idempotencyKey": "k"}, payload, 0.1234567)
    assert (told["status"], told["key"], told["seconds"]) == (status, "k", 0.123)
    if status == "failed":
        assert told["error"] == "E"


@pytest.mark.parametrize("options", [{"parallel": 0}, {"parallel": 11}, {"function_name": "nobody"}])
def test_what_cannot_be_done(options: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        invoke(Function(), [1], **options)
