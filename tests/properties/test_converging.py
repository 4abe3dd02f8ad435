# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The check of all properties itself: a property that tries nothing fails."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Outcome
from tests.properties.converging import converges, something_accepted
from tests.properties.memory import Clients

OPTIONS = {"name": "shop"}


def refuse(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    raise InputError("name is shop.")


def accept(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    return Outcome({}, {}, [], {})


@something_accepted()
def a_property() -> None:
    converges(accept, "log_group", OPTIONS, Clients())
    converges(refuse, "log_group", OPTIONS, Clients())


def test_a_property_whose_examples_are_all_refused_fails() -> None:
    with pytest.raises(AssertionError, match="Every example of log_group: refuse was refused"):
        a_property()


def test_one_example_that_is_accepted_is_enough() -> None:
    answers = iter([refuse, refuse, accept, accept, accept])

    def sometimes(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
        return next(answers)(params, clients, check_mode)

    with something_accepted():
        assert converges(sometimes, "log_group", OPTIONS, Clients()) is None
        assert converges(sometimes, "log_group", OPTIONS, Clients()) is not None
