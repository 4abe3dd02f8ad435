# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the tests of the Step Functions modules share: a role, a log group, definitions, and a clean end."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from ansible_collections.orchestra.aws.plugins.action.sfn_execution_report import FILES, FOLDER
from tests.embedded_aws import EmbeddedAws

ACCOUNT = "123456789012"
# What the action plugin gives to the module of the report.
PAGE = {option: (FOLDER / name).read_text() for option, name in FILES.items()}
ROLE = "sfn-modules-test"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
PERMISSIONS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}

PASS: dict[str, Any] = {
    "StartAt": "First",
    "States": {"First": {"Type": "Pass", "Next": "Last"}, "Last": {"Type": "Succeed"}},
}
WAIT = {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 120, "End": True}}}
FAIL = {
    "StartAt": "Check",
    "States": {
        "Check": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "Good"}],
            "Default": "Bad",
        },
        "Good": {"Type": "Succeed"},
        "Bad": {"Type": "Fail", "Error": "Orchestra.Refused", "Cause": '{"reason": "not ok"}'},
    },
}
CAUGHT = {
    "StartAt": "Work",
    "States": {
        "Work": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sqs:getQueueUrl",
            "Parameters": {"QueueName": "there-is-no-such-queue"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Note"}],
            "End": True,
        },
        "Note": {"Type": "Pass", "Next": "Bad"},
        "Bad": {"Type": "Fail", "Error": "Orchestra.Failed", "Cause": "the work failed"},
    },
}
NEVER_RETRIED = {
    "StartAt": "Work",
    "States": {
        "Work": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sqs:listQueues",
            "Retry": [{"ErrorEquals": ["States.Http.StatusCode.5xx"]}],
            "End": True,
        }
    },
}
SELDOM_CHOSEN = {
    "StartAt": "Check",
    "States": {
        "Check": {"Type": "Choice", "Choices": [{"Variable": "$.ok", "BooleanEquals": True, "Next": "Good"}]},
        "Good": {"Type": "Succeed"},
    },
}
WAITING_TASK = {
    "StartAt": "Work",
    "States": {
        "Work": {
            "Type": "Task",
            "Resource": "arn:aws:states:::ecs:runTask.sync",
            "TimeoutSeconds": 60,
            "Parameters": {"TaskDefinition": "report"},
            "End": True,
        }
    },
}
CALL = {
    "StartAt": "Call",
    "States": {
        "Call": {
            "Type": "Task",
            "Resource": "arn:aws:states:::apigateway:invoke",
            "Parameters": {
                "ApiEndpoint": "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
                "Method": "POST",
                "Path": "orders",
            },
            "End": True,
        }
    },
}
JSONATA = {
    "QueryLanguage": "JSONata",
    "StartAt": "Greet",
    "States": {"Greet": {"Type": "Pass", "Output": {"text": "{% '${greeting} ' & $states.input.name %}"}, "End": True}},
}


def role_arn(aws: EmbeddedAws, name: str = ROLE) -> str:
    """Return the ARN of a role that Step Functions may assume and that may log; it is made when it does not exist."""
    iam = aws.client("iam")
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=json.dumps(PERMISSIONS))
    return str(iam.get_role(RoleName=name)["Role"]["Arn"])


def log_group_arn(aws: EmbeddedAws, name: str) -> str:
    """Return the ARN of a log group, without C(:*); it is made when it does not exist."""
    logs = aws.client("logs")
    with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=name)
    return f"arn:aws:logs:{aws.region}:{ACCOUNT}:log-group:{name}"


def machine_arn(aws: EmbeddedAws, name: str) -> str:
    return f"arn:aws:states:{aws.region}:{ACCOUNT}:stateMachine:{name}"


def machines(aws: EmbeddedAws) -> dict[str, dict[str, Any]]:
    """Return all state machines, described, by name; those that are being deleted count as gone."""
    client = aws.client("stepfunctions")
    found = {}
    for item in client.list_state_machines()["stateMachines"]:
        with contextlib.suppress(client.exceptions.StateMachineDoesNotExist):
            described = client.describe_state_machine(stateMachineArn=item["stateMachineArn"])
            if described["status"] != "DELETING":
                found[item["name"]] = described
    return found


def versions(aws: EmbeddedAws, name: str) -> list[str]:
    """Return the numbers of the versions of a machine, newest first."""
    listed = aws.client("stepfunctions").list_state_machine_versions(stateMachineArn=machine_arn(aws, name))
    return [version["stateMachineVersionArn"].rsplit(":", 1)[1] for version in listed["stateMachineVersions"]]


def clean(aws: EmbeddedAws) -> None:
    """Stop all executions and delete all state machines."""
    client = aws.client("stepfunctions")
    for machine in client.list_state_machines()["stateMachines"]:
        # One that the test has deleted goes at a time of its own.
        with contextlib.suppress(client.exceptions.StateMachineDoesNotExist):
            if machine["type"] == "STANDARD":
                running = client.list_executions(stateMachineArn=machine["stateMachineArn"], statusFilter="RUNNING")
                for execution in running["executions"]:
                    client.stop_execution(executionArn=execution["executionArn"])
            client.delete_state_machine(stateMachineArn=machine["stateMachineArn"])
