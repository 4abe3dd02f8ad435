# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""arn:aws:states:::apigateway:invoke over real HTTP: requests, results, error names, signatures."""

from __future__ import annotations

import dataclasses
import json
import socket
import threading
from typing import Any

import pytest

from local_aws import settings
from local_aws.sfn import apigateway
from local_aws.sfn.interrupts import Halt
from tests.local_aws.sfn_lab import ENDPOINT, Answer, Lab, call, in_turn, machine

pytest_plugins = ["tests.local_aws.sfn_lab"]

CATCH = [{"ErrorEquals": ["States.ALL"], "Output": "caught", "Next": "Caught"}]
CAUGHT = {"Type": "Succeed"}


def invoke(lab: Lab, **arguments: Any) -> dict[str, Any]:
    """The closed execution of one call that catches everything."""
    return lab.run(machine(Call=call(Arguments=arguments, Catch=CATCH, Next="Caught"), Caught=CAUGHT))


def request_of(**parameters: Any) -> apigateway.Request:
    return apigateway.request_of({"ApiEndpoint": ENDPOINT, "Method": "POST", **parameters})


# --- requests


def test_the_request_on_the_wire(lab: Lab) -> None:
    invoke(
        lab,
        Path="service/process",
        Headers={"X-Key": ["a-{% $states.context.Execution.Name %}"], "X-Many": ["1", "2"], "X-Number": [5]},
        QueryParameters={"q": ["a b", "c&d"], "empty": [""]},
        RequestBody={"text": 'ü"', "none": None, "deep": [{"a": None, "b": 1}]},
    )
    sent = lab.requests[0]
    assert (sent.method, sent.path) == ("POST", "/service/process")
    assert sent.query_string == "q=a%20b&q=c%26d&empty="
    assert sent.headers["host"] == ENDPOINT
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["x-many"] == "1,2"
    assert sent.headers["x-number"] == "5"
    # Only a string that is an expression from end to end is one.
    assert sent.headers["x-key"] == "a-{% $states.context.Execution.Name %}"
    assert json.loads(sent.body) == {"text": 'ü"', "deep": [{"b": 1}]}


def test_nulls_are_kept_on_request(lab: Lab) -> None:
    invoke(lab, RequestBody={"none": None}, AllowNullValues=True)
    assert lab.requests[0].body == b'{"none":null}'


def test_a_text_body_is_sent_as_it_is(lab: Lab) -> None:
    found = invoke(lab, RequestBody='"x" ü', Headers={"Content-Type": ["text/plain"]})
    assert lab.requests[0].body.decode() == '"x" ü'
    assert lab.requests[0].headers["content-type"] == "text/plain"
    assert found["value"]["ResponseBody"] == '"x" ü'


@pytest.mark.parametrize(
    ("parameters", "target"),
    [
        ({}, "/"),
        ({"Path": "a/b"}, "/a/b"),
        ({"Stage": "prod", "Path": "a"}, "/prod/a"),
        ({"Stage": "prod"}, "/prod"),
        ({"Path": "/a"}, "//a"),
        ({"Path": "a b/ü"}, "/a%20b/%C3%BC"),
    ],
)
def test_stage_and_path_become_the_target(parameters: dict[str, Any], target: str) -> None:
    assert request_of(**parameters).target == target


@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS", "HEAD"])
def test_methods_without_a_body(lab: Lab, method: str) -> None:
    state = call(Arguments={"Method": method})
    del state["Arguments"]["RequestBody"]
    found = lab.run(machine(Call=state))
    assert found["value"]["StatusCode"] == 200
    assert (lab.requests[0].method, lab.requests[0].body) == (method, b"")
    assert lab.requests[0].headers["content-type"] == ""


# --- results


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('{"a": [1]}', {"a": [1]}),
        ("[1]", [1]),
        ('"text"', "text"),
        ("plain", "plain"),
        ("", {}),
        ("null", None),
        ("{}", {}),
    ],
)
def test_the_result(lab: Lab, body: str, value: Any) -> None:
    lab.answer = in_turn(Answer(body=body))
    found = invoke(lab)["value"]
    assert set(found) == {"Headers", "ResponseBody", "StatusCode", "StatusText"}
    assert found["ResponseBody"] == value
    assert (found["StatusCode"], found["StatusText"]) == (200, "OK")
    assert found["Headers"]["X-Twice"] == ["1"]
    assert all(isinstance(values, list) for values in found["Headers"].values())


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_a_success(lab: Lab, status: int) -> None:
    lab.answer = in_turn(Answer(status, ""))
    assert invoke(lab)["value"]["StatusCode"] == status


