# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""iam_role: policies are compared by meaning, and any role becomes the desired one in one run."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._iam import policy, role_apply
from tests.properties.converging import converges, run
from tests.properties.memory import Clients
from tests.properties.memory_iam import MOST_MANAGED, MemoryIam
from tests.properties.strategies_iam import NAME, OPTIONS, documents, found_roles, respelled


@given(st.data())
def test_spelling_does_not_matter(data: st.DataObject) -> None:
    document = data.draw(documents())
    again = data.draw(respelled(document))
    assert policy.same(document, again)


@given(documents())
def test_the_readable_form_is_the_readable_form_of_itself(document: dict[str, Any]) -> None:
    readable = policy.readable(document)
    assert policy.readable(readable) == readable
    assert policy.same(document, readable)


@given(documents(), st.data())
def test_one_action_more_is_another_document(document: dict[str, Any], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(document["Statement"]) - 1))
    statements = [dict(statement) for statement in document["Statement"]]
    statements[position]["Action"] = [*statements[position]["Action"], "ecs:RunTask"]
    assert not policy.same(document, {**document, "Statement": statements})


@given(st.none() | found_roles(), st.lists(OPTIONS, min_size=1, max_size=4))
def test_any_role_converges(found: Any, wishes: list[dict[str, Any]]) -> None:
    clients = Clients(iam=MemoryIam())
    if found:
        clients("iam").add(*found)
    for options in wishes:
        assume(not _over_quota(clients("iam").state, options))
        converges(role_apply.ensure_present, "iam_role", options, clients)


@given(found_roles())
def test_any_role_is_deleted_with_all_that_it_holds(found: Any) -> None:
    clients = Clients(iam=MemoryIam())
    clients("iam").add(*found)
    options = {"name": NAME, "state": "absent"}
    done = converges(role_apply.ensure_absent, "iam_role", options, clients)
    assert done
    assert done.actions
    assert clients("iam").state == {}


@given(found_roles(), st.data())
def test_policies_that_are_only_spelled_otherwise_are_left_alone(found: Any, data: st.DataObject) -> None:
    role, policies, managed = found
    clients = Clients(iam=MemoryIam())
    clients("iam").add(role, policies, managed)
    again = {name: data.draw(respelled(document)) for name, document in policies.items()}
    options = {"name": NAME, "policies": again, "managed_policies": data.draw(st.permutations(managed))}
    assert run(role_apply.ensure_present, "iam_role", options, clients, False).actions == []


def _over_quota(state: dict[str, Any], options: dict[str, Any]) -> bool:
    """Tell whether the role would get more managed policies than IAM allows, which is for IAM to refuse."""
    kept = [] if options.get("purge_managed_policies", True) else state.get(NAME, {}).get("managed", [])
    return len({*kept, *options.get("managed_policies", [])}) > MOST_MANAGED
