# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._site import services


def chain(**after: list[str]) -> list[dict[str, Any]]:
    return [{"name": name, "after": others} for name, others in after.items()]


def test_each_service_comes_after_the_one_before_it() -> None:
    settings = services.service_settings(["a", "b"], {"a": {}, "b": {"ecs_service_cpu": 512}})
    assert [service["after"] for service in settings] == [[], ["a"]]
    assert [service["cpu"] for service in settings] == [256, 512]


def test_a_partial_retry_policy_keeps_the_other_defaults() -> None:
    settings = services.service_settings(["a"], {"a": {"workflow_retry": {"max_attempts": 1}}})
    assert settings[0]["retry"] == {**services.RETRY, "max_attempts": 1}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(chain(a=[], b=["a"], c=["b"]), [["a"], ["b"], ["c"]], id="chain"),
        pytest.param(chain(a=[], b=["a"], c=["a"], d=["b", "c"]), [["a"], ["b", "c"], ["d"]], id="diamond"),
        pytest.param(chain(b=["a"], a=[]), [["a"], ["b"]], id="order of the inventory does not matter"),
        pytest.param(chain(a=[], b=[]), [["a", "b"]], id="independent"),
    ],
)
def test_stages(settings: list[dict[str, Any]], expected: list[list[str]]) -> None:
    assert services.stages(settings) == expected


def test_a_cycle_is_named_without_those_that_only_wait_for_it() -> None:
    with pytest.raises(ValueError, match=r"^b, c$"):
        services.stages(chain(a=["b"], b=["c"], c=["b"], d=[]))


def test_ancestors_are_transitive_and_in_running_order() -> None:
    found = services.ancestors(chain(a=[], b=["a"], c=["a"], d=["c", "b"]))
    assert found == {"a": [], "b": ["a"], "c": ["a"], "d": ["a", "b", "c"]}


def test_worst_case_is_every_attempt_and_every_wait() -> None:
    service = {"task_timeout_seconds": 35, "retry": services.RETRY}
    assert services.worst_case_seconds(service) == 4 * 35 + 2 + 4 + 8 + 1
