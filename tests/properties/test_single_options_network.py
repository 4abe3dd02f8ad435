# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Each scalar option of a network altered by itself: told as that and nothing else, and planned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._network import settings, steps
from ansible_collections.orchestra.aws.plugins.module_utils._network.found import Found
from ansible_collections.orchestra.aws.plugins.module_utils._network.layout import lay_out
from ansible_collections.orchestra.aws.plugins.module_utils._network.parts import Parts, match
from ansible_collections.orchestra.aws.plugins.module_utils._network.plan import plan
from tests.modules.single import Alteration, told
from tests.modules.single_options import ALTERED
from tests.modules.table import Options, said
from tests.properties.converging import parameters

ZONES = [{"ZoneName": f"us-east-1{letter}", "ZoneId": f"use1-az{letter}"} for letter in "ab"]
FOUND = Found(ZONES, [], [], region="us-east-1")
NETWORK = [one for one in ALTERED if one.module == "vpc_network" and "." in one.option]


def wanted(options: Options) -> tuple[settings.Settings, Parts]:
    """Return the settings that a network gets, and its parts: with the flow log, if it has one, as made already."""
    params = parameters("vpc_network", options)
    layout = lay_out(params, FOUND)
    parts = match(params, layout, FOUND)
    before = settings.before(layout, FOUND, parts)
    after = settings.after(params, layout, FOUND, parts, before)
    return after, replace(parts, flow_log={"FlowLogId": "fl-1"} if "flow_logs" in after else None)


@pytest.mark.parametrize("one", NETWORK, ids=str)
def test_an_option_is_altered_by_itself(one: Alteration) -> None:
    (before, _parts), (after, parts) = wanted(one.options), wanted(one.altered())
    names = ["from_port", "to_port"] if one.name == "port" else [one.name]
    differences = list(told(before, after))
    assert [[key for key in where if isinstance(key, str)][-1] for where, _before, _after in differences] == names
    for _where, old, new in differences:
        assert (said(old), said(new)) == (said(one.value), said(one.other))
    assert steps.actions(plan("tables-network", before, after, parts)) != []
    assert steps.actions(plan("tables-network", after, after, parts)) == []
