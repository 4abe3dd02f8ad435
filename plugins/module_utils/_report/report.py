# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Write a report: read what it is about, make the page, and replace the file when the page is another one.

Private to the collection.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._module import Clients, Outcome
from ansible_collections.orchestra.aws.plugins.module_utils._report import overview, page, reading, statistics
from ansible_collections.orchestra.aws.plugins.module_utils._report.model import Execution
from ansible_collections.orchestra.aws.plugins.module_utils._sfn import names


def written(params: dict[str, Any], clients: Clients, check_mode: bool) -> Outcome:
    """Write the page of one execution or of several."""
    dest = Path(params["dest"])
    if params["value_limit"] < 1:
        raise InputError(f"value_limit is {params['value_limit']}; the least is 1.")
    text, told = _page(params, clients)
    content = text.encode()
    before = _content(dest)
    actions = [] if before == content else [f"write {dest}"]
    if actions and not check_mode:
        _replace(dest, content)
    report = {"dest": str(dest), "size": len(content), **told}
    return Outcome(_settings(before), _settings(content), actions, {"report": report})


def _page(params: dict[str, Any], clients: Clients) -> tuple[str, dict[str, Any]]:
    """Return a page and what the module says of it."""
    look = _look(params)
    if params["history_file"] is not None:
        execution = reading.saved(params["history_file"], params["definition_file"], params["execution_arn"])
    elif params["execution_arn"] is not None:
        execution = reading.one(clients, params["execution_arn"])
    else:
        machine = params["state_machine_arn"] or names.machine_arn(clients, params["state_machine"])
        name = names.machine_name(machine)
        if params["executions"] < 0:
            raise InputError(f"executions is {params['executions']}; the least is 0, for the newest one alone.")
        if params["executions"]:
            found = reading.newest(clients, machine, params["executions"])
            return overview.overview_page(name, found, look, params["value_limit"]), _several(found)
        chosen = params["execution_name"]
        arn = names.execution_arn(machine, chosen) if chosen else reading.newest_arn(clients, machine)
        execution = reading.one(clients, arn)
    return page.execution_page(execution, look, params["value_limit"]), _single(execution)


def _look(params: dict[str, Any]) -> page.Look:
    files = [params[option] for option in ("page_template", "page_style", "page_script")]
    if None in files:
        raise InputError("page_template, page_style and page_script are missing, which the action plugin adds.")
    return page.Look(*files)


def _single(execution: Execution) -> dict[str, Any]:
    states = {name: execution.state_status(name) for name in execution.machine.states}
    return {
        "execution_arn": execution.about.arn,
        "status": execution.status,
        "states": states,
        "success_rate": None,
        "executions": [_listed(execution)],
    }


def _several(executions: list[Execution]) -> dict[str, Any]:
    rate = statistics.success_rate(executions)
    return {
        "execution_arn": None,
        "status": None,
        "states": None,
        "success_rate": rate,
        "executions": [_listed(execution) for execution in executions],
    }


def _listed(execution: Execution) -> dict[str, Any]:
    return {
        "name": execution.about.title,
        "status": execution.status,
        "seconds": round(execution.duration, 3),
        "retries": overview.retries(execution),
        "failed_states": list(dict.fromkeys(visit.state for visit in execution.failed())),
    }


def _settings(content: bytes | None) -> dict[str, Any]:
    """Return what the diff shows of a file: not its content, which is long and may be meant for few eyes."""
    return {} if content is None else {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _content(dest: Path) -> bytes | None:
    try:
        return dest.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"{dest} cannot be read: {error.strerror}.") from error


def _replace(dest: Path, content: bytes) -> None:
    """Write a file aside and rename it, so that a killed run leaves the one before."""
    try:
        dest.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=f".{dest.name}.", dir=dest.parent)
    except OSError as error:
        raise InputError(f"{dest} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if dest.exists():
            os.chmod(aside, stat.S_IMODE(dest.stat().st_mode))
        os.replace(aside, dest)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise InputError(f"{dest} cannot be written: {error.strerror}.") from error
