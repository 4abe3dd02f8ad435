# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""HTTP APIs: as the options of the module, and as somebody else may have made them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.strategies import FOUND_TAGS, WANTED_TAGS, maybe, tagging

NAME = "shop-prod"
KEYS = ["$default", "GET /health", "POST /orders/{id}", "ANY /files/{path+}"]
STAGES = ["$default", "live", "test"]
LISTENERS = [
    f"arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/{number}/a" for number in (1, 2)
]
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
LOG_GROUP = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/apigateway/shop"
_TEXTS = st.sampled_from(["", "One", "Two"])

_REQUEST_PARAMETERS = st.dictionaries(
    st.sampled_from(["overwrite:path", "append:header.x-one", "overwrite:querystring.a"]),
    st.sampled_from(["/process", "$context.requestId"]),
)
_RESPONSE_PARAMETERS = st.dictionaries(
    st.sampled_from(["200", 404, "500"]),
    st.dictionaries(
        st.sampled_from(["append:header.x-one", "overwrite:statuscode", "overwrite:header.x-two"]),
        st.sampled_from(["one", "201"]),
        max_size=2,
    ),
)
_COMMON = {
    "description": _TEXTS,
    "timeout_milliseconds": st.sampled_from([50, 30000]),
    "request_parameters": _REQUEST_PARAMETERS,
    "response_parameters": _RESPONSE_PARAMETERS,
}


@st.composite
def integrations(draw: st.DrawFn) -> dict[str, Any]:
    """Return integrations with the internet, through a VPC link, with a function and with a service."""
    kind = draw(st.sampled_from(["internet", "link", "function", "service"]))
    if kind == "service":
        credentials = "arn:aws:iam::123456789012:role/api"
        subtype = draw(st.sampled_from(["StepFunctions-StartExecution", "SQS-SendMessage"]))
        parameters = draw(maybe(request_parameters=st.just({"Input": "$request.body"}), description=_TEXTS))
        return {"subtype": subtype, "credentials_arn": credentials, **parameters}
    common = draw(maybe(**_COMMON))
    if kind == "function":
        version = draw(maybe(payload_format_version=st.sampled_from(["1.0", "2.0"])))
        return {"type": "AWS_PROXY", "uri": FUNCTION, **version, **common}
    method = draw(maybe(method=st.sampled_from(["GET", "post", "ANY"])))
    if kind == "internet":
        return {"uri": draw(st.sampled_from(["https://a.example.com", "https://b.example.com/x"])), **method, **common}
    link = draw(maybe(tls_server_name=st.sampled_from(["a.example.com", "b.example.com"])))
    chosen = {"uri": draw(st.sampled_from(LISTENERS)), "vpc_link_id": draw(st.sampled_from(["link-1", "link-2"]))}
    return {**chosen, **link, **method, **common}


@st.composite
def routes(draw: st.DrawFn, key: str) -> dict[str, Any]:
    route = {"key": key, "integration": draw(integrations()), **draw(maybe(operation_name=_TEXTS))}
    route["authorization"] = draw(st.sampled_from(["NONE", "NONE", "AWS_IAM", "JWT", "CUSTOM"]))
    if route["authorization"] == "JWT":
        route["authorizer"] = "staff"
        route |= draw(maybe(scopes=st.lists(st.sampled_from(["read", "write"]), unique=True)))
    if route["authorization"] == "CUSTOM":
        route["authorizer"] = "asks"
    return route


_LIMITS = maybe(
    throttling_burst_limit=st.sampled_from([0, 10]),
    throttling_rate_limit=st.sampled_from([0, 2.5]),
    detailed_metrics=st.booleans(),
)


