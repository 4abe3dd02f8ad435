# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import vpc_link
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError


def link(link_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "VpcLinkId": link_id,
        "Name": "shop",
        "SubnetIds": ["subnet-b", "subnet-a"],
        "SecurityGroupIds": ["sg-1"],
        "VpcLinkStatus": "AVAILABLE",
        "Tags": {"a": "1"},
        **changes,
    }


@pytest.mark.parametrize(
    ("found", "current", "replaced"),
    [
        pytest.param([], None, [], id="none"),
        pytest.param([link("1")], "1", [], id="fits, order of subnets does not matter"),
        pytest.param([link("1", Name="other")], None, [], id="other name"),
        pytest.param([link("1", SubnetIds=["subnet-c"])], None, ["1"], id="other subnets"),
        pytest.param([link("1", SecurityGroupIds=["sg-2"])], None, ["1"], id="other groups"),
        pytest.param([link("1", VpcLinkStatus="DELETING")], None, [], id="going away"),
        pytest.param([link("1", VpcLinkStatus="FAILED")], None, ["1"], id="failed is replaced"),
        pytest.param([link("1", VpcLinkStatus="INACTIVE")], "1", [], id="inactive is usable"),
        pytest.param([link("1", SubnetIds=["subnet-c"]), link("2")], "2", ["1"], id="new beside old"),
    ],
)
def test_choose(found: list[dict[str, Any]], current: str | None, replaced: list[str]) -> None:
    links = vpc_link.choose(found, "shop", ["subnet-a", "subnet-b"], ["sg-1"])
    assert (links.current["VpcLinkId"] if links.current else None) == current
    assert [old["VpcLinkId"] for old in links.replaced] == replaced


def test_two_that_fit_are_ambiguous() -> None:
    with pytest.raises(InputError, match=r"2 VPC links are named shop \(1, 2\)"):
        vpc_link.choose([link("2"), link("1")], "shop", ["subnet-a", "subnet-b"], ["sg-1"])


def test_a_replacement_keeps_tags_that_were_left_out() -> None:
    links = vpc_link.Links(None, [link("1", SubnetIds=["subnet-c"])])
    params = {"name": "shop", "subnets": ["subnet-a"], "security_groups": ["sg-1"], "tags": None, "purge_tags": True}
    assert vpc_link.desired(params, links)["tags"] == {"a": "1"}
