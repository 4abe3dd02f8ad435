# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The cause of a failure in one sentence, and what to do about it. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.plugin_utils._changes.tally import Problem

# The first that fits is told. Messages of the collection that say themselves what to do are not here.
REMEDIES = (
    (r"Could not connect to the endpoint URL.*(127\.0\.0\.1|localhost)", "Start the embedded AWS: make up."),
    (r"Could not connect to the endpoint URL", "Check AWS_REGION, the proxy and the way to the internet."),
    (r"Unable to locate credentials|NoCredentialsError", "Give credentials: AWS_PROFILE, or a role of this machine."),
    (r"ExpiredToken|token included in the request is expired", "The session is over: log in again, then run again."),
    (
        r"AccessDenied|UnauthorizedOperation|not authorized to perform",
        "Allow these credentials the action that AWS names, then run again.",
    ),
    (r"CannotPull\w*|pull access denied", "Check ecs_service_image, the registry's credentials and the way out."),
    (
        r"circuit breaker|rolled (the service )?back|ROLLBACK",
        "The revision before still serves. Read the log of the tasks, mend the image or its settings, run again.",
    ),
    (r"ResourceInitializationError", "Check that the execution role may read the secrets and write to the log group."),
    (r"LimitExceeded|QuotaExceeded|LimitExceededException", "Raise this quota of the account, or free what uses it."),
    (r"Throttling|TooManyRequests|Rate exceeded", "AWS limits its rate: run again later, or with fewer --forks."),
    (r"Waited [\d.]+ seconds", "Run again: what is ready is found again, and the wait goes on."),
    (r"boto3.*required|No module named 'boto(3|core)'", "Install boto3 for the interpreter that runs the modules."),
)
# What Ansible says of a program that failed; why is only in what the program printed.
_SAYS_NOTHING = ("MODULE FAILURE", "non-zero return code")
_COMPILED = [(re.compile(pattern, re.DOTALL), remedy) for pattern, remedy in REMEDIES]


def problem(host: str, task: str, result: Mapping[str, Any]) -> Problem:
    """Return the failure that a result tells."""
    message = cause(result)
    remedy = next((remedy for pattern, remedy in _COMPILED if pattern.search(message)), "")
    return Problem(host, task, message, remedy)


def cause(result: Mapping[str, Any]) -> str:
    """Return why a task failed: its message, or the last thing that its program said."""
    if "censored" in result:
        return str(result["censored"])
    message = _text(result.get("msg"))
    if not message or any(nothing in message for nothing in _SAYS_NOTHING):
        said = _text(result.get("module_stderr") or result.get("stderr") or result.get("module_stdout"))
        last = said.strip().rsplit("\n", 1)[-1]
        return " ".join(part for part in (message.split("\n", 1)[0], last) if part) or "It failed and said nothing."
    return message.strip()


def _text(message: Any) -> str:
    if isinstance(message, (list, tuple)):
        return "\n".join(_text(item) for item in message)
    return "" if message is None else str(message)