def stages(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return maybe(
        auto_deploy=st.booleans(),
        deploy=st.sampled_from(["when_changed", "never"]),
        description=_TEXTS,
        access_log=st.sampled_from(
            [{"destination_arn": LOG_GROUP}, {"destination_arn": f"{LOG_GROUP}:*", "format": " $context.requestId\n"}]
        ),
        default_route_settings=_LIMITS,
        route_settings=st.dictionaries(st.sampled_from(KEYS[:2]), _LIMITS, max_size=2),
        variables=st.dictionaries(st.sampled_from(["one", "two"]), st.sampled_from(["a", 1])),
        tags=WANTED_TAGS,
    ).map(lambda options: {"name": name, **options})


@st.composite
def authorizers(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Return the JWT authorizer "staff" or the REQUEST authorizer "asks"."""
    if name == "staff":
        audience = draw(st.lists(st.sampled_from(["shop", "other"]), min_size=1, unique=True))
        issuer = draw(st.sampled_from(["https://a.example.com/", "https://b.example.com/"]))
        return {"name": name, "type": "JWT", "issuer": issuer, "audience": audience}
    options = maybe(
        identity_sources=st.sampled_from([["$request.header.Authorization"], ["$context.path", "$request.header.A"]]),
        payload_format_version=st.sampled_from(["1.0", "2.0"]),
        result_ttl_seconds=st.sampled_from([0, 300]),
        simple_responses=st.booleans(),
        credentials_arn=st.sampled_from(["", "arn:aws:iam::123456789012:role/api"]),
    )
    uri = f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
    return {"name": name, "type": "REQUEST", "uri": uri, **draw(options)}


@st.composite
def _some(draw: st.DrawFn, names: list[str], of: Any) -> list[dict[str, Any]]:
    chosen = draw(st.lists(st.sampled_from(names), min_size=draw(st.integers(0, 2)), max_size=3, unique=True))
    return [draw(of(name)) for name in chosen]


_CORS = maybe(
    allow_credentials=st.booleans(),
    headers=st.lists(st.sampled_from(["a", "b"]), unique=True),
    expose_headers=st.lists(st.sampled_from(["a", "c"]), unique=True),
    methods=st.lists(st.sampled_from(["GET", "post"]), unique=True),
    origins=st.lists(st.sampled_from(["https://a.example.com", "https://b.example.com"]), unique=True),
    max_age=st.sampled_from([0, -1, 300]),
)

OPTIONS = maybe(
    description=_TEXTS,
    version=_TEXTS,
    cors=_CORS,
    disable_execute_api_endpoint=st.booleans(),
    ip_address_type=st.sampled_from(["ipv4", "dualstack"]),
    authorizers=st.tuples(authorizers("staff"), authorizers("asks")).map(list) | _some(["staff", "asks"], authorizers),
    purge_authorizers=st.booleans(),
    routes=_some(KEYS, routes),
    purge_routes=st.booleans(),
    stages=_some(STAGES, stages),
    purge_stages=st.booleans(),
    **tagging(),
).map(lambda options: {"name": NAME, **options})


@st.composite
def found_apis(draw: st.DrawFn) -> dict[str, Any]:
    """Return an API that somebody else has made: shared integrations, unused ones, routes without any."""
    integrations_ = [
        {
            "IntegrationId": f"i{number}",
            "IntegrationType": "HTTP_PROXY",
            "IntegrationMethod": draw(st.sampled_from(["ANY", "GET"])),
            "IntegrationUri": draw(st.sampled_from(["https://a.example.com", "https://b.example.com/x"])),
            "ConnectionType": "INTERNET",
            "PayloadFormatVersion": "1.0",
            **draw(
                maybe(
                    TimeoutInMillis=st.sampled_from([50, 30000]),
                    Description=st.sampled_from(["One", "Managed by orchestra.aws"]),
                    RequestParameters=_REQUEST_PARAMETERS,
                )
            ),
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
    targets = st.sampled_from([{}, *({"Target": f"integrations/{item['IntegrationId']}"} for item in integrations_)])
    routes_ = [
        {"RouteId": f"r{number}", "RouteKey": key, "AuthorizationType": "NONE", **draw(targets)}
        for number, key in enumerate(keys)
    ]
    names = draw(st.lists(st.sampled_from(STAGES), max_size=2, unique=True))
    stages_ = [
        {
            "StageName": name,
            "AutoDeploy": draw(st.booleans()),
            "RouteSettings": {},
            "DefaultRouteSettings": {},
            "StageVariables": draw(st.sampled_from([{}, {"one": "b", "three": "c"}])),
            "Tags": draw(FOUND_TAGS),
        }
        for name in names
    ]
    api = {"Name": NAME, "ProtocolType": "HTTP", "IpAddressType": "ipv4", "Tags": draw(FOUND_TAGS)}
    return {"api": api, "routes": routes_, "integrations": integrations_, "stages": stages_}


# What can be left out wherever it stands.
_OPTIONAL = {
    *_COMMON,
    *("scopes", "operation_name", "access_log", "default_route_settings", "route_settings", "variables"),
    *("throttling_burst_limit", "throttling_rate_limit", "detailed_metrics", "credentials_arn", "result_ttl_seconds"),
    *("one", "two", "overwrite:path", "append:header.x-one", "overwrite:header.x-two", "overwrite:statuscode", "200"),
}


@st.composite
def _thinned(draw: st.DrawFn, value: Any) -> Any:
    """Return the same with a few things left out, so that what exists has to be taken back."""
    if isinstance(value, list):
        return [draw(_thinned(each)) for each in value]
    if not isinstance(value, dict):
        return value
    left = {key: each for key, each in value.items() if key not in _OPTIONAL or draw(st.integers(0, 3))}
    return {key: draw(_thinned(each)) for key, each in left.items()}


@st.composite
def changed(draw: st.DrawFn, options: dict[str, Any]) -> dict[str, Any]:
    """Return options a little different, so that what exists is changed in place and not only replaced."""
    if draw(st.booleans()):
        return draw(_thinned(options))
    again = draw(OPTIONS)
    kept = {key: options[key] for key in options if draw(st.booleans())}
    after = {**again, **kept}
    if "routes" in options and draw(st.booleans()):
        after["routes"] = [draw(_changed_route(route)) for route in options["routes"]]
    return after


@st.composite
def _changed_route(draw: st.DrawFn, route: dict[str, Any]) -> dict[str, Any]:
    changes = {} if "subtype" in route["integration"] else draw(maybe(**_COMMON))
    return {**route, "integration": {**route["integration"], **changes}}


@st.composite
def _complete(draw: st.DrawFn) -> dict[str, Any]:
    """Return options with a part of each kind, of which there is something to take back."""
    limits = {"throttling_burst_limit": 10, "throttling_rate_limit": 2.5}
    stage = draw(stages("$default"))
    return {
        **draw(OPTIONS),
        "authorizers": [draw(authorizers("staff")), draw(authorizers("asks"))],
        "routes": [draw(routes(key)) for key in KEYS[:2]],
        "stages": [{**stage, "route_settings": {draw(st.sampled_from(KEYS[:2])): limits}}],
    }


@st.composite
def wishes(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return what the API shall be, one after the other."""
    following = [draw(_complete() | OPTIONS)]
    for _number in range(draw(st.integers(0, 3))):
        following.append(draw(changed(following[-1])))
    return following
