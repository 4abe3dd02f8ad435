# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from ansible_collections.orchestra.aws.plugins.module_utils._elbv2 import rule, rule_api
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError

ARNS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
BLUE, GREEN, OTHER = (f"{ARNS}targetgroup/{name}/1" for name in ("blue", "green", "other"))
LISTENER = f"{ARNS}listener/app/shop/1/2"
RULE = f"{ARNS}listener-rule/app/shop/1/2/3"


def forwarding(weights: dict[str, int], **more: Any) -> dict[str, Any]:
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
    conditions = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["*"]}}]
    return {
        "RuleArn": RULE,
        "Priority": "50000",
        "Conditions": conditions,
        "Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}],
        **more,
    }


def test_the_rule_is_the_one_for_these_groups_and_no_others() -> None:
    default = forwarding({BLUE: 1}, IsDefault=True)
    mixed = forwarding({BLUE: 1, OTHER: 1})
    ours = forwarding({BLUE: 0, GREEN: 100})
    assert rule.find([default, mixed, ours], [BLUE, GREEN]) is ours
    assert rule.find([default, mixed], [BLUE, GREEN]) is None
    one = {"RuleArn": RULE, "Actions": [{"Type": "forward", "TargetGroupArn": BLUE}]}
    assert rule.find([one], [BLUE, GREEN]) is one


def test_weights_are_no_difference() -> None:
    wanted = rule.desired(8001, ["green", "blue"])
    for weights in ({BLUE: 100, GREEN: 0}, {GREEN: 95, BLUE: 5}):
        assert rule.settings(forwarding(weights), 8001) == wanted
    assert rule.settings(forwarding({BLUE: 1}), 8001) != wanted
    assert rule.settings(None, 8001) == {}


@pytest.mark.parametrize(
    "conditions",
    [
        [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}],
        [{"Field": "host-header", "HostHeaderConfig": {"Values": ["*"]}}],
    ],
)
def test_conditions_of_somebodys_own_are_not_lost(conditions: list[dict[str, Any]]) -> None:
    with pytest.raises(InputError, match="The listener of port 8001 has a rule of its own"):
        rule.check_paths(forwarding({BLUE: 1}, Conditions=conditions), 8001)
    rule.check_paths(forwarding({BLUE: 1}), 8001)
    rule.check_paths(None, 8001)


def test_a_new_rule_comes_last_and_leaves_traffic_where_it_is() -> None:
    assert rule.free_priority([]) == 50000
    assert rule.free_priority([{"Priority": "50000"}, {"Priority": "default"}, {"Priority": "49999"}]) == 49998
    made = rule.request(BLUE, GREEN)
    assert rule.weights(made) == {BLUE: 100, GREEN: 0}
    assert made["Conditions"] == [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["*"]}}]


def test_rules_are_read_page_by_page_and_missing_ones_are_none(client: Any, stub: Stubber) -> None:
    stub.add_response("describe_rules", {"Rules": [{"RuleArn": RULE}], "NextMarker": "m"}, {"ListenerArn": LISTENER})
    stub.add_response("describe_rules", {"Rules": [{}]}, {"ListenerArn": LISTENER, "Marker": "m"})
    stub.add_client_error("describe_rules", "ListenerNotFound")
    stub.add_response("describe_rules", {"Rules": [{"RuleArn": RULE}]}, {"RuleArns": [RULE]})
    stub.add_client_error("describe_rules", "RuleNotFound")
    assert len(rule_api.rules(client, LISTENER) or []) == 2
    assert rule_api.rules(client, LISTENER) is None
    assert rule_api.rule(client, RULE) == {"RuleArn": RULE}
    assert rule_api.rule(client, RULE) is None


def test_a_rule_is_made_with_its_tags_and_changed(client: Any, stub: Stubber) -> None:
    request = rule.request(BLUE, GREEN)
    asked = {"ListenerArn": LISTENER, "Priority": 50000, **request, "Tags": [{"Key": "a", "Value": "1"}]}
    stub.add_response("create_rule", {"Rules": [{"RuleArn": RULE}]}, asked)
    stub.add_response("modify_rule", {"Rules": []}, {"RuleArn": RULE, **request})
    assert rule_api.create_rule(client, LISTENER, {"Priority": 50000, **request}, {"a": "1"}) == {"RuleArn": RULE}
    rule_api.modify_rule(client, RULE, request)
