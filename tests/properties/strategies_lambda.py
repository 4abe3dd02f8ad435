# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Functions of Lambda: options of the module, and what AWS may have of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ansible_collections.orchestra.aws.plugins.module_utils._lambda.url import PUBLIC
from tests.properties.strategies import FOUND_TAGS, Strategy, maybe, tagging

NAME = "shop-prod-invoker"
ROLES = ["arn:aws:iam::123456789012:role/one", "arn:aws:iam::123456789012:role/two"]
LAYERS = [f"arn:aws:lambda:eu-central-1:123456789012:layer:tools:{version}" for version in (1, 2)]
QUEUE = "arn:aws:sqs:eu-central-1:123456789012:lost"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/a"


def of(*values: Any) -> Strategy:
    return st.sampled_from(values)


# Names of what a test has made: two directories, one of them in a spelling of the same files, and a zip file.
CODE = of({"source": "one"}, {"source": "one again", "exclude": ["tests"]}, {"source": "two"}, {"zip_file": "two.zip"})
NEEDED = {"role_arn": of(*ROLES), "handler": of("a.handler", "b.handler"), "runtime": of("python3.13", "python3.12")}
CORS = maybe(
    allow_credentials=st.booleans(),
    allow_methods=of([], ["POST"], ["POST", "GET"], ["GET", "POST"]),
    allow_origins=of([], ["https://example.com"]),
    allow_headers=of([], ["a", "b"], ["b", "a"]),
    expose_headers=of([], ["a"], ["c", "a"]),
    max_age=of(0, 600),
)
URL = maybe(
    state=of("present", "present", "absent"),
    auth_type=of("AWS_IAM", "NONE"),
    invoke_mode=of("BUFFERED", "RESPONSE_STREAM"),
    cors=CORS,
)
CHANGING = {
    "description": of("", "Starts the workflow"),
    "architecture": of("arm64", "x86_64"),
    "memory_size": of(128, 256),
    "timeout": of(3, 900),
    "ephemeral_storage_mib": of(512, 1024),
    "environment": st.dictionaries(of("MODE", "LEVEL"), of("a", "", 1, True), max_size=2),
    "layers": of([], LAYERS[:1], LAYERS, LAYERS[::-1]),
    "tracing": of("Active", "PassThrough"),
    "reserved_concurrent_executions": of(-1, 0, 5),
    "logging": maybe(
        group=of("/shop/invoker"),
        format=of("JSON", "Text"),
        application_level=of("INFO", "DEBUG"),
        system_level=of("INFO", "WARN"),
    ),
    "vpc": of(
        {"subnets": [], "security_groups": []},
        {"subnets": ["subnet-2", "subnet-1", "subnet-1"], "security_groups": ["sg-1"]},
    ),
    "dead_letter_target_arn": of("", QUEUE),
    "kms_key_arn": of("", KEY),
    "url": URL,
    "wait": st.booleans(),
}
_REST = maybe(**CHANGING, **tagging())
_CODE_OR_NOT = st.just({}) | CODE
# A function that does not exist yet needs all of these.
FIRST = st.tuples(st.fixed_dictionaries(NEEDED), CODE, _REST).map(lambda parts: {**parts[0], **parts[1], **parts[2]})
FOLLOWING = st.tuples(maybe(**NEEDED), _CODE_OR_NOT, _REST).map(lambda parts: {**parts[0], **parts[1], **parts[2]})

# What the module does not manage, and must not lose.
UNMANAGED = {
    "SnapStart": {"ApplyOn": "PublishedVersions"},
    "FileSystemConfigs": [{"Arn": "arn:fs", "LocalMountPath": "/a"}],
}
_CONFIGURATION = st.fixed_dictionaries(
    {
        "Role": NEEDED["role_arn"],
        "Handler": NEEDED["handler"],
        "Runtime": NEEDED["runtime"],
        "CodeSha256": of("c29tZWJvZHkncw=="),
        "CodeSize": of(100),
        "MemorySize": of(128, 512),
        "Timeout": of(3, 60),
        "State": of("Active", "Inactive"),
        "LastUpdateStatus": of("Successful", "Successful", "Failed"),
    },
    # Functions of former years lack some.
    optional={
        "Description": of("", "By hand"),
        "PackageType": of("Zip"),
        "Architectures": of(["x86_64"], ["arm64"]),
        "EphemeralStorage": of({"Size": 512}, {"Size": 2048}),
        "Environment": of({"Variables": {"MODE": "a"}}, {"Variables": {"OTHER": "1"}}),
        "Layers": of([{"Arn": LAYERS[0], "CodeSize": 1}]),
        "TracingConfig": of({"Mode": "PassThrough"}, {"Mode": "Active"}),
        "LoggingConfig": of(
            {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{NAME}"},
            {"LogFormat": "JSON", "LogGroup": "/other", "ApplicationLogLevel": "WARN", "SystemLogLevel": "INFO"},
        ),
        "VpcConfig": of(
            {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
            {"SubnetIds": ["subnet-9"], "SecurityGroupIds": ["sg-9"], "VpcId": "vpc-9"},
        ),
        "DeadLetterConfig": of({"TargetArn": QUEUE}),
        "KMSKeyArn": of(KEY),
        **{key: st.just(value) for key, value in UNMANAGED.items()},
    },
)
_URL = st.fixed_dictionaries(
    {"AuthType": of("AWS_IAM", "NONE")},
    optional={
        "InvokeMode": of("BUFFERED", "RESPONSE_STREAM"),
        "Cors": of({}, {"AllowOrigins": ["*"], "MaxAge": 0}, {"AllowMethods": ["POST", "GET"], "AllowHeaders": []}),
    },
)


@st.composite
def found_functions(draw: st.DrawFn) -> dict[str, Any]:
    """Return a function that somebody else has made, as the arguments of MemoryLambda.add."""
    address = draw(st.none() | _URL)
    statements = {"by-hand": {"Principal": "events.amazonaws.com"}} if draw(st.booleans()) else {}
    if address and address["AuthType"] == "NONE":
        # A run that was killed may have made one of the two only.
        statements |= {name: {"Principal": "*"} for name in draw(st.sets(of(*PUBLIC)))}
    return {
        "configuration": draw(_CONFIGURATION),
        "tags": draw(FOUND_TAGS),
        "concurrency": draw(of(None, 0, 7)),
        "url": address,
        "statements": statements,
    }
