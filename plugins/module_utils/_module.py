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
from ipaddress import ip_address
from typing import Any, Protocol, TypeVar, overload
from urllib.parse import urlsplit

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._client import Client
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError, ResultError

try:
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library.

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")

# Attempts per API call, throttling included; botocore's standard mode backs off exponentially with jitter.
CALL_ATTEMPTS = 10
# Threads of one module that describe at the same time; also the size of its connection pool.
PARALLEL_CALLS = 10


class Clients(Protocol):
    """Makes each boto3 client once.

    read_timeout: seconds to wait for an answer. attempts: of each call; 1 for a call that must not be made twice.
    Both win over the user's O(aws_config), because the call that needs them would go wrong without.
    """

    def __call__(self, service: str, *, read_timeout: int | None = None, attempts: int | None = None) -> Client: ...


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


def concurrently(*calls: Callable[[], A]) -> list[A]:
    """Run independent calls in threads and return their results in order; the first exception is raised.

    Clients are thread-safe, making one is not: make clients before.
    """
    if len(calls) < 2:
        return [call() for call in calls]
    with ThreadPoolExecutor(max_workers=min(len(calls), PARALLEL_CALLS)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


@overload
def together(first: Callable[[], A], second: Callable[[], B], /) -> tuple[A, B]: ...


@overload
def together(first: Callable[[], A], second: Callable[[], B], third: Callable[[], C], /) -> tuple[A, B, C]: ...


@overload
def together(
    first: Callable[[], A], second: Callable[[], B], third: Callable[[], C], fourth: Callable[[], D], /
) -> tuple[A, B, C, D]: ...


def together(*calls: Callable[[], Any]) -> tuple[Any, ...]:
    """Do as C(concurrently) does with a few calls whose results differ in type."""
    return tuple(concurrently(*calls))


def client_factory(module: AnsibleAWSModule) -> Clients:
    """Return a function that makes each client once, with retries on throttling."""
    made: dict[tuple[str, int | None, int | None], Client] = {}

    def client(service: str, *, read_timeout: int | None = None, attempts: int | None = None) -> Client:
        key = (service, read_timeout, attempts)
        if key not in made:
            # As aws_config, because AnsibleAWSModule lets that one win over config.
            made[key] = module.client(service, aws_config=_config(module, read_timeout, attempts))
            if _is_address(made[key].meta.endpoint_url):
                # Some operations put a prefix before the host name ("sync-"), which an IP address cannot have.
                made[key].meta.config.inject_host_prefix = False
        return made[key]

    return client


def _config(module: AnsibleAWSModule, read_timeout: int | None, attempts: int | None) -> Any:
    config = Config(
        retries={"mode": "standard", "total_max_attempts": CALL_ATTEMPTS},
        max_pool_connections=PARALLEL_CALLS,
    ).merge(Config(**(module.params.get("aws_config") or {})))
    if read_timeout is not None:
        config = config.merge(Config(read_timeout=read_timeout))
    if attempts is not None:
        config = config.merge(Config(retries={"mode": "standard", "total_max_attempts": attempts}))
    return config


def _is_address(endpoint: str) -> bool:
    host = urlsplit(endpoint).hostname or ""
    try:
        return bool(ip_address(host))
    except ValueError:
        return host == "localhost"


def run(module: AnsibleAWSModule, operate: Callable[[dict[str, Any], Clients, bool], Outcome]) -> None:
    """Call C(operate(params, clients, check_mode)) and exit with its outcome, or fail with one clear sentence."""
    try:
        outcome = operate(module.params, client_factory(module), module.check_mode)
    except InputError as error:
        module.fail_json(msg=str(error))
    except ResultError as error:
        module.fail_json(msg=str(error), **error.result)
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
