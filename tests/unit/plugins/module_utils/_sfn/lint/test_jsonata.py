# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import jsonata
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.places import is_expression, leaves


@pytest.mark.parametrize(
    ("expression", "variables"),
    [
        ("$a & $b.c[$d = 1]", {"a", "b", "d"}),
        ("$a-1", {"a"}),
        ("$größe", {"größe"}),
        ("'$a' & \"$b\" & `$c` & $d", {"d"}),
        ("/* $a */ $b", {"b"}),
        ("$contains($a, /$b[/]$c\\/(d\\/)/i)", {"contains", "a"}),
        ("$a / $b / $c", {"a", "b", "c"}),
        ("($a := $b; $a)", {"b"}),
        ("$map($x, function($v, $i) { $v + $i + $w })", {"map", "x", "w"}),
        ("λ($v) { $v }", set()),
        ("$x.items@$v#$i.($v + $i)", {"x"}),
        ("$ + $$", set()),
    ],
)
def test_the_variables_that_an_expression_reads(expression: str, variables: set[str]) -> None:
    assert jsonata.read(expression).variables == variables


@pytest.mark.parametrize(
    ("expression", "members"),
    [
        ("$states.input.result", {"input"}),
        ("$states . result & $states.`errorOutput`.Error", {"result", "errorOutput"}),
        ("'$states.result'", set()),
        ("/* $states.result */ $states", set()),
        ("$string($states)", set()),
        ("$statesresult", set()),
    ],
)
def test_the_members_of_states(expression: str, members: set[str]) -> None:
    assert jsonata.read(expression).members == members


@pytest.mark.parametrize(
    ("expression", "roots"),
    [
        ("phone", {"phone"}),
        ("$sum(prices)", {"prices"}),
        ("$", {"$"}),
        ("$x.a.$$", {"$$"}),
        ("`a b`.c", {"`a b`"}),
        ("{ 'a': b, 'c': 1 }", {"b"}),
        ("$map($x, function($v) { b })", {"b"}),
        ("$x in ['a'] and and", {"and"}),
        ("$f(x)[y = 1]", {"x"}),
        ("$states.input.items[value > 3]", set()),
        ("$map($x, function($v) { $v.b })", set()),
        ("function($v)<(sn)a<n>:n>{ $v }(3)", set()),
        ("$x.{ 'a': b, 'c': $ }", set()),
        ("$x{ a: b }", set()),
        ("$x^(>a, b)", set()),
        ("$x.(a + $)", set()),
        ("[1..3].($ * 2)", set()),
        ("$x ~> |$.a|{'b': c}|", set()),
        ("true and false or null in [1]", set()),
    ],
)
def test_the_paths_that_begin_with_nothing(expression: str, roots: set[str]) -> None:
    assert jsonata.read(expression).roots == roots


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("", "The expression is empty."),
        (" /* nothing */ ", "The expression is empty."),
        ("(1", "A ( is not closed."),
        ("[1)", "A ) closes nothing."),
        ("1)", "A ) closes nothing."),
        ("'a", "A text that begins with ' is not closed."),
        ("`a", "A name that begins with ` is not closed."),
        ("/* a", "A comment /* is not closed."),
        ("$match('a', /b", "A regular expression / is not closed."),
        ("$a == 1", "JSONata has no ==: write =."),
        ("$a && $b", "JSONata has no &&: write and."),
        ("$a || $b", "JSONata has no ||: write or."),
        ("$a !== 1", "JSONata has no !==: write !=."),
        ("1 +", "Something must follow the + at the end."),
        ("$x :=", "Something must follow the := at the end."),
    ],
)
def test_what_is_not_closed(expression: str, sentence: str) -> None:
    with pytest.raises(jsonata.BadExpression) as error:
        jsonata.read(expression)
    assert str(error.value) == sentence


def test_the_corpus_is_read_as_a_real_parser_reads_it(corpus: list[Any]) -> None:
    parser = pytest.importorskip("jsonata", reason="jsonata-python is only there for development.")
    checked = 0
    for case in corpus:
        for text, pointer in leaves(case.definition, ""):
            if is_expression(text):
                assert _reads(jsonata.read, text[2:-2]) == _reads(parser.Jsonata, text[2:-2]), (case.name, pointer)
                checked += 1
    assert checked > 100


def _reads(read: Any, expression: str) -> bool:
    try:
        read(expression)
    except Exception:  # the parser raises what it likes
        return False
    return True
