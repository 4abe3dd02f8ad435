# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""A server with IAM, CloudWatch Logs and Step Functions in the test's own process, and a scripted API behind it.

Being in the process lets the tests see threads and script the answers of the API; tests of the whole server are in
test_sfn_server.py.
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
import json
import pathlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from local_aws import identity, journal, settings, sfn
from local_aws.front import Environ, Server, StartResponse
from local_aws.plane.http import HttpRequest
from tests.tools.machine import free_port

ENDPOINT = "abc123.execute-api.us-east-1.amazonaws.com"
CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 1}, inject_host_prefix=False, read_timeout=30)
_numbers = itertools.count(1)


@dataclasses.dataclass
class Answer:
    """What the API answers; `hold` keeps it waiting until the test sets the event."""

    status: int = 200
    body: str = "{}"
    hold: threading.Event | None = None


class Lab:
    """One server; names are new for every call."""

    def __init__(self, state_dir: pathlib.Path) -> None:
        self.port = free_port()
        self.requests: list[HttpRequest] = []
        self.principals: list[identity.Principal | None] = []
        self.answer: Callable[[HttpRequest], Answer] = lambda request: Answer(body=request.body.decode() or "{}")
        self.settings = settings.from_environment({"LOCAL_AWS_STATE_DIR": str(state_dir)}, port=self.port)
        settings.configure(self.settings)
        sfn.apply()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = Server(self.port, self._route)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.sfn = self.client("stepfunctions")
        self.role = self.create_role(
            {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        )

    def client(self, service: str) -> Any:
        session = boto3.Session("test", "test", region_name="us-east-1")
        return session.client(service, endpoint_url=f"http://127.0.0.1:{self.port}", config=CONFIG)

    def create_role(self, *trust: dict[str, Any], policy: dict[str, Any] | None = None) -> str:
        iam, name = self.client("iam"), self.name("role")
        document = json.dumps({"Version": "2012-10-17", "Statement": list(trust)})
        arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        if policy:
            text = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=text)
        return arn

    def name(self, kind: str = "machine") -> str:
        return f"{kind}-{next(_numbers)}"

    def create(self, definition: Any, **options: Any) -> str:
        """A state machine's ARN."""
        text = definition if isinstance(definition, str) else json.dumps(definition)
        request = {"name": self.name(), "definition": text, "roleArn": self.role, **options}
        arn: str = self.sfn.create_state_machine(**request)["stateMachineArn"]
        return arn

    def run(self, definition: Any, value: Any = None, **options: Any) -> dict[str, Any]:
        """Create, start and wait: what DescribeExecution says of the closed execution."""
        return self.wait(self.start(self.create(definition, **options), value))

    def start(self, machine_arn: str, value: Any = None, **options: Any) -> str:
        text = json.dumps({} if value is None else value)
        arn: str = self.sfn.start_execution(stateMachineArn=machine_arn, input=text, **options)["executionArn"]
        return arn

    def wait(self, execution_arn: str, timeout: float = 20) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while (found := self.sfn.describe_execution(executionArn=execution_arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "the execution does not end"
            time.sleep(0.01)
        found.pop("ResponseMetadata")
        if "output" in found:
            found["value"] = json.loads(found["output"])
        return dict(found)

    def events(self, execution_arn: str) -> list[dict[str, Any]]:
        """The whole history, once the interpreter has written the last event."""
        deadline = time.monotonic() + 5
        while True:
            events = self.sfn.get_execution_history(executionArn=execution_arn, maxResults=1000)["events"]
            if events and events[-1]["type"] in {
                f"Execution{end}" for end in ("Succeeded", "Failed", "Aborted", "TimedOut")
            }:
                return list(events)
            assert time.monotonic() < deadline, "the history does not end"
            time.sleep(0.01)

    def types(self, execution_arn: str) -> list[str]:
        return [event["type"] for event in self.events(execution_arn)]

    def close(self) -> None:
        sfn.stop()
        self._server.shutdown()
        self._server.server_close()
        journal.close()

    def _route(self, environ: Environ, start_response: StartResponse) -> Any:
        if "execute-api" not in environ.get("HTTP_HOST", ""):
            return self._moto(environ, start_response)
        headers = {name[5:].replace("_", "-").lower(): environ[name] for name in environ if name.startswith("HTTP_")}
        headers["content-type"] = environ.get("CONTENT_TYPE", "")
        path, _, query = environ["RAW_URI"].partition("?")
        body = environ["wsgi.input"].read()
        request = HttpRequest(environ["REQUEST_METHOD"], path, query, headers, body, "127.0.0.1")
        self.requests.append(request)
        self.principals.append(identity.authenticate(request) if "authorization" in headers else None)
        answer = self.answer(request)
        if answer.hold is not None:
            answer.hold.wait(20)
        start_response(f"{answer.status} Answer", [("Content-Type", "application/json"), ("X-Twice", "1")])
        return [answer.body.encode()]


def in_turn(*answers: Answer) -> Callable[[HttpRequest], Answer]:
    """The answers one after the other; the last for all that follow."""
    left = list(answers)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


def call(**fields: Any) -> dict[str, Any]:
    """A Task state that calls the API; `Arguments` are merged into the usual ones."""
    arguments = {"ApiEndpoint": ENDPOINT, "Method": "POST", "Path": "service/process", "RequestBody": {"n": 1}}
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::apigateway:invoke",
        "Arguments": {**arguments, **fields.pop("Arguments", {})},
        **fields,
    }
    if "Next" not in state:
        state["End"] = True
    return copy.deepcopy({name: value for name, value in state.items() if value is not ...})


def machine(**states: Any) -> dict[str, Any]:
    """A JSONata definition that starts with the first state."""
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The server of one test module; the settings in force are put back afterwards."""
    before = settings.current()
    running = Lab(tmp_path_factory.mktemp("sfn"))
    yield running
    running.close()
    settings.configure(before)


@pytest.fixture(autouse=True)
def usual_answers(request: pytest.FixtureRequest) -> None:
    """Each test starts with an API that answers what it was sent."""
    if "lab" in request.fixturenames:
        running: Lab = request.getfixturevalue("lab")
        running.requests.clear()
        running.principals.clear()
        running.answer = lambda sent: Answer(body=sent.body.decode() or "{}")
