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


def test_a_service_refines_the_retry_policy_of_the_site_key_by_key() -> None:
    site = {"workflow_retry_defaults": {"max_attempts": 1, "jitter": False}}
    own = {**site, "workflow_retry": {"max_attempts": "5", "errors": [429]}}
    first, second = services.service_settings(["a", "b"], {"a": site, "b": own})
    assert first["retry"] == {**services.RETRY, "max_attempts": 1, "jitter": False}
    assert second["retry"] == {**services.RETRY, "max_attempts": 5, "jitter": False, "errors": [429]}


def test_errors_are_named_as_step_functions_reports_them() -> None:
    names = services.error_names([429, "503", "5XX", "States.Timeout"])
    assert names[:4] == ["ApiGateway.429", "ApiGateway.503", "ApiGateway.500", "ApiGateway.501"]
    assert names[-2:] == ["ApiGateway.599", "States.Timeout"]
    assert len(names) == 1 + 100 + 1


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


def test_services_side_by_side_take_as_long_as_the_longest() -> None:
    hosts: dict[str, dict[str, Any]] = {
        "a": {"workflow_after": []},
        "b": {"workflow_after": [], "workflow_timeout_seconds": 5, "workflow_retry": {"max_attempts": 0}},
        "c": {"workflow_after": ["a", "b"], "workflow_timeout_seconds": 5, "workflow_retry": {"max_attempts": 0}},
    }
    settings = services.service_settings(list(hosts), hosts)
    assert services.total_seconds(settings) == 155 + 6
    assert services.limit_seconds(settings, "STANDARD") == 155 + 6 + 60
    assert services.limit_seconds(settings, "EXPRESS") == 221
    assert services.limit_seconds(services.service_settings(["a", "c"], {"a": {}, "c": {}}), "EXPRESS") == 300
