# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_service: from any settings to any others in one run, of the service and all that belongs to it."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import deployment, present, shapes
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from tests.properties import strategies_services as options_of
from tests.properties.converging import converges, parameters, run
from tests.properties.memory import Clients
from tests.properties.memory_balancing import MemoryBalancing
from tests.properties.memory_scaling import MemoryScaling
from tests.properties.memory_services import MemoryEcsServices
from tests.properties.strategies_found_services import FOUND_SERVICES, FoundService

WHO = {"cluster": "shop", "name": "orders", "wait": False}
TASK = {
    "cpu": 256,
    "memory": 512,
    "containers": [{"name": "app", "image": "example/app:1", "port_mappings": options_of.PORTS}],
}
BEHIND = st.one_of(st.just({}), st.fixed_dictionaries({"health_check_grace_period_seconds": st.sampled_from([0, 9])}))


@st.composite
def wishes(draw: st.DrawFn, most: int = 4) -> list[dict[str, Any]]:
    """Return what the service shall be, one after the other; the first wish has all that a new one needs."""
    balanced = draw(st.booleans())
    following = []
    for _ in range(draw(st.integers(1, most))):
        wish = {**WHO, **draw(options_of.PLAIN), **draw(options_of.CAPACITY)}
        if balanced and (not following or draw(st.booleans())):
            wish |= {"load_balancer": draw(options_of.BALANCER), **draw(BEHIND)}
        if not following or draw(st.booleans()):
            wish["task_definition"] = draw(options_of.TASKS)
        following.append(wish)
    following[0].setdefault("subnets", ["subnet-1"])
    return following


def account() -> Clients:
    services = {"ecs": MemoryEcsServices(), "elbv2": MemoryBalancing(), "application-autoscaling": MemoryScaling()}
    return Clients(**services)


def becomes(following: list[dict[str, Any]], clients: Clients | None = None) -> None:
    """Make a service one after the other of what it shall be; what a run tells has to be there afterwards."""
    clients = clients or account()
    for options in following:
        done = converges(present.ensure_present, "ecs_service", options, clients)
        if done is not None:
            again = run(present.ensure_present, "ecs_service", options, clients, True)
            # Of a cookie of the other type, AWS knows how long it was valid.
            assert shapes.covered(done.after, again.before)


@given(wishes())
def test_any_service_becomes_any_other(following: list[dict[str, Any]]) -> None:
    becomes(following)


@given(FOUND_SERVICES, wishes())
def test_a_service_that_somebody_else_has_made_becomes_any_other(
    found: FoundService, following: list[dict[str, Any]]
) -> None:
    clients = account()
    found.add_to(clients)
    untouched = converges(present.ensure_present, "ecs_service", WHO, clients)
    assert untouched
    assert untouched.actions == [], "What is left out does not stay."
    becomes(following, clients)


def only(**changing: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return wishes that differ in these options alone."""
    first = {**WHO, "subnets": ["subnet-1"], "task_definition": TASK}
    return st.lists(st.fixed_dictionaries(changing), min_size=2, max_size=4).map(
        lambda following: [{**first, **options} for options in following]
    )


@given(only(load_balancer=options_of.BALANCER))
def test_any_target_group_and_listener_become_any_others(following: list[dict[str, Any]]) -> None:
    becomes(following)


@given(only(autoscaling=options_of.AUTOSCALING))
def test_any_autoscaling_becomes_any_other(following: list[dict[str, Any]]) -> None:
    becomes(following)


def wanted(options: dict[str, Any]) -> dict[str, Any]:
    return parameters("ecs_service", {**WHO, "deployment": options})["deployment"]


def applied(options: dict[str, Any], configuration: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration that AWS has after a run with these options."""
    before = deployment.settings(configuration)
    after = deployment.desired(wanted(options), before)
    made = configuration if after == before else deployment.request(after, configuration)
    assert deployment.settings(made) == after
    assert deployment.desired(wanted(options), after) == after, "A second run would change something."
    return made


@given(st.lists(options_of.DEPLOYMENTS, min_size=1, max_size=4))
def test_any_strategy_becomes_any_other(following: list[dict[str, Any]]) -> None:
    configuration: dict[str, Any] = {}
    for options in following:
        try:
            configuration = applied(options, configuration)
        except InputError:
            assume(False)
