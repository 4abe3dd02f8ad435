# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Step Functions in the whole server: its own process, its own HTTP front, and its end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws, wait_for
from tests.local_aws.sfn_lab import call, machine

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
