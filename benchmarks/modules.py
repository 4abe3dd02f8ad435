# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What a thing costs with stock modules and with ours, where there is nothing to change, all with the warm connection.

benchmarks/modules.yml has both, one after the other; its first run makes what the measured runs look at.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.cloud import ROOT, Cloud, cloud
from benchmarks.contestants import Orchestra
from benchmarks.run import machine, today
from benchmarks.table import put

MARKS = ("<!-- modules -->", "<!-- end of modules -->")


def measure(given: argparse.Namespace) -> None:
    """Write a line for each thing, side and round."""
    lines = []
    with contextlib.ExitStack() as until_end:
        folder = Path(until_end.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        running = until_end.enter_context(cloud(folder / "state"))
        site = Orchestra(running, folder, services=3, steady=False)
        site.prepare()
        site.run("deploy")
        with zipfile.ZipFile(folder / "function.zip", "w") as package:
            package.write(ROOT / "files" / "lambda" / "invoker" / "handler.py", "handler.py")
        for number in range(given.rounds + 1):
            events = _play(running, folder)
            if number:
                lines += [{**line, "machine": machine(), "date": today()} for line in used(events, running.calls())]
    given.output.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def _play(running: Cloud, folder: Path) -> list[dict[str, Any]]:
    settings = {"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.jsonl", "LOCAL_AWS_PORT": str(running.port)}
    settings["ANSIBLE_CONFIG"] = str(ROOT / "ansible.cfg")
    playbook = Path(sys.executable).with_name("ansible-playbook")
    inventory, package = folder / "inventory", f"package={folder / 'function.zip'}"
    ended = subprocess.run(
        [str(playbook), "-i", str(inventory), str(ROOT / "benchmarks" / "modules.yml"), "-e", package],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise SystemExit(f"{ended.stdout[-4000:]}\nThe playbook of the modules failed.")
    return [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]


def used(events: Iterable[dict[str, Any]], calls: list[datetime]) -> Iterator[dict[str, Any]]:
    """Return for each thing and side what its tasks took together; a task that changes something is told."""
    sums: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        if event["_event"] != "v2_runner_on_ok":
            continue
        task, [result] = event["task"], event["hosts"].values()
        thing, _bar, side = task["name"].partition(" | ")
        begin, end = (datetime.fromisoformat(task["duration"][one]) for one in ("start", "end"))
        sum_ = sums.setdefault((thing, side), {"seconds": 0.0, "calls": 0, "modules": [], "changed": False})
        sum_["seconds"] += (end - begin).total_seconds()
        sum_["calls"] += sum(begin <= call <= end for call in calls)
        sum_["modules"].append(result["action"])
        sum_["changed"] |= bool(result.get("changed"))
    for (thing, side), sum_ in sums.items():
        yield {"thing": thing, "side": side, **sum_}


def write(source: Path, page: Path) -> None:
    put(page, MARKS, table([json.loads(line) for line in source.read_text().splitlines()]))


def table(lines: list[dict[str, Any]]) -> str:
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for line in lines:
        found.setdefault(line["thing"], {}).setdefault(line["side"], []).append(line)
    head = ["Thing", "Stock modules", "ms", "Calls", "Module of orchestra.aws", "ms", "Calls", "of stock"]
    measured = "; ".join(sorted({f"{line['machine']}, {line['date']}" for line in lines}))
    rounds = max(len(runs) for sides in found.values() for runs in sides.values())
    rows = [f"Rounds: {rounds}. Measured on: {measured}.", ""]
    rows += [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for thing, sides in found.items():
        stock, ours = sides["stock"], sides["ours"]
        ratio = median(one["seconds"] for one in ours) / median(one["seconds"] for one in stock)
        rows.append(f"| {' | '.join([thing, *_cells(stock), *_cells(ours), f'{ratio:.2f}'])} |")
    return "\n".join(rows)


def _cells(runs: list[dict[str, Any]]) -> list[str]:
    names = [f"`{name.rpartition('.')[2]}`" for name in dict.fromkeys(runs[0]["modules"])]
    modules = ", ".join(names)
    note = " (changes something every time)" if all(run["changed"] for run in runs) else ""
    milliseconds = 1000 * median(run["seconds"] for run in runs)
    return [f"{modules}{note}", f"{milliseconds:.0f}", f"{median(run['calls'] for run in runs):.0f}"]
