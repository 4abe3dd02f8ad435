# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Every option of every module is in a table that sets it, or is listed here with the reason why it is in none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.modules import (
    test_ecs_service_autoscaling,
    test_ecs_service_changes,
    test_ecs_service_options,
    test_http_api,
    test_http_api_deploy,
    test_http_api_domain,
)
from tests.modules.table import paths
from tests.modules.tables import ALL
from tests.unit.documentation import MODULES, definition, flat

# Of amazon.aws, the same for all modules; every test gives them.
CONNECTION = {
    "access_key",
    "aws_ca_bundle",
    "aws_config",
    "debug_botocore_endpoint_logs",
    "endpoint_url",
    "profile",
    "region",
    "secret_key",
    "session_token",
    "validate_certs",
}
# How long is waited for does not show in what AWS has.
WAITING = {"wait", "wait_timeout"}
# In one place each: what a module needs to find its thing, and what makes it go.
IDENTITY = {"state"}

UNTOLD: dict[str, dict[str, str]] = {
    "alb": {
        "force_deletion": "Only a deletion looks at it: test_alb.py.",
        "wait_for_network_interfaces": "Only a deletion looks at it: test_alb.py.",
    },
    "ecs_service": {
        "deployment.lifecycle_hooks.target_type": "The embedded AWS has no hooks that pause: test_deployment.py.",
        "deployment.lifecycle_hooks.timeout_configuration": "The embedded AWS has no hooks that pause.",
        "deployment.lifecycle_hooks.timeout_configuration.action": "The embedded AWS has no hooks that pause.",
        "deployment.lifecycle_hooks.timeout_configuration.timeout_in_minutes": "No hooks that pause.",
        "force_new_deployment": "No setting, it starts a deployment: test_ecs_service_changes.py.",
        "keep_task_definitions": "Only a deletion looks at it: test_ecs_service.py.",
        "load_balancer.load_balancer_name": "Its target group stays behind one load balancer: test_target_group.py.",
        "load_balancer.load_balancer_arn": "Another way to name the load balancer: test_ecs_service_autoscaling.py.",
    },
    "http_api": {"api_id": "Another way to name the API: test_http_api.py."},
    "lambda_invocations": {
        "first_number": "The role run gives it: tests/playbooks.",
        "output_file": "The role run gives it: tests/playbooks.",
        "parallel": "The role run gives it: tests/playbooks.",
    },
    "log_group": {"kms_key_id": "The embedded AWS has no AssociateKmsKey."},
    "scheduler_schedule": {"group": "Identifies the schedule; every one here is in the default group."},
    "sfn_execution_report": {
        "page_script": "Its action plugin sets it: tests/playbooks.",
        "page_style": "Its action plugin sets it: tests/playbooks.",
        "page_template": "Its action plugin sets it: tests/playbooks.",
        "state_machine_arn": "As in sfn_execution_info, and by the same function.",
    },
    "sfn_state_machine": {
        "keep_versions": "Deletes what each run leaves more: test_sfn_state_machine.py.",
        "lint": "Refuses, and changes nothing: test_sfn_state_machine.py.",
        "lint_api_hosts": "Refuses, and changes nothing: test_routes.py.",
        "lint_routes": "Refuses, and changes nothing: test_sfn_state_machine.py.",
        "publish": "Versions cannot be taken back: test_sfn_state_machine.py.",
        "version_description": "Versions cannot be taken back: test_sfn_state_machine.py.",
    },
    "vpc_network": {
        "availability_zone_count": "Chooses zones for new subnets, which stay: test_vpc_network.py.",
        "excluded_zone_ids": "Chooses zones for new subnets, which stay: test_vpc_network.py.",
        "private_subnets": "Subnets are made, and never deleted but with the network: test_vpc_network.py.",
        "public_subnets": "Subnets are made, and never deleted but with the network: test_vpc_network.py.",
    },
}
# Modules that keep nothing as it shall be have no tables; their tests have to give every option.
TESTS = {
    "account_info": ["test_account_info.py"],
    "http_api_domain_info": ["test_http_api_domain.py"],
    "http_api_info": ["test_http_api_info.py", "test_http_api_deploy.py"],
    "http_api_vpc_link_info": ["test_http_api_info.py"],
    "lambda_invocations": ["test_return_values.py"],
    "log_events_info": ["test_log_events_info.py"],
    "sfn_execution": ["test_sfn_execution.py"],
    "sfn_execution_info": ["test_sfn_info.py"],
    "sfn_execution_report": ["test_sfn_execution_report.py"],
    "sfn_state_machine_info": ["test_sfn_info.py"],
    "site_info": ["test_site_info.py"],
    "wait": ["test_wait.py", "test_ecs_service_changes.py"],
}


def of_params(params: Iterable[Any], prefix: str = "") -> Iterator[str]:
    """The options of pytest parameters that begin with a path and a value."""
    for each in params:
        path, value = each.values[:2] if hasattr(each, "values") else each[:2]
        where = path if isinstance(path, str) else ".".join(map(str, path))
        yield from paths(prefix + where, value)


def exercised() -> dict[str, set[str]]:
    """Return the options that some table sets, by module."""
    found: dict[str, set[str]] = {module: set() for module in MODULES}
    for table in ALL:
        found[table.module] |= set(table.identity) | {re.sub(r"\.\d+", "", path) for path in table.fixed}
        for case in table.all_cases().values():
            for path, value in [*case.options.items(), *case.back.items()]:
                found[table.module] |= set(paths(path, value))
    found["ecs_service"] |= {
        *of_params(test_ecs_service_changes.CHANGES),
        *of_params(test_ecs_service_options.TASK.values(), "task_definition."),
        *of_params(test_ecs_service_options.SERVICE.values()),
        *of_params(test_ecs_service_autoscaling.CHANGES.values(), "autoscaling."),
    }
    found["http_api"] |= {*of_params(test_http_api.CHANGES), *of_params(test_http_api_deploy.CHANGES)}
    found["http_api_domain"] |= set(of_params(test_http_api_domain.CHANGES))
    return found


EXERCISED = exercised()


TABLED = [module for module in MODULES if module not in TESTS]


def options(module: str) -> list[str]:
    """The options of a module, but those that every module has."""
    return [name for name in flat(definition(module)["argument_spec"], "options") if name not in CONNECTION]


@pytest.mark.parametrize("module", TABLED)
def test_every_option_is_in_a_table(module: str) -> None:
    told = EXERCISED[module] | UNTOLD.get(module, {}).keys() | WAITING | IDENTITY
    assert [name for name in options(module) if name not in told] == []


@pytest.mark.parametrize("module", UNTOLD)
def test_no_reason_is_left_over(module: str) -> None:
    known = options(module)
    assert [name for name in UNTOLD[module] if name not in known or name in EXERCISED[module]] == []


@pytest.mark.parametrize("module", TESTS)
def test_every_option_of_a_module_without_a_table_is_given(module: str) -> None:
    text = "".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in TESTS[module])
    names = {name.rsplit(".", 1)[-1] for name in options(module) if name not in UNTOLD.get(module, {})}
    assert sorted(name for name in names - WAITING if not re.search(rf"\b{name}(=|\": )", text)) == []
