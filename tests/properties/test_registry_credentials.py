# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""registry_credentials: whatever is stored, one run brings parameters and secret in step, and shows no value."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._registry import credentials_apply
from tests.properties.converging import converges
from tests.properties.memory import Clients
from tests.properties.memory_registry import MemorySecretsManager, MemorySsm
from tests.properties.strategies import TAGS, Strategy, maybe, tagging

NAME = "shop-prod/registry"
VALUES = st.sampled_from(["Xylophon", "Quetzal", 'Zy"lin\\der'])

GIVEN: Strategy = st.just({}) | st.fixed_dictionaries({"username": VALUES, "password": VALUES})
OPTIONS = st.tuples(GIVEN, maybe(**tagging())).map(lambda parts: {"name": NAME, **parts[0], **parts[1]})
PARAMETERS = st.dictionaries(st.sampled_from(["username", "password"]), st.tuples(VALUES, TAGS))


@st.composite
def secrets(draw: st.DrawFn) -> tuple[str | None, dict[str, str], bool]:
    """Return the value of a secret that somebody has made, its tags, and whether it is being deleted."""
    keys = draw(st.permutations(["username", "password"]))
    written = {key: draw(VALUES) for key in keys}
    value = draw(st.sampled_from([None, "", "no JSON", json.dumps(written, indent=2)]))
    return value, draw(TAGS), draw(st.booleans())


def clients_with(parameters: dict[str, Any], secret: Any) -> Clients:
    clients = Clients(ssm=MemorySsm(), secretsmanager=MemorySecretsManager())
    for key, (value, tags) in parameters.items():
        clients("ssm").state[f"/{NAME}/{key}"] = {"value": value, "tags": dict(tags)}
    if secret:
        clients("secretsmanager").add(NAME, *secret)
    return clients


@given(PARAMETERS, st.none() | secrets(), st.lists(OPTIONS, min_size=1, max_size=3))
def test_whatever_is_stored_converges(parameters: Any, secret: Any, following: list[dict[str, Any]]) -> None:
    clients = clients_with(parameters, secret)
    for options in following:
        done = converges(credentials_apply.ensure_present, "registry_credentials", options, clients)
        if done:
            stored = clients("ssm").state
            kept = json.loads(clients("secretsmanager").state[NAME]["value"])
            assert kept == {key: stored[f"/{NAME}/{key}"]["value"] for key in ("username", "password")}
            shown = json.dumps([done.before, done.after, done.actions, done.result])
            assert not [value for value in kept.values() if value in shown or json.dumps(value)[1:-1] in shown]


@given(PARAMETERS, st.none() | secrets())
def test_whatever_is_stored_can_be_deleted(parameters: Any, secret: Any) -> None:
    clients = clients_with(parameters, secret)
    absent = {"name": NAME, "state": "absent"}
    converges(credentials_apply.ensure_absent, "registry_credentials", absent, clients)
    assert clients("ssm").state == clients("secretsmanager").state == {}
