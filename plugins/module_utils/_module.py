# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How every module of this collection runs: one client factory, one outcome, one exit.

Private to the collection. A module's C(main) builds the argument spec and hands an
C(operate) function to C(run); nothing below C(run) sees the AnsibleAWSModule.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

try:
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library.

# Attempts per API call, throttling included; botocore's standard mode backs off exponentially with jitter.
CALL_ATTEMPTS = 10
# Threads of one module that describe at the same time; also the size of its connection pool.
PARALLEL_CALLS = 10

Clients = Callable[[str], Any]


class InputError(Exception):
    """What the user asked for cannot be done: one sentence that says what, where, and what is allowed."""


@dataclass(frozen=True)
class Outcome:
    """What a module did, or in check mode would do.

    before, after: the compared settings, without ids that are only known after creation,
    so that a check run and the run that follows it show the same diff.
    actions: one short sentence for each step, in order; empty when nothing changes.
    result: the documented return values.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    actions: list[str] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return bool(self.actions)


def concurrently(*calls: Callable[[], Any]) -> list[Any]:
    """Run independent calls in threads and return their results in order; the first exception is raised.

    Clients are thread-safe, making one is not: make clients before.
    """
    if len(calls) < 2:
        return [call() for call in calls]
    with ThreadPoolExecutor(max_workers=min(len(calls), PARALLEL_CALLS)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


def client_factory(module: AnsibleAWSModule) -> Clients:
    """Return a function that makes each client once, with retries on throttling."""
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            config = Config(
                retries={"mode": "standard", "total_max_attempts": CALL_ATTEMPTS},
                max_pool_connections=PARALLEL_CALLS,
            )
            made[service] = module.client(service, config=config.merge(_user_config(module)))
        return made[service]

    return client


def _user_config(module: AnsibleAWSModule) -> Any:
    return Config(**(module.params.get("aws_config") or {}))


def run(module: AnsibleAWSModule, operate: Callable[[dict[str, Any], Clients, bool], Outcome]) -> None:
    """Call C(operate(params, clients, check_mode)) and exit with its outcome, or fail with one clear sentence."""
    try:
        outcome = operate(module.params, client_factory(module), module.check_mode)
    except InputError as error:
        module.fail_json(msg=str(error))
    except AnsibleAWSError as error:
        module.fail_json_aws_error(error)
    except (BotoCoreError, ClientError) as error:
        module.fail_json_aws(error)
    else:
        module.exit_json(
            changed=outcome.changed,
            actions=outcome.actions,
            diff={"before": outcome.before, "after": outcome.after},
            **outcome.result,
        )
