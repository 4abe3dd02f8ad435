# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Step Functions in the whole server: its own process, its own HTTP front, and its end."""

from __future__ import annotations

import http.server
import json
import time
from collections.abc import Callable, Iterator

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.local_aws.harness import Answering, RunningAws, answering
from tests.local_aws.sfn_lab import call, machine
from tests.tools.machine import wait_for

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def role(aws: RunningAws, name: str) -> str:
    arn: str = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    return arn


def test_an_execution_calls_the_servers_own_endpoint(aws: RunningAws) -> None:
    sfn = aws.client("stepfunctions")
    state = call(
        Catch=[{"ErrorEquals": ["ApiGateway.404"], "Output": "{% $states.errorOutput %}", "Next": "Done"}], Next="Done"
    )
    definition = json.dumps(machine(Call=state, Done={"Type": "Succeed"}))
    arn = sfn.create_state_machine(name="sfn-server", definition=definition, roleArn=role(aws, "sfn-server"))[
        "stateMachineArn"
    ]
    started = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    wait_for(lambda: sfn.describe_execution(executionArn=started)["status"] != "RUNNING")
    found = sfn.describe_execution(executionArn=started)
    # The API abc123 does not exist, which is for execute-api to say.
    assert json.loads(found["output"])["Error"] == "ApiGateway.404"


@pytest.fixture
def backend() -> Iterator[str]:
    """An HTTP service that answers with the body that it was sent."""

    class Echo(Answering):
        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    with answering(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)) as server:
        yield f"http://127.0.0.1:{server.server_port}/process"


@pytest.mark.parametrize(
    ("auth", "allowed", "error"),
    [
        ("NO_AUTH", True, "ApiGateway.403"),
        ("IAM_ROLE", False, "ApiGateway.403"),
        ("IAM_ROLE", True, None),
    ],
)
def test_a_route_with_aws_iam_asks_for_the_role_of_the_machine(
    aws: RunningAws, backend: str, auth: str, allowed: bool, error: str | None
) -> None:
    name = f"sfn-iam-{auth.lower().replace('_', '-')}-{allowed}"
    api, sfn, iam = (aws.client(service) for service in ("apigatewayv2", "stepfunctions", "iam"))
    api_id = api.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    integration = api.create_integration(
        ApiId=api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="POST",
        IntegrationUri=backend,
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    route = {"RouteKey": "POST /service/process", "AuthorizationType": "AWS_IAM"}
    api.create_route(ApiId=api_id, Target=f"integrations/{integration}", **route)
    api.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    role_arn = role(aws, name)
    resource = f"arn:aws:execute-api:us-east-1:123456789012:{api_id}/$default/POST/service/process"
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": resource if allowed else f"{resource}/x",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=name, PolicyName="call", PolicyDocument=policy)
    endpoint = f"{api_id}.execute-api.us-east-1.amazonaws.com"
    definition = json.dumps(machine(Call=call(Arguments={"ApiEndpoint": endpoint, "AuthType": auth})))
    arn = sfn.create_state_machine(name=name, definition=definition, roleArn=role_arn)["stateMachineArn"]
    started = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    wait_for(lambda: sfn.describe_execution(executionArn=started)["status"] != "RUNNING")
    found = sfn.describe_execution(executionArn=started)
    assert found.get("error") == error
    if error is None:
        assert json.loads(found["output"])["ResponseBody"] == {"n": 1}


def test_what_is_missing_is_a_501(aws: RunningAws) -> None:
    # TestState and StartSyncExecution go to the host "sync-<endpoint>", which does not resolve for an address.
    config = Config(inject_host_prefix=False)
    sfn = aws.session.client("stepfunctions", endpoint_url=aws.endpoint, config=config)
    with pytest.raises(ClientError) as error:
        sfn.test_state(definition="{}", roleArn="arn:aws:iam::123456789012:role/x")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_running_execution_does_not_hold_up_the_end(launch: Callable[..., RunningAws]) -> None:
    aws = launch()
    sfn = aws.client("stepfunctions")
    definition = json.dumps(machine(A={"Type": "Wait", "Seconds": 600, "End": True}))
    arn = sfn.create_state_machine(name="slow", definition=definition, roleArn=role(aws, "slow"))["stateMachineArn"]
    sfn.start_execution(stateMachineArn=arn)
    started = time.monotonic()
    aws.stop()
    assert time.monotonic() - started < 10
    assert aws.process.returncode == 0
