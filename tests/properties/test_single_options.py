# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Each scalar option altered by itself, from one value to another: told as that and nothing else, done, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2 import http_api
from ansible_collections.orchestra.aws.plugins.module_utils._cloudwatch import alarms_apply
from ansible_collections.orchestra.aws.plugins.module_utils._ecs import present
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from tests.modules.single import Alteration, told
from tests.modules.single_options import ALTERED
from tests.modules.table import Options, said
from tests.properties.converging import Operate, converges, run
from tests.properties.memory import Clients
from tests.properties.memory_alarms import MemoryCloudWatch, MemorySns
from tests.properties.memory_apigatewayv2 import MemoryApiGatewayV2
from tests.properties.memory_balancing import MemoryBalancing
from tests.properties.memory_scaling import MemoryScaling
from tests.properties.memory_services import MemoryEcsServices


def alarms() -> Clients:
    return Clients(cloudwatch=MemoryCloudWatch(), sns=MemorySns())


def apis() -> Clients:
    return Clients(apigatewayv2=MemoryApiGatewayV2())


def a_service() -> Clients:
    balancing = MemoryBalancing()
    services = {"ecs": MemoryEcsServices(balancing), "elbv2": balancing, "application-autoscaling": MemoryScaling()}
    return Clients(**services)


MEMORY: dict[str, tuple[Operate, Callable[[], Clients]]] = {
    "cloudwatch_alarms": (alarms_apply.ensure, alarms),
    "ecs_service": (present.ensure_present, a_service),
    "http_api": (http_api.ensure_present, apis),
}


@pytest.mark.parametrize("one", [one for one in ALTERED if one.module in MEMORY], ids=str)
def test_an_option_is_altered_by_itself(one: Alteration) -> None:
    operate, account = MEMORY[one.module]
    clients = account()
    run(operate, one.module, one.options, clients, False)
    ways = ((one.altered(), one.value, one.other), (one.options, one.other, one.value))
    for options, old, new in ways:
        done = converges(operate, one.module, options, clients)
        assert done is not None, refusal(operate, one, options, clients)
        [(where, before, after)] = told(done.before, done.after)
        assert [key for key in where if isinstance(key, str)][-1] == one.name
        # A default may be told as nothing.
        shown = [(seen, said(value)) for seen, value in ((before, old), (after, new)) if seen is not None]
        assert [said(seen) for seen, _value in shown] == [value for _seen, value in shown]


def refusal(operate: Operate, one: Alteration, options: Options, clients: Clients) -> str:
    try:
        run(operate, one.module, options, clients, True)
    except InputError as refused:
        return str(refused)
    return ""
