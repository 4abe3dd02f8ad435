# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The HTTP front: pages of its own, refusals in every protocol, connections that stay open, faults that stay inside."""

from __future__ import annotations

import concurrent.futures
import http.client
import json
import socket
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.local_aws.harness import RunningAws
from tests.tools.machine import wait_for


def test_health_and_state(aws: RunningAws) -> None:
    health = aws.control("health")
    assert (health["status"], health["pid"], health["endpoint"]) == ("ok", aws.process.pid, aws.endpoint)
    assert health["versions"]["moto"] == "5.2.5"
    assert set(aws.control("state")) == {"tasks", "lambda_environments"}
    assert aws.request("/_local_aws/nothing")[0] == 404


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "name"),
    [
        ("iam", "get_service_last_accessed_details", {"JobId": "0" * 36}, "iam:GetServiceLastAccessedDetails"),
        ("ec2", "describe_fleet_history", {"FleetId": "f", "StartTime": 0}, "ec2:DescribeFleetHistory"),
        ("ecs", "submit_task_state_change", {}, "ecs:SubmitTaskStateChange"),
        ("apigatewayv2", "list_routing_rules", {"DomainName": "x"}, "ListRoutingRules"),
        ("lambda", "list_functions_by_code_signing_config", {"CodeSigningConfigArn": "a" * 20}, "lambda:List"),
        ("resourcegroupstaggingapi", "describe_report_creation", {}, "tagging:DescribeReportCreation"),
        ("kendra", "list_indices", {}, "kendra:ListIndices"),
        ("elbv2", "describe_trust_stores", {}, "elasticloadbalancing:DescribeTrustStores"),
    ],
)
def test_missing_operations_are_501(
    aws: RunningAws, service: str, operation: str, arguments: dict[str, Any], name: str
) -> None:
    client = aws.session.client(service, endpoint_url=aws.endpoint)
    started = time.monotonic()
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**arguments)
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert answer["Error"]["Code"] == "NotImplemented"
    assert name in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    assert time.monotonic() - started < 10


def test_unsigned_calls_are_refused(aws: RunningAws) -> None:
    for path, method in (("/", "GET"), ("/", "POST"), ("/v2/apis", "GET"), ("/moto-api/reset", "POST")):
        status, _, body = aws.request(path, method=method, body=b"" if method == "POST" else None)
        assert status == 403
        assert json.loads(body)["message"] == "Missing Authentication Token"


def test_a_fault_of_moto_is_a_500_with_its_class_in_the_journal(aws: RunningAws) -> None:
    # moto 5.2.5 reads UserPoolId without looking whether it was sent.
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host, "
        "Signature=0",
        "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.CreateService",
        "Content-Type": "application/x-amz-json-1.1",
    }
    status, answer, body = aws.request("/", method="POST", body=b"[]", headers=headers)
    assert status == 500
    assert answer["x-amzn-errortype"] == "InternalFailure"
    assert "Traceback" not in body.decode()
    entry = aws.journal("api.failure")[-1]
    assert (entry["service"], entry["operation"]) == ("ecs", "CreateService")
    assert json.loads(body)["message"] == entry["error"]


def test_calls_are_journaled_with_who_and_how_long(aws: RunningAws) -> None:
    aws.client("ecs").list_clusters()
    entry = next(e for e in reversed(aws.journal("api.call")) if e["operation"] == "ListClusters")
    assert (entry["service"], entry["status"]) == ("ecs", 200)
    assert entry["principal"] == "arn:aws:iam::123456789012:root"
    assert 0 < entry["ms"] < 10_000


def test_connections_stay_open(aws: RunningAws) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", aws.port, timeout=10)
    sockets = set()
    for body in (None, b"x" * 100_000, None):
        connection.request("POST" if body else "GET", "/_local_aws/health", body=body)
        response = connection.getresponse()
        assert response.status == 200
        assert json.loads(response.read())["status"] == "ok"
        sockets.add(connection.sock)
    assert len(sockets) == 1
    connection.request("GET", "/_local_aws/health", headers={"Connection": "close"})
    assert connection.getresponse().read()
    assert connection.sock is None


def test_small_requests_are_not_held_back(aws: RunningAws) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", aws.port, timeout=10)
    times = []
    for _ in range(20):
        started = time.monotonic()
        connection.request("GET", "/_local_aws/health")
        connection.getresponse().read()
        times.append(time.monotonic() - started)
    # Nagle's algorithm against a delayed acknowledgement costs 40 ms each time.
    assert sorted(times)[10] < 0.03


