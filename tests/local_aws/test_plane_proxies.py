# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""HTTP APIs in front of Lambda functions, Step Functions and URLs; deployments and custom domain names that serve."""

from __future__ import annotations

import base64
import http.server
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from local_aws.plane import lambda_event
from tests.local_aws.harness import Answering, RunningAws, answering

SOURCE = """
import base64, json
def handler(event, context):
    wanted = (event.get("queryStringParameters") or {}).get("answer")
    if wanted == "raise":
        raise ValueError("no")
    if wanted:
        return json.loads(base64.urlsafe_b64decode(wanted))
    return {"statusCode": 201, "headers": {"x-version": event["version"], "content-type": "application/json"},
            "body": json.dumps(event)}
"""
AUTHORIZER = """
def handler(event, context):
    token = event["headers"].get("token")
    if token == "raise":
        raise ValueError("no")
    allowed = token == "good"
    if event["version"] == "2.0":
        return {"isAuthorized": allowed, "context": {"user": "u1", "arn": event["routeArn"]}}
    effect = "Allow" if allowed else "Deny"
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": event["methodArn"]}
    return {"principalId": "u1", "policyDocument": {"Statement": [statement]}, "context": {"user": "u1"}}
"""
STATES = {
    "StartAt": "Pass",
    "States": {"Pass": {"Type": "Pass", "End": True}},
}


