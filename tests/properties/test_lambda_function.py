# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""lambda_function: any function becomes the desired one in one run; what the module does not manage stays."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._lambda import function_apply, options
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

# Options that Lambda keeps under a name of its own, with the same values.
PLAIN = ("description", "role_arn", "handler", "runtime", "architecture", "memory_size", "timeout")
PLAIN += ("ephemeral_storage_mib", "layers", "tracing", "dead_letter_target_arn", "kms_key_arn")
PLAIN += ("reserved_concurrent_executions",)
LOGGING = {"group": "LogGroup", "format": "LogFormat"}
LOGGING |= {"application_level": "ApplicationLogLevel", "system_level": "SystemLogLevel"}
# A function with a URL for everybody.
OPEN = {
    "configuration": {
        "Role": ROLES[0],
        "Handler": "a.handler",
        "Runtime": "python3.13",
        "CodeSha256": "c29tZWJvZHkncw==",
        "CodeSize": 100,
        "MemorySize": 128,
        "Timeout": 3,
        "LastUpdateStatus": "Successful",
    },
    "url": {"AuthType": "NONE"},
    "statements": {name: {"Principal": "*"} for name in PUBLIC},
}


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


def told(kept: dict[str, Any]) -> dict[str, Any]:
    """Return what Lambda has, by option: read here, and not by the code that decides what differs."""
    has = kept["configuration"]
    vpc = has.get("VpcConfig", {})
    return {
        "description": has.get("Description", ""),
        "role_arn": has["Role"],
        "handler": has["Handler"],
        "runtime": has["Runtime"],
        "architecture": has.get("Architectures", ["x86_64"])[0],
        "memory_size": has["MemorySize"],
        "timeout": has["Timeout"],
        "ephemeral_storage_mib": has.get("EphemeralStorage", {"Size": 512})["Size"],
        "environment": has.get("Environment", {}).get("Variables", {}),
        "layers": [layer["Arn"] for layer in has.get("Layers", [])],
        "tracing": has.get("TracingConfig", {"Mode": "PassThrough"})["Mode"],
        "vpc": {"subnets": vpc.get("SubnetIds", []), "security_groups": vpc.get("SecurityGroupIds", [])},
        "dead_letter_target_arn": has.get("DeadLetterConfig", {}).get("TargetArn", ""),
        "kms_key_arn": has.get("KMSKeyArn", ""),
        "reserved_concurrent_executions": -1 if kept["concurrency"] is None else kept["concurrency"],
        "tags": kept["tags"],
        "code": (has["CodeSha256"], has["CodeSize"]),
    }


def text(value: Any) -> str:
    return "true" if value is True else str(value)


def wanted(wish: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """Return what Lambda shall have: what the options say, and of the rest what it had before."""
    asked = {key: wish[key] for key in PLAIN if key in wish}
    if "environment" in wish:
        asked["environment"] = {key: text(value) for key, value in wish["environment"].items()}
    if "vpc" in wish:
        asked["vpc"] = {key: sorted(set(ids)) for key, ids in wish["vpc"].items()}
    if "tags" in wish:
        purge, tags = wish.get("purge_tags", True), before.get("tags", {})
        kept = {key: value for key, value in tags.items() if not purge or key.startswith("aws:")}
        asked["tags"] = {**kept, **{key: str(value) for key, value in wish["tags"].items()}}
    package = options.code(parameters("lambda_function", wish))
    if package:
        asked["code"] = (package.sha256, len(package.content))
    return {**before, **asked}


def check_made(wish: dict[str, Any], before: dict[str, Any] | None, clients: Clients) -> None:
    """Check that Lambda has what the options say, and that the rest is as it was. before: what Lambda kept."""
    kept = clients("lambda").state[NAME]
    shall, has = wanted(wish, told(before) if before else {}), told(kept)
    assert {key: has[key] for key in shall} == shall
    logging = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{NAME}", **kept["configuration"].get("LoggingConfig", {})}
    for option, value in wish.get("logging", {}).items():
        assert logging[LOGGING[option]] == value
    if "url" in wish:
        check_address(wish["url"], (before or {}).get("url"), kept)


def check_address(wish: dict[str, Any], before: dict[str, Any] | None, kept: dict[str, Any]) -> None:
    address = kept["url"]
    assert (address is None) is (wish.get("state") == "absent")
    everybody = address is not None and address["AuthType"] == "NONE"
    assert PUBLIC.keys() & kept["statements"].keys() == (PUBLIC.keys() if everybody else set())
    if address is not None:
        former = {"AuthType": "AWS_IAM", "InvokeMode": "BUFFERED", "Cors": {}, **(before or {})}
        assert address["AuthType"] == wish.get("auth_type", former["AuthType"])
        assert address.get("InvokeMode", "BUFFERED") == wish.get("invoke_mode", former["InvokeMode"])
        if "cors" not in wish:
            assert meant(address.get("Cors", {})) == meant(former["Cors"])


def meant(cors: dict[str, Any]) -> dict[str, Any]:
    return {key: sorted(value) if isinstance(value, list) else value for key, value in cors.items() if value}


def becomes(task: dict[str, Any], clients: Clients) -> None:
    before, others = clients.states()["lambda"].get(NAME), unmanaged(clients)
    if converges(function_apply.ensure_present, "lambda_function", task, clients):
        check_made(task, before, clients)
        assert unmanaged(clients) == others


@given(found=st.none() | found_functions(), first=FIRST, following=st.lists(FOLLOWING, max_size=2))
def test_any_function_converges(code: Path, found: Any, first: dict[str, Any], following: list[dict[str, Any]]) -> None:
    clients = clients_with(found)
    for wish in [first, *following]:
        becomes(placed(wish, code), clients)


@example(found=OPEN, wishes=[{"architecture": "arm64"}])
@given(found=found_functions(), wishes=st.lists(FOLLOWING, min_size=1, max_size=3))
def test_a_function_that_is_there_needs_no_option(code: Path, found: Any, wishes: list[dict[str, Any]]) -> None:
    clients = clients_with(found)
    for wish in wishes:
        becomes(placed(wish, code), clients)


@example(found=OPEN, wishes=[{"auth_type": "AWS_IAM"}])
@example(found=OPEN, wishes=[{"state": "absent"}])
@given(found=found_functions(), wishes=st.lists(URL, min_size=1, max_size=3))
def test_any_url_converges_and_only_an_open_one_lets_everybody_in(found: Any, wishes: list[dict[str, Any]]) -> None:
    clients = clients_with(found)
    for wish in wishes:
        becomes({"name": NAME, "url": wish}, clients)


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
