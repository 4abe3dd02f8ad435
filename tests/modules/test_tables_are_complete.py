# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Every option of every module is in a table that sets it, or is listed here with why not and with a test of it."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.modules import (
    test_ecs_service_autoscaling,
    test_ecs_service_options,
    test_http_api,
    test_http_api_deploy,
    test_http_api_domain,
)
from tests.modules.single import Wanted
from tests.modules.single_options import WANTED
from tests.modules.table import paths
from tests.modules.tables import ALL
from tests.unit.documentation import MODULES, definition, flat

# Of amazon.aws, the same for all modules: tests/unit/plugins/module_utils/test_module.py gives each.
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
# How tests write an option, or the path to one.
PATH = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
# How long is waited for does not show in what AWS has.
WAITING = {"wait", "wait_timeout"}
UTILS = "unit/plugins/module_utils"
# In one place each: what a module needs to find its thing, and what makes it go.
IDENTITY = {"state"}

DELETION = "Only a deletion looks at it"
SUBNETS = "Subnets are made, and never deleted but with the network"
VERSIONS = "Versions cannot be taken back"
REFUSES = "Refuses, and changes nothing"
ACTION = "Its action plugin sets it"
NO_STATE = "The module keeps nothing"
PAGE = f"{ACTION}: modules/test_sfn_execution_report.py::test_a_page_of_ones_own"
INVOKE = f"{NO_STATE}: {UTILS}/_lambda/test_invocations.py::test_inputs_run_a_few_at_a_time_and_payloads_stay_in_order"
BLOCKS = f"{SUBNETS}: modules/test_vpc_network.py::test_a_network_without_private_subnets_has_no_nat_gateway"
PUBLISHED = f"{VERSIONS}: modules/test_sfn_state_machine.py::test_a_version_is_published_for_each_change_only"
# A reason, and a test that gives the option.
UNTOLD: dict[str, dict[str, str]] = {
    "alb": {
        "force_deletion": f"{DELETION}: modules/test_alb.py::test_protection_is_only_overruled_when_asked",
        "wait_for_network_interfaces": f"{DELETION}: modules/test_alb.py::test_absent_waits_for_the_network_interfaces",
    },
    "ecs_service": {
        "force_new_deployment": "No setting, it starts a deployment: "
        "modules/test_ecs_service_changes.py::test_force_new_deployment_replaces_the_tasks",
        "keep_task_definitions": f"{DELETION}: modules/test_ecs_service.py::"
        "test_absent_can_keep_the_task_definition_and_finishes_what_was_begun",
        "load_balancer.load_balancer_arn": "Another way to name the load balancer: "
        "modules/test_ecs_service_changes.py::test_a_load_balancer_may_be_named_by_its_arn",
    },
    "http_api": {
        "api_id": "Another way to name the API: modules/test_http_api.py::test_two_apis_of_a_name_are_told_apart_by_id"
    },
    "lambda_invocations": {"first_number": INVOKE, "output_file": INVOKE, "parallel": INVOKE},
    "scheduler_schedule": {
        "group": "Identifies the schedule: modules/test_scheduler_schedule.py::test_schedules_of_one_name_in_two_groups"
    },
    "sfn_execution_report": {
        "page_script": PAGE,
        "page_style": PAGE,
        "page_template": PAGE,
    },
    "sfn_state_machine": {
        "keep_versions": "Deletes what each run leaves more: modules/test_sfn_state_machine.py::"
        "test_old_versions_are_deleted_unless_an_alias_uses_them",
        "lint": f"{REFUSES}: modules/test_sfn_state_machine.py::test_warnings_are_returned_and_do_not_fail",
        "lint_api_hosts": f"{REFUSES}: "
        "modules/test_sfn_state_machine.py::test_calls_of_other_apis_are_not_compared_with_the_routes",
        "lint_routes": f"{REFUSES}: "
        "modules/test_sfn_state_machine.py::test_bad_input_is_refused_before_anything_is_made",
        "publish": PUBLISHED,
        "version_description": PUBLISHED,
    },
    "vpc_network": {
        "availability_zone_count": BLOCKS,
        "excluded_zone_ids": f"{SUBNETS}: modules/test_vpc_network.py::test_excluded_zones_are_not_chosen",
        "private_subnets": BLOCKS,
        "public_subnets": BLOCKS,
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


@pytest.mark.parametrize(("option", "reason"), [pair for each in UNTOLD.values() for pair in each.items()])
def test_an_option_in_no_table_has_a_test(option: str, reason: str) -> None:
    """The test exists and gives something of this name. What it finds out is for readers to see."""
    file, _, name = reason.rpartition(" ")[2].partition("::")
    assert option.rpartition(".")[2] in given(Path(__file__).parents[1] / file, name)


@pytest.mark.parametrize("module", TESTS)
def test_every_option_of_a_module_without_a_table_is_given(module: str) -> None:
    """Only that the tests give something of each name: a name that other modules have, too, may be theirs."""
    told = {name for file in TESTS[module] for name in given(Path(__file__).parent / file)}
    names = {name.rsplit(".", 1)[-1] for name in options(module) if name not in UNTOLD.get(module, {})}
    assert sorted(names - WAITING - told) == []


@pytest.mark.parametrize("wanted", WANTED, ids=lambda wanted: str(wanted.table.module))
def test_every_option_in_a_structure_is_altered_by_itself(wanted: Wanted) -> None:
    module = wanted.table.module
    altered = wanted.alterations()
    told = {option for name in altered for option in (name, *itertools.accumulate(name.split("."), "{}.{}".format))}
    inside = [name for name in options(module) if "." in name and name not in UNTOLD.get(module, {})]
    assert [name for name in inside if name not in told and not wanted.is_kept(name)] == []
    assert [name for name in wanted.kept if name not in options(module) or name in altered] == []


def given(file: Path, test: str = "") -> set[str]:
    """What a file, or one test with the constants that it uses, gives by keyword, as a key or in a dotted path."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if not test:
        return words(tree)
    [function] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == test]
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    constants = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    return words(function).union(*(words(node) for node in constants if used & names_of(node)))


def names_of(assigned: ast.Assign | ast.AnnAssign) -> set[str]:
    targets = assigned.targets if isinstance(assigned, ast.Assign) else [assigned.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def words(tree: ast.AST) -> set[str]:
    """Keywords of calls, keys of mappings, and parts of paths. What is looked up or compared with is not given."""
    nodes = list(ast.walk(tree))
    read = {id(inner) for node in nodes if isinstance(node, ast.Subscript) for inner in ast.walk(node.slice)}
    read |= {id(side) for node in nodes if isinstance(node, ast.Compare) for side in (node.left, *node.comparators)}
    found = {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in read:
            found |= set(node.value.split(".")) if PATH.fullmatch(node.value) else set()
    return found
