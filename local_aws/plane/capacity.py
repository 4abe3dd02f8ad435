# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Which capacity provider the next task of a service gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

MANAGED = ("FARGATE", "FARGATE_SPOT")


def next_provider(strategy: Sequence[Mapping[str, Any]], running: Mapping[str, int]) -> str:
    """First until `base` is met, then the one furthest below its share by `weight`."""
    for item in strategy:
        name = str(item["capacityProvider"])
        if running.get(name, 0) < int(item.get("base") or 0):
            return name
    weighted = [item for item in strategy if int(item.get("weight") or 0) > 0] or list(strategy)

    def load(item: Mapping[str, Any]) -> float:
        above_base = running.get(str(item["capacityProvider"]), 0) - int(item.get("base") or 0)
        return above_base / max(1, int(item.get("weight") or 0))

    return str(min(weighted, key=load)["capacityProvider"])