@pytest.mark.parametrize("status", [301, 400, 403, 404, 429, 500, 502, 503, 504, 599])
def test_any_other_status_is_an_error_of_that_name(lab: Lab, status: int) -> None:
    lab.answer = in_turn(Answer(status, '{"message": "raw"}'))
    found = lab.run(machine(Call=call()))
    assert (found["error"], found["cause"]) == (f"ApiGateway.{status}", '{"message": "raw"}')
    failed = next(event for event in lab.events(found["executionArn"]) if event["type"] == "TaskFailed")
    details = failed["taskFailedEventDetails"]
    assert details == {
        "resourceType": "apigateway",
        "resource": "invoke",
        "error": f"ApiGateway.{status}",
        "cause": '{"message": "raw"}',
    }


def test_a_result_above_256_kib_is_an_error_that_can_be_caught(lab: Lab) -> None:
    lab.answer = in_turn(Answer(body=json.dumps("x" * 262_144)))
    for name in ("States.DataLimitExceeded", "States.ALL"):
        catch = [{"ErrorEquals": [name], "Output": "{% $states.errorOutput.Error %}", "Next": "Caught"}]
        found = lab.run(machine(Call=call(Catch=catch, Next="Caught"), Caught=CAUGHT))
        assert found["value"] == "States.DataLimitExceeded"


def test_a_result_below_256_kib_passes_whatever_its_letters(lab: Lab) -> None:
    lab.answer = in_turn(Answer(body=json.dumps("ü" * 130_000, ensure_ascii=False)))
    assert len(invoke(lab)["value"]["ResponseBody"]) == 130_000


# --- what cannot be caught


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"Headers": {"X-Key": "scalar"}}, "Headers"),
        ({"Headers": {"X-Key": "{% 'scalar' %}"}}, "Headers"),
        ({"QueryParameters": {"q": "scalar"}}, "QueryParameters"),
        ({"ApiEndpoint": "{% 'https://x.execute-api.us-east-1.amazonaws.com' %}"}, "ApiEndpoint"),
        ({"Method": "GET"}, "RequestBody"),
    ],
)
def test_a_field_in_the_wrong_form_ends_the_execution(lab: Lab, arguments: dict[str, Any], field: str) -> None:
    found = invoke(lab, **arguments)
    assert (found["status"], found["error"]) == ("FAILED", "States.Runtime")
    assert found["cause"].endswith(f"The value of the field '{field}' has an invalid format")
    assert lab.types(found["executionArn"]) == ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]
    assert not lab.requests


@pytest.mark.parametrize("header", ["Authorization", "host", "X-Forwarded-For", "x-amz-date", "X-Amzn-Trace-Id", "TE"])
def test_forbidden_headers_are_refused_when_the_machine_is_saved(lab: Lab, header: str) -> None:
    with pytest.raises(lab.sfn.exceptions.InvalidDefinition) as refused:
        lab.create(machine(Call=call(Arguments={"Headers": {header: ["x"]}})))
    assert f"The 'Headers' field contains unsupported values: [{header.lower()}]" in str(refused.value)


# --- transport


def test_an_api_that_closes_the_connection_is_a_transport_error(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            listener.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        elsewhere = f"http://127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setattr(settings, "_current", dataclasses.replace(lab.settings, endpoint=elsewhere))
        with pytest.raises(apigateway.CallFailed) as failed:
            apigateway.send(request_of(), Halt())
    assert failed.value.error == "ApiGateway.ConnectException"


def test_an_api_that_never_answers_is_a_timeout(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.answer = in_turn(Answer(hold=threading.Event()))
    monkeypatch.setattr(apigateway, "CLIENT_TIMEOUT_SECONDS", 0.2)
    with pytest.raises(apigateway.CallFailed) as failed:
        apigateway.send(request_of(), Halt())
    assert failed.value.error == "ApiGateway.SocketTimeoutException"


# --- authorization


def test_without_auth_nothing_is_signed(lab: Lab) -> None:
    invoke(lab)
    assert "authorization" not in lab.requests[0].headers


def test_iam_role_signs_as_the_role_of_the_machine(lab: Lab) -> None:
    found = invoke(
        lab,
        AuthType="IAM_ROLE",
        Path="service 1/a+b",
        Headers={"X-Key": ["1", "2"]},
        QueryParameters={"z": ["1"], "a": ["x y", "b"]},
    )
    assert found["value"]["StatusCode"] == 200
    principal = lab.principals[0]
    assert principal is not None
    assert principal.role_arn == lab.role
    assert lab.requests[0].headers["x-amz-security-token"]


def test_a_role_that_is_gone_is_a_permissions_error(lab: Lab) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = lab.create_role(trust)
    arn = lab.create(machine(Call=call(Arguments={"AuthType": "IAM_ROLE"})), roleArn=role)
    lab.client("iam").delete_role(RoleName=role.rpartition("/")[2])
    found = lab.wait(lab.start(arn))
    assert found["error"] == "States.Permissions"
    assert not lab.requests
