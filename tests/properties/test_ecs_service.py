# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""ecs_service: from any settings to any others in one run, of the service and all that belongs to it."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import absent, deployment, present, shapes
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown
from tests.properties import strategies_services as options_of
from tests.properties.converging import converges, parameters, run
from tests.properties.memory import Clients
from tests.properties.memory_balancing import NAME, MemoryBalancing
from tests.properties.memory_scaling import MemoryScaling
from tests.properties.memory_services import MemoryEcsServices
from tests.properties.strategies_found_services import FOUND_SERVICES, PARTS, FoundService

# Each of their examples has several states, of one part of a service.
HALF = settings(max_examples=settings.default.max_examples // 2)
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
    balancing = MemoryBalancing()
    services = {"ecs": MemoryEcsServices(balancing), "elbv2": balancing, "application-autoscaling": MemoryScaling()}
    return Clients(**services)


def known(told: Any) -> Any:
    """Return what a run has told without what it could not know before it."""
    if isinstance(told, dict):
        return {key: known(item) for key, item in told.items() if not (isinstance(item, str) and is_unknown(item))}
    return [known(item) for item in told] if isinstance(told, list) else told


def becomes(following: list[dict[str, Any]], clients: Clients | None = None) -> None:
    """Make a service one after the other of what it shall be; what a run tells has to be there afterwards."""
    clients = clients or account()
    for options in following:
        done = converges(present.ensure_present, "ecs_service", options, clients)
        if done is not None:
            again = run(present.ensure_present, "ecs_service", options, clients, True)
            # Of a cookie of the other type, AWS knows how long it was valid.
            assert shapes.covered(known(done.after), again.before)


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
    return st.lists(st.fixed_dictionaries(changing), min_size=2, max_size=3).map(
        lambda following: [{**first, **options} for options in following]
    )


@given(only(load_balancer=options_of.BALANCER))
def test_any_target_group_and_listener_become_any_others(following: list[dict[str, Any]]) -> None:
    becomes(following)


@HALF
@given(
    only(
        service_connect_configuration=options_of.CONNECT,
        service_registries=options_of.REGISTRIES,
        vpc_lattice_configurations=options_of.LATTICE,
        volume_configurations=options_of.DISKS,
    )
)
def test_any_connections_and_volumes_become_any_others(following: list[dict[str, Any]]) -> None:
    becomes(following)


@HALF
@given(only(task_definition=options_of.TASKS))
def test_any_task_definition_becomes_any_other(following: list[dict[str, Any]]) -> None:
    becomes(following)


@given(only(autoscaling=options_of.AUTOSCALING))
def test_any_autoscaling_becomes_any_other(following: list[dict[str, Any]]) -> None:
    becomes(following)


@HALF
@given(only(deployment=options_of.DEPLOYMENTS, load_balancer=options_of.COLORED))
def test_any_strategy_becomes_any_other_while_it_moves_requests(following: list[dict[str, Any]]) -> None:
    becomes(following)


def names_in(wish: dict[str, Any]) -> dict[str, Any]:
    """Return the options that say what the parts of a service are called, as a deletion takes them."""
    balancer, told = wish.get("load_balancer"), dict(WHO)
    if balancer:
        parts = {"target_group": {"name": balancer["target_group"].get("name", "shop-orders")}}
        told["load_balancer"] = {"load_balancer_name": NAME, **parts}
    if "family" in wish.get("task_definition", {}):
        told["task_definition"] = {"family": wish["task_definition"]["family"]}
    return told


@st.composite
def colored(draw: st.DrawFn) -> dict[str, Any]:
    (wish,) = draw(wishes(1))
    strategy = draw(options_of.DEPLOYMENTS)
    return {**wish, "load_balancer": draw(options_of.COLORED), "deployment": strategy}


@given(
    FOUND_SERVICES | st.none(),
    wishes(1).map(lambda following: following[0]) | colored(),
    st.fixed_dictionaries({"wait": st.booleans(), "keep_task_definitions": st.booleans()}),
)
def test_of_a_deleted_service_nothing_is_left(
    found: FoundService | None, wish: dict[str, Any], how: dict[str, Any]
) -> None:
    clients = account()
    if found:
        found.add_to(clients)
    converges(present.ensure_present, "ecs_service", wish, clients)
    revisions = copy.deepcopy(clients("ecs").state["revisions"])
    named = names_in(wish)
    if not how["keep_task_definitions"]:
        # Those of another family are what somebody else has made.
        revisions.pop(named.get("task_definition", {}).get("family", PARTS), None)
    assert converges(absent.ensure_absent, "ecs_service", {**named, **how, "state": "absent"}, clients)
    left, empty = clients.states(), account().states()
    for services in (left["ecs"], empty["ecs"]):
        services["tags"] = {arn: tags for arn, tags in services["tags"].items() if ":task-definition/" not in arn}
    assert left == {**empty, "ecs": {**empty["ecs"], "revisions": revisions}}


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
