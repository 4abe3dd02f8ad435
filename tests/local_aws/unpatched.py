# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Runs contract observations against moto as it is published, in a process where no correction is installed.

`python -m tests.local_aws.unpatched MODULE` starts moto's own server, calls every function of the module whose name
starts with `moto_` with a client factory (and a fresh state), and prints what each returned or which error it got.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import urllib.request
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.local_aws.harness import REPOSITORY


def observe(module: str) -> dict[str, Any]:
    """What unpatched moto does, by function name: {"value": ...} or {"error": code, "status": HTTP status}."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.local_aws.unpatched", module],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    observations: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return observations


def needed(observation: Any, fault: Any, patch: str) -> None:
    """Fail when moto no longer shows the fault that a patch mends."""
    assert observation == fault, (
        f"moto now answers {observation!r} instead of {fault!r}: delete {patch} from local_aws/control, "
        "and this test with it."
    )


def _client(endpoint: str, service: str) -> Any:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
    config = Config(retries={"mode": "standard", "total_max_attempts": 1}, inject_host_prefix=False)
    return session.client(service, endpoint_url=endpoint, config=config)


def _call(function: Any, endpoint: str) -> dict[str, Any]:
    try:
        return {"value": function(lambda service: _client(endpoint, service))}
    except ClientError as error:
        return {
            "error": error.response["Error"]["Code"],
            "status": error.response["ResponseMetadata"]["HTTPStatusCode"],
        }


def main() -> None:
    """Observe one module."""
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    module = importlib.import_module(sys.argv[1])
    results = {}
    for name in sorted(vars(module)):
        if name.startswith("moto_"):
            reset = urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")
            urllib.request.urlopen(reset, timeout=30).close()
            results[name] = _call(getattr(module, name), endpoint)
    server.stop()
    print(json.dumps(results, default=str))


if __name__ == "__main__":
    main()
