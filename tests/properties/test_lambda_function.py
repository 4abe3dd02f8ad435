# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""lambda_function: any function becomes the desired one in one run; what the module does not manage stays."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._lambda import function, function_apply, options
from ansible_collections.orchestra.aws.plugins.module_utils._lambda.url import PUBLIC
from tests.properties.converging import converges, parameters
from tests.properties.memory import Clients
from tests.properties.memory_lambda import MemoryLambda
from tests.properties.strategies_lambda import (
    FIRST,
    FOLLOWING,
    NAME,
    ROLES,
    UNMANAGED,
    URL,
    found_functions,
)

# Options that become settings of the same name and value.
PLAIN = ("description", "role_arn", "handler", "runtime", "architecture", "memory_size", "timeout")
PLAIN += ("ephemeral_storage_mib", "layers", "tracing", "dead_letter_target_arn", "kms_key_arn")
PLAIN += ("reserved_concurrent_executions",)


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the code that CODE names: "one" and "one again" are the same but for what is left out."""
    root = tmp_path_factory.mktemp("code")
    files = {"one": ["a.py"], "one again": ["a.py", "tests/test_a.py", "__pycache__/a.pyc"], "two": ["a.py", "b.py"]}
    for directory, names in files.items():
        for name in names:
            path = root / directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# {name}\n")
    with zipfile.ZipFile(root / "two.zip", "w") as archive:
        archive.writestr("b.py", "# of somebody's own\n")
    return root


def placed(wish: dict[str, Any], code: Path) -> dict[str, Any]:
    """Return the options of a task. A wait that is in vain ends at once."""
    paths = {option: str(code / wish[option]) for option in ("source", "zip_file") if option in wish}
    return {"name": NAME, "wait_timeout": 0, **wish, **paths}


def clients_with(found: dict[str, Any] | None) -> Clients:
    clients = Clients(**{"lambda": MemoryLambda()})
    if found:
        clients("lambda").add(NAME, **found)
    return clients


def unmanaged(clients: Clients) -> dict[str, Any]:
    """Return what must stay of a function: settings without option, statements of others, tags of AWS."""
    found = clients("lambda").state.get(NAME, {"configuration": {}, "statements": {}, "tags": {}})
    return {
        **{key: found["configuration"].get(key) for key in UNMANAGED},
        "statements": {key: value for key, value in found["statements"].items() if key not in PUBLIC},
        "tags": {key: value for key, value in found["tags"].items() if key.startswith("aws:")},
    }


def check_made(wish: dict[str, Any], clients: Clients) -> None:
    """Check that Lambda has what the options say."""
    params, kept = parameters("lambda_function", wish), clients("lambda").state[NAME]
    made = function.settings(clients("lambda").get_function(NAME))
    assert {key: made[key] for key in PLAIN if key in wish} == {key: wish[key] for key in PLAIN if key in wish}
    package = options.code(params)
    if package:
        assert made["code"] == {"sha256": package.sha256, "bytes": len(package.content)}
    if "environment" in wish:
        assert made["environment"] == options.environment(wish["environment"])
    for option in ("logging", "vpc"):
        asked = {key: sorted(set(value)) if option == "vpc" else value for key, value in wish.get(option, {}).items()}
        assert asked.items() <= made[option].items()
    if "url" in wish:
        address = kept["url"]
        assert (address is not None) is (params["url"]["state"] == "present")
        everybody = address is not None and address["AuthType"] == "NONE"
        assert PUBLIC.keys() & kept["statements"].keys() == (PUBLIC.keys() if everybody else set())


@given(found=st.none() | found_functions(), first=FIRST, following=st.lists(FOLLOWING, max_size=2))
def test_any_function_converges(code: Path, found: Any, first: dict[str, Any], following: list[dict[str, Any]]) -> None:
    clients = clients_with(found)
    for wish in [first, *following]:
        task, before = placed(wish, code), unmanaged(clients)
        if converges(function_apply.ensure_present, "lambda_function", task, clients):
            check_made(task, clients)
            assert unmanaged(clients) == before


@given(found=found_functions(), wishes=st.lists(FOLLOWING, min_size=1, max_size=3))
def test_a_function_that_is_there_needs_no_option(code: Path, found: Any, wishes: list[dict[str, Any]]) -> None:
    clients = clients_with(found)
    for wish in wishes:
        converges(function_apply.ensure_present, "lambda_function", placed(wish, code), clients)


@given(found=found_functions(), wishes=st.lists(URL, min_size=1, max_size=3))
def test_any_url_converges_and_only_an_open_one_lets_everybody_in(found: Any, wishes: list[dict[str, Any]]) -> None:
    clients = clients_with(found)
    for wish in wishes:
        before, task = unmanaged(clients), {"name": NAME, "url": wish}
        if converges(function_apply.ensure_present, "lambda_function", task, clients):
            check_made(task, clients)
            assert unmanaged(clients) == before


def test_the_same_files_are_not_uploaded_again(code: Path) -> None:
    clients = clients_with(None)
    new = {"role_arn": ROLES[0], "handler": "a.handler", "runtime": "python3.13"}
    actions = []
    for wish in ({**new, "source": "one"}, {"source": "one again", "exclude": ["tests"]}, {"source": "two"}):
        done = converges(function_apply.ensure_present, "lambda_function", placed(wish, code), clients)
        assert done
        actions.append(done.actions)
    assert actions == [[f"create Lambda function {NAME}"], [], [f"update code of Lambda function {NAME}"]]


@given(found_functions())
def test_any_function_is_deleted(found: Any) -> None:
    clients = clients_with(found)
    done = converges(function_apply.ensure_absent, "lambda_function", {"name": NAME, "state": "absent"}, clients)
    assert done
    assert done.actions
    assert clients("lambda").state == {}


@given(found_functions())
def test_nothing_said_is_nothing_done_but_a_failed_update_again(found: Any) -> None:
    clients = clients_with(found)
    done = converges(function_apply.ensure_present, "lambda_function", {"name": NAME}, clients)
    assert done
    assert bool(done.actions) is (found["configuration"]["LastUpdateStatus"] == "Failed")
