# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Histories as AWS writes them, put together event by event, and the definitions they belong to."""

from __future__ import annotations

import json
from typing import Any

BEGAN = 1795435881.0
EVIL = "</script><img src=x onerror=alert(1)>"
CALL = "arn:aws:states:::apigateway:invoke"


def task(following: str, **more: Any) -> dict[str, Any]:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]
    return {"Type": "Task", "Resource": CALL, "Catch": catch, "Next": following, **more}


CHAIN: dict[str, Any] = {
    "QueryLanguage": "JSONata",
    "StartAt": "service1",
    "States": {
        "Completed": {"Type": "Succeed"},
        "Failed": {"Type": "Fail"},
        "service1": task("service2"),
        "service2": task("service3"),
        "service3": task("Completed"),
    },
}
FORK: dict[str, Any] = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {
                    "StartAt": "left",
                    "States": {
                        "left": {"Type": "Task", "Resource": CALL, "Next": "left again"},
                        "left again": {"Type": "Task", "Resource": CALL, "End": True},
                    },
                },
                {"StartAt": "right", "States": {"right": {"Type": "Wait", "Seconds": 9, "End": True}}},
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}],
            "Next": "Completed",
        },
        "Completed": {"Type": "Succeed"},
        "Failed": {"Type": "Fail", "Error": "Orchestra.Failed"},
    },
}
EACH: dict[str, Any] = {
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "ItemProcessor": {
                "StartAt": "is it large",
                "States": {
                    "is it large": {
                        "Type": "Choice",
                        "Choices": [{"Variable": "$.size", "NumericGreaterThan": 9, "Next": "cut"}],
                        "Default": "keep",
                    },
                    "cut": {"Type": "Pass", "Next": "keep"},
                    "keep": {"Type": "Task", "Resource": "arn:aws:lambda:eu-central-1:1:function:keep", "End": True},
                },
            },
            "End": True,
        }
    },
}


class History:
    """Events in the order in which they are added. Each follows from the one before, unless C(after) says which."""

    def __init__(self, given: Any = None) -> None:
        self.events: list[dict[str, Any]] = []
        self.at = BEGAN
        self.add("ExecutionStarted", input=json.dumps(given or {"data": "x"}), after=0)

    def add(self, kind: str, *, after: int | None = None, wait: float = 0.0, **details: Any) -> int:
        """Add an event, so many seconds after the last one, and return its id."""
        self.at = round(self.at + wait, 3)
        event = {
            "id": len(self.events) + 1,
            "previousEventId": len(self.events) if after is None else after,
            "timestamp": self.at,
            "type": kind,
        }
        if details:
            event[f"{kind[0].lower()}{kind[1:]}EventDetails"] = details
        self.events.append(event)
        return int(event["id"])

    def enter(self, name: str, kind: str = "Task", after: int | None = None, given: Any = None) -> int:
        return self.add(f"{kind}StateEntered", after=after, name=name, input=json.dumps(given))

    def leave(self, name: str, kind: str = "Task", output: Any = None, after: int | None = None) -> int:
        return self.add(f"{kind}StateExited", after=after, name=name, output=json.dumps(output))

    def attempt(self, seconds: float = 0.1, error: str | None = None, cause: str = "", after: int | None = None) -> int:
        """Add one try of a task, which fails when there is an error."""
        self.add("TaskScheduled", after=after, resourceType="apigateway", resource="invoke")
        self.add("TaskStarted", resourceType="apigateway", resource="invoke")
        if error is None:
            return self.add("TaskSucceeded", wait=seconds, output="{}")
        return self.add("TaskFailed", wait=seconds, error=error, cause=cause)

    def wait(self, seconds: float) -> None:
        self.at = round(self.at + seconds, 3)


def failed(given: Any = None, cause: str = '{"message": "no"}') -> list[dict[str, Any]]:
    """Return the history of CHAIN in which service1 is tried twice, service2 fails and service3 is not reached."""
    history = History(given)
    history.enter("service1", given=given)
    history.attempt(0.2, "ApiGateway.503", "busy")
    history.wait(1.5)
    history.attempt(0.3)
    history.leave("service1", output=given)
    history.enter("service2", given=given)
    history.attempt(0.1, "ApiGateway.400", cause)
    history.leave("service2", output=given)
    history.enter("Failed", "Fail")
    history.add(
        "ExecutionFailed", error="ApiGateway.400", cause=json.dumps({"status": "failed", "service": "service2"})
    )
    return history.events


def completed(seconds: float = 0.1) -> list[dict[str, Any]]:
    """Return the history of CHAIN in which each service takes that long."""
    history = History()
    for name in ("service1", "service2", "service3"):
        history.enter(name)
        history.attempt(seconds)
        history.leave(name)
    history.enter("Completed", "Succeed")
    history.leave("Completed", "Succeed")
    history.add("ExecutionSucceeded", output='{"status": "completed"}')
    return history.events


def forked() -> list[dict[str, Any]]:
    """Return the history of FORK in which a task fails, while the other branch is still waiting."""
    history = History()
    history.enter("Both", "Parallel")
    started = history.add("ParallelStateStarted")
    left = history.enter("left", after=started)
    history.enter("right", "Wait", after=started)
    last = history.attempt(0.5, "ApiGateway.400", "no", after=left)
    history.add("ParallelStateFailed", after=last)
    history.leave("Both", "Parallel", {"Error": "ApiGateway.400"})
    history.enter("Failed", "Fail")
    history.add("ExecutionFailed", error="Orchestra.Failed")
    return history.events


def mapped(items: int) -> list[dict[str, Any]]:
    """Return the history of EACH over so many items, one after the other; every second one is cut."""
    history = History()
    history.enter("Each", "Map")
    last = started = history.add("MapStateStarted", length=items)
    for index in range(items):
        history.add("MapIterationStarted", after=started if index == 0 else last, name="Each", index=index)
        history.enter("is it large", "Choice")
        history.leave("is it large", "Choice")
        if index % 2:
            history.enter("cut", "Pass")
            history.leave("cut", "Pass")
        history.enter("keep")
        history.add("LambdaFunctionScheduled")
        history.add("LambdaFunctionStarted")
        history.add("LambdaFunctionSucceeded", wait=0.05)
        last = history.leave("keep")
        history.add("MapIterationSucceeded", name="Each", index=index)
    history.add("MapStateSucceeded")
    history.leave("Each", "Map", after=last)
    history.add("ExecutionSucceeded", output="[]")
    return history.events
