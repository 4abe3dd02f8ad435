# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""In a process of its own, because sharing changes botocore for good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ansible_collections.orchestra.aws.plugins.plugin_utils import _warm

SCRIPT = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from _warm.boto3_sharing import Boto3Sharing
memory = Path(sys.argv[2])
sharing = Boto3Sharing(memory)
sharing.install()
sharing.learn("some.module", {"sts", "no-such-service"})
assert json.loads(memory.read_text()) == {"some.module": ["no-such-service", "sts"]}
import boto3, botocore.session

def client(key, region, **environment):
    os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY="x", AWS_REGION=region, AWS_DEFAULT_REGION=region)
    return boto3.session.Session().client("sts")

one, two = client("first", "eu-west-1"), client("second", "us-east-2")
assert one._request_signer._credentials.access_key == "first"
assert two._request_signer._credentials.access_key == "second"
assert (one.meta.region_name, two.meta.region_name) == ("eu-west-1", "us-east-2")
assert one.meta.endpoint_url != two.meta.endpoint_url
assert type(one).get_caller_identity is type(two).get_caller_identity
assert sharing.used == {"sts"}
assert boto3.DEFAULT_SESSION is None

session = boto3.session.Session()
session.events.register("creating-client-class.sts", lambda class_attributes, **_: class_attributes.update(extra=1))
assert session.client("sts").extra == 1
assert not hasattr(client("third", "eu-west-1"), "extra")

from botocore.hooks import EventAliaser, HierarchicalEmitter
try:
    session.events.register("before-send.sts", lambda request: None)
    raise SystemExit("a handler without keywords was accepted")
except ValueError:
    pass
for _time in range(2):
    assert session.events._alias_event_name("before-call.elbv2.X") == "before-call.elastic-load-balancing-v2.X"
    assert EventAliaser(HierarchicalEmitter(), {"a": "b"})._alias_event_name("a.sts") == "b.sts"
    assert session.events._alias_event_name("a.sts") == "a.sts"

plain = botocore.session.Session().get_component("data_loader")
assert plain is botocore.session.Session().get_component("data_loader")
os.environ["AWS_DATA_PATH"] = sys.argv[1]
assert botocore.session.Session().get_component("data_loader") is not plain
assert Boto3Sharing(memory)._services == {"some.module": ["no-such-service", "sts"]}
memory.write_text("[")
assert Boto3Sharing(memory)._services == {}
"""


def test_models_and_methods_are_shared_and_nothing_else(tmp_path: Path) -> None:
    folder = str(Path(_warm.__file__ or "").parents[1])
    command = [sys.executable, "-c", SCRIPT, folder, str(tmp_path / "services.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
