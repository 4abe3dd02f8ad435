# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Addresses in the AWS console.

Private to the collection. Where a partition's console is, is only known of those listed here; others get no links.
"""

from __future__ import annotations

from urllib.parse import quote

# https://docs.aws.amazon.com/general/latest/gr/mgmt-console.html,
# https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html and
# https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/getting-started-sign-in.html
_DOMAINS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


def execution(arn: str | None) -> str | None:
    """Return the address of an execution, None when there is none."""
    return _states(arn, "/v2/executions/details/")


def machine(arn: str | None) -> str | None:
    """Return the address of a state machine."""
    return _states(arn, "/statemachines/view/")


def log_group(name: str | None, arn: str | None) -> str | None:
    """Return the address of a log group in the region of an ARN."""
    console, region = _console(arn)
    if name is None or console is None:
        return None
    # The page decodes what follows # twice, with $ in place of %.
    twice = quote(quote(name, safe=""), safe="").replace("%", "$")
    return f"{console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{twice}"


def _states(arn: str | None, page: str) -> str | None:
    console, region = _console(arn)
    return f"{console}/states/home?region={region}#{page}{quote(arn or '', safe=':')}" if console else None


def _console(arn: str | None) -> tuple[str | None, str]:
    parts = (arn or "").split(":")
    if len(parts) < 6 or parts[1] not in _DOMAINS or not parts[3]:
        return None, ""
    return f"https://{parts[3]}.{_DOMAINS[parts[1]]}", parts[3]
