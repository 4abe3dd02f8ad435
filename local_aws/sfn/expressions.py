# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Puts the JSONata evaluator into moto's engine, with Step Functions' names, types and errors.

moto ships no evaluator, pastes values into the expression's text without escaping them, and knows the field that an
expression stands in only for some fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.assign.assign_template_value_array import AssignTemplateValueArray
from moto.stepfunctions.parser.asl.component.common.catch.catch_decl import CatchDecl
from moto.stepfunctions.parser.asl.component.common.jsonata.jsonata_template_value_array import (
    JSONataTemplateValueArray,
)
from moto.stepfunctions.parser.asl.component.common.outputdecl import Output
from moto.stepfunctions.parser.asl.component.common.parargs import Parargs
from moto.stepfunctions.parser.asl.component.common.string.string_expression import (
    StringJSONata,
    StringVariableSample,
)
from moto.stepfunctions.parser.asl.component.common.timeouts.heartbeat import Heartbeat
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import Timeout
from moto.stepfunctions.parser.asl.component.component import Component
from moto.stepfunctions.parser.asl.component.state.choice.choices_decl import ChoicesDecl
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison import ConditionStringJSONata
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_map.item_selector import ItemSelector
from moto.stepfunctions.parser.asl.component.state.exec.state_map.items.items import Items
from moto.stepfunctions.parser.asl.component.state.exec.state_map.max_concurrency import MaxConcurrencyDecl
from moto.stepfunctions.parser.asl.component.state.fail.cause_decl import CauseDecl
from moto.stepfunctions.parser.asl.component.state.fail.error_decl import ErrorDecl
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore

from local_aws.sfn import failures, jsonata

# Which field of the state's text a component of the engine stands for.
_FIELDS: list[tuple[type, str]] = [
    (Parargs, "Arguments"),
    (Output, "Output"),
    (AssignDecl, "Assign"),
    (Timeout, "TimeoutSeconds"),
    (Heartbeat, "HeartbeatSeconds"),
    (Items, "Items"),
    (ItemSelector, "ItemSelector"),
    (MaxConcurrencyDecl, "MaxConcurrency"),
    (ErrorDecl, "Error"),
    (CauseDecl, "Cause"),
    (WaitFunction, "Seconds"),
    (ChoicesDecl, "Choices"),
    (CatchDecl, "Catch"),
    (ConditionStringJSONata, "Condition"),
]
# Their parts are counted in the path: Output/a[0], Catch[1]/Output.
_ARRAYS = (ChoicesDecl, CatchDecl, JSONataTemplateValueArray, AssignTemplateValueArray)
_TYPES = {
    "TimeoutSeconds": "number",
    "HeartbeatSeconds": "number",
    "MaxConcurrency": "number",
    "Seconds": "number",
    "Items": "array",
    "Error": "string",
    "Cause": "string",
    "Condition": "boolean",
}


def apply() -> None:
    """Evaluate JSONata strings and JSONPath variable references with our evaluator."""
    StringJSONata._eval_body = _eval_jsonata
    StringVariableSample._eval_body = _eval_variable
    VariableStore.get_assigned_variables = _assigned_variables


def annotate(program: Any) -> None:
    """Tell every expression of a parsed definition the state and the field that it stands in."""
    for expression, state, location in _expressions(program, None, "", set()):
        expression.orchestra_location = location
        expression.orchestra_reports = not isinstance(state, ExecutionState)


def _eval_jsonata(self: Any, env: Any) -> None:
    location = getattr(self, "orchestra_location", "")
    where = f"The JSONata expression '{self.expression.strip()}' specified for the field '{location}' "
    try:
        value = jsonata.evaluate(self.expression, {"states": _states(env), **_variables(env)})
    except (jsonata.Undefined, jsonata.UnsupportedResult) as error:
        raise _failure(self, env, f"{where}{error}", location) from error
    except jsonata.EvaluationError as error:
        raise _failure(self, env, f"{where}threw an error during evaluation. {error}", location) from error
    expected = _TYPES.get(location.rpartition("/")[2])
    if expected and _type_of(value) != expected:
        text = json.dumps(value, separators=(",", ":"))
        cause = (
            f"returned an unexpected result type. Expected '{expected}', but was '{_type_of(value)}' for value: {text}"
        )
        raise _failure(self, env, where + cause, location)
    env.stack.append(value)


def _eval_variable(self: Any, env: Any) -> None:
    """`$name.field` in a JSONPath state: nothing there is null."""
    try:
        value = jsonata.evaluate(self.expression, _variables(env))
    except jsonata.Undefined:
        value = None
    env.stack.append(value)


def _assigned_variables(self: Any) -> dict[str, str]:
    """moto puts quotes around a string and escapes nothing in it."""
    return {name: json.dumps(self.get(name), separators=(",", ":")) for name in sorted(self._declaration_tracing)}


def _failure(expression: Any, env: Any, cause: str, location: str) -> failures.Failure:
    failure = failures.evaluation(env, cause, location)
    if getattr(expression, "orchestra_reports", True):
        # Task, Map and Parallel report what they catch; nobody does it for the other states.
        env.event_manager.add_event(
            context=env.event_history_context,
            event_type=HistoryEventType.EvaluationFailed,
            event_details=failure.failure_event.event_details,
        )
    return failure


def _states(env: Any) -> dict[str, Any]:
    """What `$states` holds; errorOutput only where there is one."""
    data = env.states._states_data
    values = {name: data.get(name) for name in ("input", "context", "result")}
    if data.get("errorOutput") is not None:
        values["errorOutput"] = data["errorOutput"]
    return values


def _variables(env: Any) -> dict[str, Any]:
    return {**env.variable_store._outer_scope, **env.variable_store._inner_scope}


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    for name, types in (("boolean", bool), ("number", int | float), ("string", str), ("array", list)):
        if isinstance(value, types):
            return name
    return "object"


def _expressions(node: Any, state: Any, path: str, seen: set[int]) -> Iterator[tuple[Any, Any, str]]:
    """Every JSONata string below `node` with its state and its path in it."""
    if isinstance(node, list | dict):
        for item in node.values() if isinstance(node, dict) else node:
            yield from _expressions(item, state, path, seen)
        return
    if not isinstance(node, Component) or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, StringJSONata):
        yield node, state, path
        return
    if isinstance(node, CommonStateField):
        state, path = node, ""
    else:
        path = _below(node, path)
    for value in vars(node).values():
        if isinstance(node, _ARRAYS) and isinstance(value, list):
            for index, item in enumerate(value):
                yield from _expressions(item, state, f"{path}[{index}]", seen)
        else:
            yield from _expressions(value, state, path, seen)


def _below(node: Any, path: str) -> str:
    """The path of what stands inside `node`."""
    name = next((field for kind, field in _FIELDS if isinstance(node, kind)), None)
    if name is None:
        name = getattr(node, "identifier", None)
    if not isinstance(name, str):
        return path
    return f"{path}/{name}" if path else name
