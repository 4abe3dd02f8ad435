# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What holds for every module: check mode predicts, one run is enough, and a refusal changes nothing."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Outcome
from tests.properties.memory import Clients
from tests.unit.documentation import definition

Operate = Callable[[dict[str, Any], Any, bool], Outcome]
# Operation -> whether any of its examples was accepted; one mapping a property, the one that runs is the last.
_TRIED: list[dict[str, bool]] = [{}]
# Modules, each with the options that it was given.
Noted = list[tuple[str, dict[str, Any]]]
_NOTED: list[Noted] = []
CHECKS = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")


@contextmanager
def something_accepted() -> Iterator[None]:
    """Fail where every example of an operation is refused: such a property has tried nothing."""
    tried: dict[str, bool] = {}
    _TRIED.append(tried)
    try:
        yield
    finally:
        _TRIED.pop()
    refused = [operation for operation, accepted in tried.items() if not accepted]
    assert not refused, f"Every example of {', '.join(refused)} was refused."


@contextmanager
def noting() -> Iterator[Noted]:
    """Note what properties give to modules instead of running them."""
    noted: Noted = []
    _NOTED.append(noted)
    try:
        yield noted
    finally:
        _NOTED.pop()


@cache
def _validator(module: str) -> ArgumentSpecValidator:
    defined = definition(module)
    checks = {check: defined[check] for check in CHECKS if check in defined}
    return ArgumentSpecValidator(defined["argument_spec"], **checks)


def parameters(module: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that Ansible makes of the options of a task."""
    for noted in _NOTED:
        noted.append((module, options))
    result = _validator(module).validate(copy.deepcopy(options))
    assert not result.error_messages, result.error_messages
    return result.validated_parameters


def run(operate: Operate, module: str, options: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    return operate(parameters(module, options), clients, check_mode)


def converges(operate: Operate, module: str, options: dict[str, Any], clients: Clients) -> Outcome | None:
    """Run a module in memory, and check what holds for every run. Returns None when the options are refused."""
    if _NOTED:
        parameters(module, options)
        return None
    before, tried = clients.states(), _TRIED[-1]
    operation = f"{module}: {operate.__name__}"
    tried.setdefault(operation, False)
    try:
        predicted = run(operate, module, options, clients, True)
    except InputError as refused:
        _is_refused_alike(operate, module, options, clients, str(refused))
        return None
    tried[operation] = True
    assert clients.states() == before, "Check mode changed something."
    done = run(operate, module, options, clients, False)
    assert done.actions == predicted.actions
    assert (done.before, done.after) == (predicted.before, predicted.after)
    assert bool(done.actions) == (clients.states() != before), done.actions
    after = clients.states()
    again = run(operate, module, options, clients, False)
    assert again.actions == [], done.actions
    assert again.before == again.after
    assert clients.states() == after, "The second run changed something."
    return done


def _is_refused_alike(operate: Operate, module: str, options: dict[str, Any], clients: Clients, sentence: str) -> None:
    before = clients.states()
    with pytest.raises(InputError, match=re.escape(sentence)):
        run(operate, module, options, clients, False)
    assert clients.states() == before, f"Refused, but only after something was changed: {sentence}"
