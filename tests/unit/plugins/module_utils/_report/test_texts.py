# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._report import statistics, texts


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (-1, "0 ms"),
        (0.0254, "25 ms"),
        (0.9996, "1.00 s"),
        (9.999, "10.0 s"),
        (59.96, "1 min"),
        (61.2, "1 min 1 s"),
        (3600, "1 h"),
        (5000, "1 h 23 min"),
        (172_800, "2 days"),
        (31_536_000, "365 days"),
        (190_000, "2 days 4 h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert texts.duration(seconds) == text


def test_moments_are_in_utc() -> None:
    assert texts.moment(1795435881.725) == "2026-11-23 12:11:21.725 UTC"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1 byte"),
        (999, "999 bytes"),
        (1760, "1.76 kB"),
        (262_144, "262 kB"),
        (999_900, "1 MB"),
        (2_340_000, "2.34 MB"),
    ],
)
def test_sizes(number: int, text: str) -> None:
    assert texts.size(number) == text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcde"), "a, b, c and 2 more"),
    ],
)
def test_lists(names: list[str], text: str) -> None:
    assert texts.listed(names) == text


@pytest.mark.parametrize("seconds", [0.001, 0.7, 1, 1.93, 59, 61, 1000, 90_000, 31_536_000])
def test_ticks_are_few_and_within(seconds: float) -> None:
    ticks = texts.ticks(seconds)
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= 6
    assert ticks[-1] <= seconds * 1.000001
    assert texts.ticks(0) == [0.0]


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([3], 99, 3),
        ([4, 1, 3, 2], 50, 2),
        (range(1, 101), 90, 90),
        (range(1, 101), 99, 99),
        ([1, 2], 1, 1),
    ],
)
def test_percentiles_are_values_that_occur(values: list[float], percent: int, expected: float | None) -> None:
    assert statistics.percentile(values, percent) == expected
