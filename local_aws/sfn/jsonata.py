# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Evaluates one JSONata expression against bound values, the way Step Functions does.

Pure: knows nothing of state machines. Values are bound to names and never pasted into the expression's text, so that
no quote or backslash in the data can change the program. Every expression is parsed anew: the evaluator keeps its
clock and parts of its syntax tree per instance, and a parse costs less than half a millisecond.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from jsonata import jsonata as engine
from jsonata.utils import Utils

from local_aws.sfn import functions

# Not documented by AWS. They keep a runaway expression from holding a thread for ever.
TIMEOUT_MILLISECONDS = 5_000
MAX_DEPTH = 1_000
MAX_EXACT_INTEGER = 2**53


class EvaluationError(Exception):
    """The expression failed; the message says why, with JSONata's error code where there is one."""


class Undefined(EvaluationError):
    """The expression returned nothing."""


class UnsupportedResult(EvaluationError):
    """The expression returned something that JSON cannot carry, such as a function."""


def evaluate(expression: str, bindings: Mapping[str, Any]) -> Any:
    """The expression's value as plain JSON data; EvaluationError or one of its kinds when there is none."""
    try:
        program = engine.Jsonata(expression, timeout=TIMEOUT_MILLISECONDS, stack=MAX_DEPTH)
        program.set_output_convert_nulls(False)
        names = {name: _bound(value) for name, value in bindings.items()}
        result = program.evaluate(None, {**functions.bindings(), **names})
    except RecursionError as error:
        raise EvaluationError("D1011: Stack overflow.") from error
    except Exception as error:  # the evaluator lets Python's own errors through
        raise EvaluationError(_reason(error)) from error
    if result is None:
        raise Undefined("returned nothing (undefined).")
    return _plain(result)


def syntax_error(expression: str) -> str | None:
    """What is wrong with the expression's syntax; None when it can be parsed."""
    try:
        errors = engine.Jsonata(expression).get_errors()
    except Exception as error:  # the parser, too, lets Python's own errors through
        return _reason(error)
    return _reason(errors[0]) if errors else None


def reads_the_root(expression: str) -> bool:
    """Whether the expression as a whole starts at `$` or `$$`, which Step Functions does not bind."""
    tree = engine.Jsonata(expression).ast
    first = tree.steps[0] if getattr(tree, "type", None) == "path" and tree.steps else tree
    return getattr(first, "type", None) == "variable" and first.value in {"", "$"}


def _reason(error: Exception) -> str:
    if isinstance(error, ZeroDivisionError | OverflowError):
        # JavaScript divides to Infinity, which JSONata then refuses.
        return "D1001: Number out of range: Infinity"
    code = getattr(error, "error", None)
    text = str(error) or type(error).__name__
    return f"{code}: {text}" if isinstance(code, str) else text


def _bound(value: Any) -> Any:
    """A copy in the evaluator's terms: null is not undefined, and 1.0 is the number 1."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, Mapping):
        return {key: _bound(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_bound(item) for item in value]
    return _number(value) if isinstance(value, float) else value


def _plain(value: Any) -> Any:
    """The evaluator's result as plain Python data."""
    if value is None or value is Utils.NULL_VALUE:
        return None
    if isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Utils.RangeList):
        return list(range(value.a, value.b + 1))
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise UnsupportedResult("returned an unsupported result type.")


def _number(value: float) -> int | float:
    if not math.isfinite(value):
        raise EvaluationError("D1001: Number out of range: Infinity")
    return int(value) if value.is_integer() and abs(value) < MAX_EXACT_INTEGER else value
