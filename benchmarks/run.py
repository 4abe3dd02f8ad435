# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""One stack for each contestant: deployed, looked at again, changed and destroyed, the contestants in turn."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.cloud import cloud
from benchmarks.contestants import Contestant, Floor, NotPossibleError, Orchestra, Stock, Terraform
from benchmarks.same import counts, difference

CONTESTANTS: dict[str, type[Contestant]] = {
    "orchestra": Orchestra,
    "stock": Stock,
    "terraform": Terraform,
    "floor": Floor,
}
# Seconds, about what AWS takes.
AWS_TIMES = {"nat": 100.0, "alb": 150.0, "vpc_link": 120.0, "ecs_task": 90.0, "deletions": 30.0}


def stack(services: int, given: argparse.Namespace) -> None:
    """Measure one size of the stack, and append a line for each step."""
    profile = {**AWS_TIMES, "scale": given.provisioning, "call_delay_ms": given.delays[0]}
    facts: dict[str, Any] = {
        "services": services,
        "provisioning": given.provisioning,
        "machine": machine(),
        "date": today(),
    }
    if given.provisioning:
        facts["critical_path"] = critical_path(profile)
    with contextlib.ExitStack() as until_end, given.output.open("a") as results:

        def measure(one: Contestant, step: str, delay: int) -> None:
            if one.takes_part(step):
                one.cloud.slow_down({**profile, "call_delay_ms": delay})
                line = {"contestant": one.label, "step": step, "delay": delay, **facts, **one.run(step)}
                results.write(json.dumps(line) + "\n")
                results.flush()
                print(json.dumps(line), file=sys.stderr)

        facing: list[Contestant] = []
        for one in _contestants(until_end, services, given):
            try:
                one.prepare()
            except NotPossibleError as reason:
                print(reason, file=sys.stderr)
                continue
            facing.append(one)
            measure(one, "deploy", given.delays[0])
        _compare(facing)
        for delay in given.delays:
            for step in ["no-op", "change"] * given.rounds:
                for one in facing:
                    measure(one, step, delay)
        for one in facing:
            measure(one, "destroy", given.delays[0])


def critical_path(profile: Mapping[str, float]) -> float:
    """Return the seconds below which no deployment can be: tasks need the NAT gateway, to pull their images.

    The load balancer and the VPC link are made beside them.
    """
    longest = max(profile["nat"] + profile["ecs_task"], profile["alb"], profile["vpc_link"])
    return longest * profile["scale"]


def _compare(facing: list[Contestant]) -> None:
    """End the run when two contestants have not made the same: then their times say nothing of each other."""
    first, *others = (one for one in facing if not isinstance(one, Floor))
    for one in others:
        sentence = difference(first.label, counts(first.cloud), one.label, counts(one.cloud))
        if sentence:
            raise SystemExit(sentence)


def _contestants(until_end: contextlib.ExitStack, services: int, given: argparse.Namespace) -> Iterator[Contestant]:
    """Yield them one by one: Terraform deploys the workflow that the playbooks made, and boto3 looks at their stack."""
    folder = Path(until_end.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
    orchestra: Orchestra | None = None
    for name in ["orchestra", *(name for name in given.only if name != "orchestra")]:
        own = folder / name
        own.mkdir()
        if name == "floor" and orchestra:
            yield Floor(orchestra.cloud, own, services, steady=False)
            continue
        running = until_end.enter_context(cloud(own / "state"))
        made = CONTESTANTS[name](running, own, services, steady=given.provisioning > 0)
        if isinstance(made, Terraform) and orchestra:
            made.definition = orchestra.definition()
        yield made
        if type(made) is Orchestra:
            orchestra = made


def machine() -> str:
    """Return what a reader needs to know of the machine."""
    with open("/proc/cpuinfo") as lines:
        models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    processor = models[0] if models else platform.machine()
    return f"{platform.system()}, {os.cpu_count()} cores ({processor}), Python {platform.python_version()}"


def today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()
