# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Put things in a row as near as possible to where they want to be, in a given order and without overlaps.

With the widths taken out of the positions this is isotonic regression, which pooling adjacent violators solves exactly.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def spread(
    order: Sequence[T], wanted: Mapping[T, float], weights: Mapping[T, float], widths: Mapping[T, float], gap: float
) -> dict[T, float]:
    """Return the middle of each thing. weights: how much it matters that a thing is where it wants to be."""
    offsets = _offsets(order, widths, gap)
    # Pools of neighbours that touch: position, weight, number of things.
    pools: list[tuple[float, float, int]] = []
    for thing in order:
        position, weight, number = wanted[thing] - offsets[thing], weights[thing], 1
        while pools and pools[-1][0] > position:
            before, before_weight, before_number = pools.pop()
            position = (position * weight + before * before_weight) / (weight + before_weight)
            weight, number = weight + before_weight, number + before_number
        pools.append((position, weight, number))
    positions = [position for position, _weight, number in pools for _thing in range(number)]
    return {thing: position + offsets[thing] for thing, position in zip(order, positions, strict=True)}


def _offsets(order: Sequence[T], widths: Mapping[T, float], gap: float) -> dict[T, float]:
    """Return the middles of things that stand beside each other from 0 on, with the least gap between them."""
    offsets: dict[T, float] = {}
    edge = 0.0
    for thing in order:
        offsets[thing] = edge + widths[thing] / 2
        edge += widths[thing] + gap
    return offsets
