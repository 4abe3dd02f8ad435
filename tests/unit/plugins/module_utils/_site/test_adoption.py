# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._site.adoption import adoption_report


def thing(kind: str, name: str, ours: bool = False) -> dict[str, Any]:
    return {"kind": kind, "name": name, "id": f"{name}-id", "ours": ours}


def test_of_nothing_there_is_nothing_to_tell() -> None:
    assert adoption_report([], [], []) == {
        "taken_over": [],
        "differs": {},
        "made": [],
        "deleted": [],
        "ours": [],
        "left_alone": [],
    }


def test_what_gets_only_tags_is_taken_over_as_it_is() -> None:
    told = adoption_report([thing("HTTP API", "shop")], ["update tags of HTTP API shop"], [])
    assert (told["taken_over"], told["differs"], told["left_alone"]) == (["HTTP API shop (shop-id)"], {}, [])


def test_other_steps_are_what_differs() -> None:
    steps = [
        "update trust policy of role shop-invoker",
        "delete inline policy start of role shop-invoker",
        "create secret shop/registry",
        "delete route ANY /a/{proxy+}",
    ]
    told = adoption_report([thing("role", "shop-invoker")], steps, [])
    assert told["taken_over"] == ["role shop-invoker (shop-invoker-id)"]
    assert told["differs"] == {"role shop-invoker": steps[:2]}
    assert told["made"] == ["create secret shop/registry"]
    assert told["deleted"] == ["delete route ANY /a/{proxy+}"]


def test_a_name_that_only_begins_like_another_is_not_the_other() -> None:
    existing = [thing("role", "shop"), thing("role", "shop-2"), thing("role", "shop-3")]
    told = adoption_report(existing, ["update tags of role shop-2", "update tags of role shop-3/x"], [])
    assert told["taken_over"] == ["role shop-2 (shop-2-id)"]
    assert told["left_alone"] == ["role shop (shop-id)", "role shop-3 (shop-3-id)"]


def test_what_is_ours_is_not_taken_over_even_when_its_tags_change() -> None:
    steps = ["update tags of VPC shop", "update tags of subnet shop-public-1"]
    told = adoption_report([thing("VPC", "shop", ours=True)], steps, [])
    assert (told["ours"], told["taken_over"]) == (["VPC shop (shop-id)"], [])
    assert told["differs"] == {"parts": ["update tags of subnet shop-public-1"]}


def test_the_parts_of_a_network_come_with_its_vpc() -> None:
    steps = ["update tags of VPC shop", "update tags of subnet shop-public-1", "set map_public_ip=false on subnet x"]
    told = adoption_report([thing("VPC", "shop")], steps, [])
    assert told["taken_over"] == ["VPC shop (shop-id)", "subnet shop-public-1"]
    assert told["differs"] == {"parts": ["set map_public_ip=false on subnet x"]}


def test_log_groups_are_told_by_name() -> None:
    existing = [thing("log group", "/ecs/shop"), thing("log group", "/ecs/shop-old")]
    told = adoption_report(existing, [], ["/ecs/shop"])
    assert told["taken_over"] == ["log group /ecs/shop (/ecs/shop-id)"]
    assert told["left_alone"] == ["log group /ecs/shop-old (/ecs/shop-old-id)"]
