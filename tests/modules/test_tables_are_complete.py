# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Every option of every module is in a table that sets it, or is listed here with the reason why it is in none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from tests.modules.table import TAGS, paths
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
UNTOLD: dict[str, dict[str, str]] = {}


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
        for case in table.all_cases().values():
            for path, value in case.options.items():
                found[table.module] |= set(paths(path, value))
    tags = {path for case in TAGS.values() for name, value in case.options.items() for path in paths(name, value)}
    found["ecs_service"] |= {
        *of_params(test_ecs_service_changes.CHANGES),
        *of_params(test_ecs_service_options.TASK.values(), "task_definition."),
        *of_params(test_ecs_service_options.SERVICE.values()),
        *of_params(test_ecs_service_autoscaling.CHANGES.values(), "autoscaling."),
        *tags,
    }
    found["http_api"] |= {*of_params(test_http_api.CHANGES), *of_params(test_http_api_deploy.CHANGES)}
    found["http_api_domain"] |= set(of_params(test_http_api_domain.CHANGES))
    return found


EXERCISED = exercised()


@pytest.mark.parametrize("module", MODULES)
def test_every_option_is_in_a_table(module: str) -> None:
    options = flat(definition(module)["argument_spec"], "options")
    told = EXERCISED[module] | UNTOLD.get(module, {}).keys() | CONNECTION
    assert [name for name in options if name not in told] == []


@pytest.mark.parametrize("module", UNTOLD)
def test_no_reason_is_left_over(module: str) -> None:
    options = flat(definition(module)["argument_spec"], "options")
    assert [name for name in UNTOLD[module] if name not in options or name in EXERCISED[module]] == []