class Lab:
    """An API with a $default stage, and ways to put functions and roles behind it."""

    def __init__(self, aws: RunningAws) -> None:
        self.aws, self.api = aws, aws.client("apigatewayv2")
        self.iam, self.functions = aws.client("iam"), aws.client("lambda")
        self.name = f"p{uuid.uuid4().hex[:8]}"
        self.api_id = str(self.api.create_api(Name=self.name, ProtocolType="HTTP")["ApiId"])
        self.api.create_stage(ApiId=self.api_id, StageName="$default", AutoDeploy=True)
        self.arn = f"arn:aws:execute-api:us-east-1:123456789012:{self.api_id}"

    def role(self, service: str, actions: list[str]) -> str:
        """A role that a service may assume and that may do some actions on everything."""
        name = f"r{uuid.uuid4().hex[:8]}"
        principal = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        trust = {"Version": "2012-10-17", "Statement": [principal]}
        arn = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        if actions:
            document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
            self.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
        return str(arn)

    def function(self, source: str, *, allow: str | None = None, **settings: Any) -> str:
        """A function; `allow` lets API Gateway call it for this part of the API's ARN."""
        name = f"f{uuid.uuid4().hex[:8]}"
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("index.py", source)
        made = self.functions.create_function(
            FunctionName=name,
            Code={"ZipFile": buffer.getvalue()},
            Runtime="python3.13",
            Handler="index.handler",
            Role=self.role("lambda.amazonaws.com", []),
            **settings,
        )
        if allow is not None:
            self.functions.add_permission(
                FunctionName=name,
                StatementId="gateway",
                Action="lambda:InvokeFunction",
                Principal="apigateway.amazonaws.com",
                SourceArn=f"{self.arn}/{allow}",
            )
        return str(made["FunctionArn"])

    def route(self, key: str, uri: str | None, kind: str = "AWS_PROXY", **settings: Any) -> str:
        """A route to a new integration; the id of the integration. `route` updates the route."""
        route = settings.pop("route", {})
        integration = {
            "IntegrationType": kind,
            "IntegrationMethod": "POST" if kind == "AWS_PROXY" else "ANY",
            "PayloadFormatVersion": "1.0" if kind == "HTTP_PROXY" else "2.0",
            "IntegrationUri": uri,
            **settings,
        }
        given = {name: value for name, value in integration.items() if value is not None}
        made = self.api.create_integration(ApiId=self.api_id, **given)["IntegrationId"]
        self.api.create_route(ApiId=self.api_id, RouteKey=key, Target=f"integrations/{made}", **route)
        return str(made)

    def call(
        self, path: str, method: str = "GET", body: bytes | None = None, host: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body (parsed when it is JSON)."""
        sent = {"Host": host or f"{self.api_id}.execute-api.us-east-1.amazonaws.com"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        status, answer, content = self.aws.request(path, method=method, body=body, headers=sent)
        is_json = answer.get("content-type", "").startswith("application/json")
        return status, answer, json.loads(content) if is_json and content else content


@pytest.fixture(scope="module")
def lab(aws: RunningAws) -> Lab:
    return Lab(aws)


@pytest.fixture(scope="module")
def function(lab: Lab) -> str:
    """A function that answers with its event, behind routes in both payload formats."""
    arn = lab.function(SOURCE, allow="*/*")
    lab.route("ANY /two/{id}/{rest+}", arn)
    lab.route("ANY /one/{id}", arn, PayloadFormatVersion="1.0")
    return arn


def test_an_event_of_format_2(lab: Lab, function: str) -> None:
    status, headers, event = lab.call(
        "/two/7/a%20b/c?x=1&x=2&y=",
        method="PUT",
        body=b'{"a": 1}',
        Content_Type="application/json",
        Cookie="c1=1; c2=2",
        X_Mine="m",
    )
    assert (status, headers["x-version"]) == (201, "2.0")
    assert event["routeKey"] == "ANY /two/{id}/{rest+}"
    assert (event["rawPath"], event["rawQueryString"]) == ("/two/7/a%20b/c", "x=1&x=2&y=")
    assert event["cookies"] == ["c1=1", "c2=2"]
    assert event["queryStringParameters"] == {"x": "1,2", "y": ""}
    assert event["pathParameters"] == {"id": "7", "rest": "a b/c"}
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": 1}', False)
    assert event["headers"]["x-mine"] == "m"
    assert "cookie" not in event["headers"]
    context = event["requestContext"]
    assert (context["apiId"], context["stage"], context["accountId"]) == (lab.api_id, "$default", "123456789012")
    assert (context["http"]["method"], context["http"]["path"]) == ("PUT", "/two/7/a%20b/c")
    assert context["requestId"] == headers["apigw-requestid"]
    assert not {"authorizer", "stageVariables"} & (set(context) | set(event))


def test_an_event_of_format_1(lab: Lab, function: str) -> None:
    status, headers, event = lab.call("/one/7?x=1&x=2", method="POST", body=b"\x00\xff", Content_Type="image/png")
    assert (status, headers["x-version"]) == (201, "1.0")
    assert (event["resource"], event["path"], event["httpMethod"]) == ("/one/{id}", "/one/7", "POST")
    assert event["queryStringParameters"] == {"x": "2"}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["pathParameters"] == {"id": "7"}
    assert event["stageVariables"] is None
    assert (event["body"], event["isBase64Encoded"]) == (base64.b64encode(b"\x00\xff").decode(), True)
    assert event["requestContext"]["resourcePath"] == "/one/{id}"
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


def answer(lab: Lab, prefix: str, value: Any) -> tuple[int, dict[str, str], Any]:
    wanted = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    return lab.call(f"{prefix}?answer={wanted}")


ERROR = (500, {"message": "Internal Server Error"})


@pytest.mark.parametrize(
    ("prefix", "value", "expected"),
    [
        ("/two/1/a", {"a": 1}, (200, {"a": 1})),
        ("/two/1/a", [1], (200, [1])),
        ("/two/1/a", {"statusCode": 204}, (204, b"")),
        ("/two/1/a", {"statusCode": "404", "body": "gone"}, (404, b"gone")),
        ("/two/1/a", {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, (200, b"hi")),
        ("/two/1/a", {"statusCode": 200, "body": {"a": 1}}, ERROR),
        ("/two/1/a", {"statusCode": "many"}, ERROR),
        ("/one/1", {"a": 1}, ERROR),
        ("/one/1", {"statusCode": 418, "body": "t"}, (418, b"t")),
    ],
)
def test_what_answers_mean(lab: Lab, function: str, prefix: str, value: Any, expected: tuple[int, Any]) -> None:
    assert answer(lab, prefix, value)[::2] == expected


def test_headers_and_cookies_of_an_answer() -> None:
    cookies = {"statusCode": 200, "headers": {"X-A": 1, "X-B": True}, "cookies": ["a=1", "b=2"]}
    assert lambda_event.response_of("2.0", json.dumps(cookies)).headers == [
        ("x-a", "1"),
        ("x-b", "true"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("content-type", "text/plain;charset=utf-8"),
    ]
    several = {"statusCode": 200, "headers": {"X-A": "1"}, "multiValueHeaders": {"x-a": ["2", "3"]}}
    found = lambda_event.response_of("1.0", json.dumps(several)).headers
    assert [pair for pair in found if pair[0] == "x-a"] == [("x-a", "2"), ("x-a", "3")]
    assert lambda_event.response_of("2.0", '"text"').body == b"text"
    with pytest.raises(lambda_event.MalformedAnswer):
        lambda_event.response_of("2.0", '{"statusCode": 200, "headers": {"a": {}}}')


def test_a_function_that_fails_or_is_late_or_gone(lab: Lab, function: str) -> None:
    assert lab.call("/two/1/a?answer=raise")[::2] == ERROR
    slow = lab.function("import time\ndef handler(event, context):\n    time.sleep(3)\n", allow="*", Timeout=10)
    lab.route("GET /slow", slow, TimeoutInMillis=300)
    assert lab.call("/slow")[::2] == (503, {"message": "Service Unavailable"})
    lab.route("GET /gone", "arn:aws:lambda:us-east-1:123456789012:function:gone")
    assert lab.call("/gone")[::2] == ERROR


def test_a_function_is_called_only_with_its_permission(lab: Lab) -> None:
    refused, other = lab.function(SOURCE), lab.function(SOURCE, allow="*/GET/elsewhere")
    exact = lab.function(SOURCE, allow="$default/GET/exact/{id}")
    lab.route("GET /refused", refused)
    lab.route("GET /other", other)
    lab.route("GET /exact/{id}", f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{exact}/invocations")
    assert lab.call("/refused")[::2] == lab.call("/other")[::2] == ERROR
    assert lab.call("/exact/1")[0] == 201
    gateway = "apigateway.amazonaws.com"
    roles = {
        "may": lab.role(gateway, ["lambda:InvokeFunction"]),
        "may-not": lab.role(gateway, ["lambda:GetFunction"]),
        "not-ours": lab.role("lambda.amazonaws.com", ["lambda:InvokeFunction"]),
    }
    for name, role in roles.items():
        lab.route(f"GET /role/{name}", refused, CredentialsArn=role)
    assert {name: lab.call(f"/role/{name}")[0] for name in roles} == {"may": 201, "may-not": 500, "not-ours": 500}


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_lambda_authorizer_decides(lab: Lab, function: str, version: str) -> None:
    gate = lab.function(AUTHORIZER, allow="authorizers/*")
    made = lab.api.create_authorizer(
        ApiId=lab.api_id,
        Name=f"gate{version}",
        AuthorizerType="REQUEST",
        AuthorizerUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{gate}/invocations",
        AuthorizerPayloadFormatVersion=version,
        EnableSimpleResponses=version == "2.0",
        AuthorizerResultTtlInSeconds=0,
        IdentitySource=["$request.header.Token"],
    )["AuthorizerId"]
    name = f"/gated{version.replace('.', '')}"
    lab.route(f"GET {name}", function, route={"AuthorizationType": "CUSTOM", "AuthorizerId": made})
    assert lab.call(name)[::2] == (401, {"message": "Unauthorized"})
    assert lab.call(name, Token="bad")[::2] == (403, {"message": "Forbidden"})
    assert lab.call(name, Token="raise")[::2] == ERROR
    status, _, event = lab.call(name, Token="good")
    assert status == 201
    assert event["requestContext"]["authorizer"]["lambda"]["user"] == "u1"


def test_an_authorizer_is_asked_once_while_its_answer_is_remembered(lab: Lab, function: str) -> None:
    gate = lab.function(AUTHORIZER, allow="authorizers/*")
    made = lab.api.create_authorizer(
        ApiId=lab.api_id,
        Name="memory",
        AuthorizerType="REQUEST",
        AuthorizerUri=gate,
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=True,
        AuthorizerResultTtlInSeconds=60,
        IdentitySource=["$request.header.Token"],
    )["AuthorizerId"]
    lab.route("GET /memory", function, route={"AuthorizationType": "CUSTOM", "AuthorizerId": made})
    assert [lab.call("/memory", Token="good")[0] for _ in range(3)] == [201] * 3
    name = gate.rpartition(":")[2]
    assert len([each for each in lab.aws.journal("lambda.invoked") if each["function"] == name]) == 1


def test_jwt_authorizers_are_refused(lab: Lab, function: str) -> None:
    lab.route("GET /jwt", function, route={"AuthorizationType": "JWT"})
    assert lab.call("/jwt")[0] == 501


def machine(lab: Lab, kind: str) -> str:
    made = lab.aws.client("stepfunctions").create_state_machine(
        name=f"m{uuid.uuid4().hex[:8]}",
        definition=json.dumps(STATES),
        roleArn=lab.role("states.amazonaws.com", []),
        type=kind,
    )
    return str(made["stateMachineArn"])


def workflow_route(lab: Lab, path: str, action: str, arn: str, role: str) -> None:
    lab.route(
        f"POST {path}",
        None,
        IntegrationSubtype=f"StepFunctions-{action}",
        IntegrationMethod=None,
        CredentialsArn=role,
        PayloadFormatVersion="1.0",
        RequestParameters={"StateMachineArn": arn, "Input": "$request.body", "Name": "$request.header.x-name"},
    )


def test_a_route_starts_an_execution(lab: Lab) -> None:
    arn = machine(lab, "STANDARD")
    role = lab.role("apigateway.amazonaws.com", ["states:StartExecution"])
    workflow_route(lab, "/start", "StartExecution", arn, role)
    status, _, body = lab.call("/start", method="POST", body=b'{"order":  1}', X_Name="first")
    assert status == 200
    assert body["executionArn"].endswith(":first")
    assert isinstance(body["startDate"], float)
    execution = lab.aws.client("stepfunctions").describe_execution(executionArn=body["executionArn"])
    assert execution["input"] == '{"order":  1}'
    status, _, body = lab.call("/start", method="POST", body=b"no json", X_Name="second")
    assert (status, body["__type"]) == (400, "InvalidExecutionInput")


def test_a_route_runs_an_express_execution(lab: Lab) -> None:
    arn = machine(lab, "EXPRESS")
    workflow_route(
        lab, "/sync", "StartSyncExecution", arn, lab.role("apigateway.amazonaws.com", ["states:StartSyncExecution"])
    )
    status, _, body = lab.call("/sync", method="POST", body=b'{"order": 1}')
    assert (status, body["status"], json.loads(body["output"])) == (200, "SUCCEEDED", {"order": 1})


def test_a_workflow_is_started_only_with_permission(lab: Lab) -> None:
    arn = machine(lab, "STANDARD")
    workflow_route(lab, "/no", "StartExecution", arn, lab.role("apigateway.amazonaws.com", ["states:ListExecutions"]))
    workflow_route(lab, "/alien", "StartExecution", arn, lab.role("lambda.amazonaws.com", ["states:*"]))
    status, _, body = lab.call("/no", method="POST", body=b"{}")
    assert (status, body["__type"]) == (400, "AccessDeniedException")
    assert lab.call("/alien", method="POST", body=b"{}")[::2] == ERROR
    lab.route(
        "POST /queue", None, IntegrationSubtype="SQS-SendMessage", IntegrationMethod=None, PayloadFormatVersion="1.0"
    )
    assert lab.call("/queue", method="POST", body=b"{}")[0] == 501


class Echo(Answering):
    """Answers with the path that it got."""

    def do_GET(self) -> None:
        self.answer({"path": self.path})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A URL on this machine."""
    with answering(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("key", "uri", "parameters", "asked", "expected"),
    [
        ("GET /p1/{proxy+}", "/x/{proxy}", {}, "/p1/a/b%20c?q=1", "/x/a/b%20c?q=1"),
        ("GET /p2/{id}", "/x/{id}/y?z=1", {}, "/p2/7?q=1", "/x/7/y?z=1&q=1"),
        ("GET /p3", "/x", {}, "/p3", "/x"),
        ("GET /p4/{id}", "/x", {"overwrite:path": "/v/$request.path.id"}, "/p4/7", "/v/7"),
        ("GET /p5", "/x?z=1", {"overwrite:querystring.q": "2"}, "/p5?q=1", "/x?z=1&q=2"),
    ],
)
def test_urls_get_path_variables_and_mapped_paths(
    lab: Lab, url: str, key: str, uri: str, parameters: dict[str, str], asked: str, expected: str
) -> None:
    lab.route(key, url + uri, "HTTP_PROXY", RequestParameters=parameters)
    assert lab.call(asked)[2] == {"path": expected}


def test_a_stage_without_automatic_deployment_serves_its_deployment(aws: RunningAws, url: str) -> None:
    lab = Lab(aws)
    integration = lab.route("GET /a", f"{url}/old", "HTTP_PROXY")
    lab.api.create_stage(ApiId=lab.api_id, StageName="live")
    assert lab.call("/live/a")[0] == 404
    first = lab.api.create_deployment(ApiId=lab.api_id, StageName="live")["DeploymentId"]
    lab.api.update_integration(ApiId=lab.api_id, IntegrationId=integration, IntegrationUri=f"{url}/new")
    lab.route("GET /b", f"{url}/b", "HTTP_PROXY")
    lab.api.update_api(ApiId=lab.api_id, CorsConfiguration={"AllowOrigins": ["*"]}, DisableExecuteApiEndpoint=True)
    assert lab.call("/live/a", Origin="https://x.test")[2] == {"path": "/old"}
    assert "access-control-allow-origin" not in lab.call("/live/a", Origin="https://x.test")[1]
    assert lab.call("/live/b")[0] == 404
    assert lab.call("/a")[0] == 404
    lab.api.update_api(ApiId=lab.api_id, DisableExecuteApiEndpoint=False)
    assert lab.call("/a")[2] == {"path": "/new"}
    lab.api.create_deployment(ApiId=lab.api_id, StageName="live")
    assert lab.call("/live/a", Origin="https://x.test")[1]["access-control-allow-origin"] == "*"
    assert lab.call("/live/b")[2] == {"path": "/b"}
    lab.api.update_stage(ApiId=lab.api_id, StageName="live", DeploymentId=first)
    assert lab.call("/live/a")[2] == {"path": "/old"}


def test_a_custom_domain_name_leads_to_stages(aws: RunningAws, url: str) -> None:
    lab, other = Lab(aws), Lab(aws)
    for each, answer in ((lab, "one"), (other, "two")):
        each.route("GET /a", f"{url}/{answer}", "HTTP_PROXY")
        each.api.create_stage(ApiId=each.api_id, StageName="live", AutoDeploy=True)
    name = f"{lab.name}.example.com"
    certificate = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/a"}
    lab.api.create_domain_name(DomainName=name, DomainNameConfigurations=[certificate])
    assert lab.call("/a", host=name)[::2] == (404, {"message": "Not Found"})
    for api, key, stage in ((lab, "v1", "live"), (other, "v1/two", "$default")):
        lab.api.create_api_mapping(DomainName=name, ApiId=api.api_id, ApiMappingKey=key, Stage=stage)
    asked = ("/v1/a", "/v1/two/a", "/v1/two", "/v1a", "/a")
    answers = [lab.call(path, host=name) for path in asked]
    assert [each[0] for each in answers] == [200, 200, 404, 404, 404]
    assert [each[2]["path"] for each in answers[:2]] == ["/one", "/two"]
    lab.api.create_api_mapping(DomainName=name, ApiId=other.api_id, ApiMappingKey="", Stage="$default")
    assert lab.call("/a", host=f"{name}:4566")[2] == {"path": "/two"}
    lab.api.update_api(ApiId=lab.api_id, DisableExecuteApiEndpoint=True)
    assert (lab.call("/live/a")[0], lab.call("/v1/a", host=name)[0]) == (404, 200)
