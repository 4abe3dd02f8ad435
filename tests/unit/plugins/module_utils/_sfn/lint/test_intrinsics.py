# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Intrinsic functions of which the corpus has no case."""

from __future__ import annotations

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint import intrinsics


@pytest.mark.parametrize("text", ["States.MathAdd(1,)", "States.Format('{}', )", "States.Array(, 1)"])
def test_an_argument_that_is_left_out_is_a_fault(text: str) -> None:
    assert [finding.rule for finding in intrinsics.check(text, "")] == ["intrinsic-syntax"]


@pytest.mark.parametrize("text", ["States.UUID( )", "States.Array('', '')"])
def test_no_arguments_and_empty_texts_are_none(text: str) -> None:
    assert list(intrinsics.check(text, "")) == []
