# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The calls that set, change and take away the key of a log group that exists."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._logs import groups_apply

NAME = "/ecs/shop"
ARN = f"arn:aws:logs:us-east-1:123456789012:log-group:{NAME}"
KEYS = [f"arn:aws:kms:us-east-1:123456789012:key/{letter}" for letter in "ab"]


@pytest.mark.parametrize(
    ("before", "after", "call", "more"),
    [
        (None, KEYS[0], "associate_kms_key", {"kmsKeyId": KEYS[0]}),
        (KEYS[0], KEYS[1], "associate_kms_key", {"kmsKeyId": KEYS[1]}),
        (KEYS[0], "", "disassociate_kms_key", {}),
        (KEYS[0], KEYS[0], None, {}),
        (KEYS[0], None, None, {}),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_a_key_is_set_changed_and_taken_away(
    before: str | None, after: str | None, call: str | None, more: dict[str, str], check: bool
) -> None:
    logs = boto3.client("logs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    found = {"logGroupName": NAME, "arn": f"{ARN}:*", **({"kmsKeyId": before} if before else {})}
    params = {"name": NAME, "retention_in_days": None, "kms_key_id": after, "tags": None, "purge_tags": True}
    with Stubber(logs) as stub:
        stub.add_response("describe_log_groups", {"logGroups": [found]}, {"logGroupNamePrefix": NAME})
        if call and not check:
            stub.add_response(call, {}, {"logGroupName": NAME, **more})
        outcome = groups_apply.ensure_present(params, lambda *_arguments, **_options: logs, check)
        stub.assert_no_pending_responses()
    assert outcome.actions == ([f"update log group {NAME}: kms_key_id"] if call else [])
    assert outcome.result["log_group"]["kms_key_id"] == ((before or "") if after is None else after)
