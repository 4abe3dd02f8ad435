# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import options
from ansible_collections.orchestra.aws.plugins.module_utils._values import unknown

LEFT_OUT: dict[str, Any] = dict.fromkeys(
    (
        *("description", "source", "exclude", "zip_file", "handler", "runtime", "architecture", "memory_size"),
        *("timeout", "ephemeral_storage_mib", "role_arn", "environment", "layers", "tracing", "logging", "vpc"),
        *("reserved_concurrent_executions", "dead_letter_target_arn", "kms_key_arn", "tags"),
    )
)
NETWORK = {"subnets": ["subnet-1"], "security_groups": ["sg-1"]}


def params(**given: Any) -> dict[str, Any]:
    return {"name": "shop", "state": "present", **LEFT_OUT, **given}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "shop.prod"}, "name is 'shop.prod'"),
        ({"name": "x" * 65}, "must be 1 to 64 letters"),
        ({"description": "x" * 257}, "description has more than 256 characters"),
        ({"memory_size": 10241}, "memory_size is 10241; it must be 128 to 10240 MiB"),
        ({"timeout": 901}, "timeout is 901; it must be 1 to 900 seconds"),
        ({"timeout": 0}, "timeout is 0"),
        ({"ephemeral_storage_mib": 511}, "must be 512 to 10240 MiB"),
        ({"reserved_concurrent_executions": -2}, "must be 0 or more, or -1 for none"),
        ({"exclude": ["x"]}, "exclude needs source"),
        ({"handler": "a b"}, "handler is 'a b'"),
        ({"role_arn": "shop-role"}, "must be the ARN of an IAM role"),
        ({"role_arn": ""}, "must be the ARN of an IAM role"),
        ({"dead_letter_target_arn": "queue"}, "must be the ARN of a queue or topic"),
        ({"kms_key_arn": "key"}, "must be the ARN of a key"),
        ({"layers": ["arn:aws:lambda:us-east-1:123456789012:layer:x"]}, "must be the ARN of a layer version"),
        ({"layers": ["arn:aws:lambda:us-east-1:123456789012:layer:x:1"] * 6}, "can have 5"),
        ({"logging": {"group": "a b"}}, "logging.group is 'a b'"),
        ({"vpc": {**NETWORK, "subnets": []}}, "needs both subnets and security_groups"),
        ({"vpc": {**NETWORK, "security_groups": ["sg"] * 6}}, "16 subnets and 5 security_groups at most"),
        ({"environment": {"A": "x"}}, "cannot be an environment variable"),
        ({"environment": {"A-B": "x"}}, "cannot be an environment variable"),
        ({"environment": {"AB": ["x"]}}, "variable AB must be a text"),
        ({"environment": {"AB": "x" * 4095}}, "has 4097 bytes, but Lambda accepts 4096"),
    ],
)
def test_what_lambda_would_refuse(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        options.validate(params(**given))


@pytest.mark.parametrize(
    "given",
    [
        {"memory_size": 128, "timeout": 900, "ephemeral_storage_mib": 10240, "reserved_concurrent_executions": -1},
        {"role_arn": "arn:aws-cn:iam::123456789012:role/path/shop", "dead_letter_target_arn": "", "kms_key_arn": ""},
        {"vpc": {"subnets": [], "security_groups": []}, "layers": [], "environment": {}},
        {"vpc": {"subnets": [unknown("subnet-")], "security_groups": [unknown("sg-")]}, "role_arn": unknown("arn:")},
        {"environment": {"AB": "x" * 4094}},
    ],
)
def test_what_lambda_accepts(given: dict[str, Any]) -> None:
    options.validate(params(**given))


def test_nothing_but_the_name_counts_for_a_deletion() -> None:
    options.validate(params(state="absent", timeout=0))


def test_environment_values_are_texts() -> None:
    assert options.environment({"NO": False, "NN": 1, "FF": 1.5, "TT": "x"}) == {
        "FF": "1.5",
        "NN": "1",
        "NO": "false",
        "TT": "x",
    }
    assert options.environment(None) is None


def test_messages_tell_no_values_of_the_environment() -> None:
    with pytest.raises(InputError) as caught:
        options.environment({"AB": {"password": "rosebud"}})
    assert "rosebud" not in str(caught.value)
