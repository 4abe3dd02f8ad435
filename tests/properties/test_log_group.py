# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""log_group: any log group gets the desired settings in one run; what is left out stays."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._logs import groups_apply
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_logs import MemoryLogs
from tests.properties.strategies import FOUND_TAGS, maybe, tagging

NAME = "/ecs/shop-prod"
KEYS = [f"arn:aws:kms:eu-central-1:123456789012:key/{letter}" for letter in "ab"]
FOUND = st.tuples(FOUND_TAGS, maybe(retentionInDays=st.sampled_from([1, 30]), kmsKeyId=st.sampled_from(KEYS)))
OPTIONS = maybe(
    # 2 is none that AWS allows.
    retention_in_days=st.sampled_from([0, 1, 30, 2]),
    kms_key_id=st.sampled_from(["", *KEYS]),
    **tagging(),
).map(lambda options: {"name": NAME, **options})


def clients_with(found: Any) -> Clients:
    clients = Clients(logs=MemoryLogs())
    # Others with the same beginning, so that the wanted one is on another page.
    for number in range(3):
        clients("logs").add(f"{NAME}-{number}", {})
    if found:
        clients("logs").add(NAME, found[0], **found[1])
    return clients


@given(st.none() | FOUND, st.lists(OPTIONS, min_size=1, max_size=3))
def test_any_log_group_converges(found: Any, following: list[dict[str, Any]]) -> None:
    clients = clients_with(found)
    for options in following:
        before = clients("logs").state.get(NAME, {"group": {}, "tags": {}})["group"].copy()
        if converges(groups_apply.ensure_present, "log_group", options, clients):
            kept = clients("logs").state[NAME]["group"]
            for option, key in (("retention_in_days", "retentionInDays"), ("kms_key_id", "kmsKeyId")):
                assert kept.get(key) == (options.get(option, before.get(key)) or None)
    converges(groups_apply.ensure_absent, "log_group", {"name": NAME, "state": "absent"}, clients)
    assert NAME not in clients("logs").state
    assert len(clients("logs").state) == 3