def test_chunked_bodies(aws: RunningAws) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", aws.port, timeout=10)
    chunks = iter([b'{"nat"', b": 0}"])
    connection.request("POST", "/_local_aws/profile", body=chunks, encode_chunked=True)
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["nat"]) == (200, 0.0)


@pytest.mark.parametrize(
    "request_text",
    [
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_broken_framing_is_a_400(aws: RunningAws, request_text: str) -> None:
    with socket.create_connection(("127.0.0.1", aws.port), timeout=10) as client:
        client.sendall(request_text.encode())
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")


def test_clients_that_go_away_leave_no_traceback(launch: Callable[..., RunningAws]) -> None:
    aws = launch({"LOCAL_AWS_PROFILE": '{"call_delay_ms": 300}'})
    headers = "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request\r\n"
    for _ in range(3):
        client = socket.create_connection(("127.0.0.1", aws.port), timeout=10)
        client.sendall(f"GET /?Action=DescribeVpcs HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        client.close()
    wait_for(lambda: len(aws.journal("api.call")) >= 3)
    assert aws.request("/_local_aws/health")[0] == 200
    assert "Traceback" not in (aws.state_dir / "serve.log").read_text()


def test_many_clients_at_once(aws: RunningAws) -> None:
    def work(_: int) -> str:
        ec2 = aws.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        ec2.describe_vpcs()
        name = f"many-{uuid.uuid4().hex[:8]}"
        ec2.create_security_group(GroupName=name, Description="x", VpcId=vpc)
        ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
        return str(vpc)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(work, range(24)))) == 24


def test_the_profile_can_be_replaced(launch: Callable[..., RunningAws]) -> None:
    aws = launch()
    assert aws.control("profile")["call_delay_ms"] == 0
    assert aws.control("profile", {"call_delay_ms": 200, "alb": 2})["alb"] == 2
    started = time.monotonic()
    aws.client("ecs").list_clusters()
    assert time.monotonic() - started >= 0.2
    assert aws.control("profile", {"call_delay_ms": 0})["alb"] == 2
    for wrong in (b'{"rocket": 1}', b"[]", b"{", b'{"alb": "2"}'):
        assert aws.request("/_local_aws/profile", method="POST", body=wrong)[0] == 400


def test_load_balancers_take_the_time_of_the_profile(launch: Callable[..., RunningAws]) -> None:
    aws = launch({"LOCAL_AWS_PROFILE": '{"alb": 600}'})
    ec2, elbv2 = aws.client("ec2"), aws.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{z}")["Subnet"]["SubnetId"]
        for n, z in enumerate("ab")
    ]
    created = elbv2.create_load_balancer(Name="slow", Subnets=subnets)["LoadBalancers"][0]
    assert created["State"]["Code"] == "provisioning"

    def state() -> str:
        return str(elbv2.describe_load_balancers(Names=["slow"])["LoadBalancers"][0]["State"]["Code"])

    assert state() == "provisioning"
    aws.control("profile", {"alb": 0})
    assert state() == "active"


def test_http_apis_answer_by_host_and_by_path_and_check_signatures(aws: RunningAws) -> None:
    http_api = aws.client("apigatewayv2")
    api = http_api.create_api(Name="signed", ProtocolType="HTTP")["ApiId"]
    http_api.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    uri = f"{aws.endpoint}/_local_aws/health"
    integration = http_api.create_integration(
        ApiId=api, IntegrationType="HTTP_PROXY", IntegrationMethod="GET", IntegrationUri=uri, PayloadFormatVersion="1.0"
    )["IntegrationId"]
    target = f"integrations/{integration}"
    http_api.create_route(ApiId=api, RouteKey="GET /health", Target=target, AuthorizationType="AWS_IAM")
    host = f"{api}.execute-api.us-east-1.amazonaws.com"
    forms = [
        (f"http://{host}/health", "/health", {"Host": host}),
        (f"{aws.endpoint}/_execute-api/{api}/health", f"/_execute-api/{api}/health", {}),
    ]
    for url, path, headers in forms:
        request = AWSRequest(method="GET", url=url, headers=headers)
        unsigned = aws.request(path, headers=headers)
        assert (unsigned[0], json.loads(unsigned[2])) == (403, {"message": "Forbidden"})
        SigV4Auth(Credentials("test", "test"), "execute-api", "us-east-1").add_auth(request)
        assert aws.request(path, headers=dict(request.headers.items()))[0] == 200
        request.headers["X-Amz-Date"] = "20200101T000000Z"
        assert aws.request(path, headers=dict(request.headers.items()))[0] == 403
