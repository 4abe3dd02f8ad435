# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The JSONata evaluator: values, errors, Step Functions' functions, time, threads."""

from __future__ import annotations

import concurrent.futures
import re
from typing import Any

import pytest

from local_aws.sfn import jsonata


def evaluate(expression: str, **names: Any) -> Any:
    return jsonata.evaluate(expression, names)


@pytest.mark.parametrize(
    "value",
    [
        "he said \"x\" \\ and 'y'\n",
        "$states.input & ') := 1;'",
        {"a": None, "b": [None, 1, 1.5, True], "ü": {"x": []}},
        [1],
        [[1]],
        [],
        {},
        0,
        False,
        "",
        2**53 - 1,
    ],
)
def test_values_are_bound_and_come_back_unchanged(value: Any) -> None:
    result = evaluate("$v", v=value)
    assert result == value
    assert type(result) is type(value)


def test_null_is_a_value_and_undefined_is_none() -> None:
    assert evaluate("$v", v=None) is None
    assert evaluate("$exists($v.a)", v={"a": None}) is True
    assert evaluate("[$v.a, $v.b]", v={"a": None}) == [None]
    with pytest.raises(jsonata.Undefined, match="returned nothing"):
        evaluate("$v.b", v={"a": None})


def test_whole_numbers_are_integers() -> None:
    assert str(evaluate("[10/2, 1.0, 3 * 2, 0.1 * 10, 1.25]")) == "[5, 1, 6, 1, 1.25]"
    assert evaluate("$string($v)", v={"n": 1.0}) == '{"n":1}'


def test_arrays_of_one_element_stay_arrays() -> None:
    assert evaluate("$append([], [{'a': 1}])") == [{"a": 1}]
    assert evaluate("{'r': $v}", v=[1]) == {"r": [1]}


def test_a_result_does_not_share_data_with_the_bindings() -> None:
    bound = {"a": [1]}
    evaluate("$v", v=bound)["a"].append(2)
    assert bound == {"a": [1]}


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("1/0", "D1001"),
        ("'a' + 1", "T2001"),
        ("$nothing()", "T1006"),
        ("$eval('1')", "T1006"),
        ("$error('boom')", "boom"),
        ("$uppercase(1)", "T0410"),
        ("(", "S0203"),
        ("($f := function($n){1 + $f($n + 1)}; $f(1))", "D1011"),
        ("$toMillis('never')", "never"),
        ("$parse('{')", "not a valid JSON text"),
        ("$hash('a', 'CRC')", "SHA-256"),
        ("$range(1, 5, 0)", "step"),
        ("$range(0, 1000, 1)", "1000"),
        ("$partition([1], 0)", "chunk size"),
    ],
)
def test_every_failure_is_an_evaluation_error(expression: str, reason: str) -> None:
    with pytest.raises(jsonata.EvaluationError, match=re.escape(reason)):
        evaluate(expression)


@pytest.mark.parametrize("expression", ["function($x){$x}", "$sum", "[function(){1}]", "{'a': $sum}"])
def test_functions_are_no_results(expression: str) -> None:
    with pytest.raises(jsonata.UnsupportedResult):
        evaluate(expression)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(1, 9, 2)", [1, 3, 5, 7, 9]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$range(5, 1, 1)", []),
        ("$hash('Hello', 'SHA-1')", "f7ff9e8b7bb2e09b70935a5d785e0cc5d9d0abf0"),
        ("$parse('{\"a\": [null, 1.0]}')", {"a": [None, 1]}),
        ("'[1]' ~> $parse", [1]),
        ("$random(7) = $random(7)", True),
        ("$random() >= 0 and $random() < 1", True),
        ("$exists($parse($nothing))", False),
    ],
)
def test_functions_of_step_functions(expression: str, value: Any) -> None:
    assert evaluate(expression) == value


def test_uuids_differ() -> None:
    first, second = evaluate("[$uuid(), $uuid()]")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first)
    assert first != second


@pytest.mark.parametrize("fraction", ["", ".5", ".042", ".001999", ".123456789"])
def test_timestamps_are_normalised_to_milliseconds(fraction: str) -> None:
    expected = f"2025-08-27T10:04:42.{(fraction[1:] + '000')[:3]}Z"
    assert evaluate("$fromMillis($toMillis($t))", t=f"2025-08-27T10:04:42{fraction}Z") == expected


def test_no_millisecond_is_lost() -> None:
    times = [
        f"2025-08-27T10:04:{second:02d}.{fraction:03d}Z"
        for second in range(0, 60, 7)
        for fraction in range(0, 1000, 13)
    ]
    assert evaluate("$map($t, function($x){$fromMillis($toMillis($x))})", t=times) == times


def test_now_is_one_moment_in_one_expression() -> None:
    now, millis, again = evaluate("[$now(), $millis(), $map([1..200], function($i){$now()})[199]]")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", now)
    assert evaluate("$fromMillis($m)", m=millis) == now == again


def test_now_moves_on_between_expressions() -> None:
    first = evaluate("$millis()")
    while evaluate("$millis()") == first:
        pass


def test_threads_do_not_mix_their_values() -> None:
    expression = "($f := function($x){$x * $k}; {'sum': $sum($map([1..50], $f)), 'k': $k, 'at': $now()})"

    def run(number: int) -> bool:
        result = evaluate(expression, k=number)
        return bool(result["sum"] == 1275 * number and result["k"] == number)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(200)))


def test_runaway_recursion_ends_in_a_thread_too() -> None:
    def run(_: int) -> str:
        try:
            return str(evaluate("($f := function($n){1 + $f($n + 1)}; $f(1))"))
        except jsonata.EvaluationError as error:
            return str(error)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert all(text.startswith("D1011") for text in pool.map(run, range(2)))


def test_syntax_and_root_references_are_recognised() -> None:
    assert jsonata.syntax_error("$states.input") is None
    assert "S0203" in str(jsonata.syntax_error("(("))
    assert [jsonata.reads_the_root(text) for text in ("$", "$$.a", "$.a", "$a.($)", "[1].($)")] == [True] * 3 + [
        False
    ] * 2
