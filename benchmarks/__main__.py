# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""python -m benchmarks run|modules|table: measure, and write docs/benchmarks.md from what was measured."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from benchmarks import modules, run, table
from benchmarks.cloud import ROOT

RESULTS = ROOT / "benchmarks" / "results.jsonl"
MODULES = ROOT / "benchmarks" / "modules.jsonl"


def end(number: int, _frame: FrameType | None) -> None:
    """End as after a mistake, so that the servers that were started end too."""
    sys.exit(128 + number)


def main() -> None:
    signal.signal(signal.SIGTERM, end)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    measure = verbs.add_parser("run", help="measure; all contestants take turns in each round")
    measure.add_argument("--services", type=int, nargs="+", default=[3], help="sizes of the stack")
    measure.add_argument("--delays", type=int, nargs="+", default=[0], help="milliseconds that each API call takes")
    measure.add_argument("--rounds", type=int, default=3, help="of looking again and of one changed service")
    measure.add_argument("--deploys", type=int, default=1, help="of making and deleting the whole stack")
    measure.add_argument(
        "--provisioning",
        type=float,
        default=0,
        help="1 lets NAT gateway, load balancer, VPC link and tasks take as long as on AWS, 0.5 half as long",
    )
    measure.add_argument(
        "--only",
        nargs="+",
        default=list(run.CONTESTANTS),
        choices=list(run.CONTESTANTS),
        help="who takes part; orchestra always does, as others need its workflow or its stack",
    )
    measure.add_argument("--output", type=Path, default=RESULTS, help="results are appended to it")
    each = verbs.add_parser("modules", help="measure stock modules and ours where there is nothing to change")
    each.add_argument("--rounds", type=int, default=7)
    each.add_argument("--output", type=Path, default=MODULES, help="is written anew")
    tables = verbs.add_parser("table", help="write the tables and the plot from the results")
    tables.add_argument("--input", type=Path, default=RESULTS)
    tables.add_argument("--modules", type=Path, default=MODULES)
    tables.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    given = parser.parse_args()
    if given.verb == "table":
        if not (given.input.exists() or given.modules.exists()):
            parser.error(f"There are no results yet: neither {given.input} nor {given.modules}.")
        if given.input.exists():
            table.write(given.input, given.output)
        if given.modules.exists():
            modules.write(given.modules, given.output)
        return
    if given.verb == "modules":
        modules.measure(given)
        return
    for services in given.services:
        for _deploy in range(given.deploys):
            run.stack(services, given)


if __name__ == "__main__":
    main()
