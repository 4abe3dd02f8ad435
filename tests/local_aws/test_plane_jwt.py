# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Routes with JWT authorizers: an issuer on this machine signs tokens, and what does not hold is refused."""

from __future__ import annotations

import base64
import http.server
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.local_aws.harness import Answering, RunningAws, answering
from tests.local_aws.stack import Stack


def encoded(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Issuer(http.server.ThreadingHTTPServer):
    """An OpenID provider with RSA keys by their ids; it is the backend of the API as well, and echoes requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Provider)
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.asked: list[str] = []
        self.rotate("first")

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def rotate(self, kid: str) -> None:
        self.keys[kid] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def key_set(self) -> dict[str, Any]:
        made = []
        for kid, key in self.keys.items():
            numbers = key.public_key().public_numbers()
            n, e = (number.to_bytes((number.bit_length() + 7) // 8, "big") for number in (numbers.n, numbers.e))
            made.append({"kid": kid, "kty": "RSA", "use": "sig", "n": encoded(n), "e": encoded(e)})
        return {"keys": made}

    def token(self, *, kid: str = "first", alg: str = "RS256", **claims: Any) -> str:
        """A signed token; a claim of None is left out."""
        holds = {"iss": self.address, "aud": "shop", "exp": time.time() + 60, **claims}
        body = {name: value for name, value in holds.items() if value is not None}
        signed = f"{encoded({'alg': alg, 'kid': kid})}.{encoded(body)}"
        scheme: Any = padding.PKCS1v15()
        if alg.startswith("PS"):
            scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
        digest = hashes.SHA512() if alg.endswith("512") else hashes.SHA256()
        return f"{signed}.{encoded(self.keys[kid].sign(signed.encode(), scheme, digest))}"


class Provider(Answering):
    server: Issuer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/.well-known/openid-configuration":
            document: Any = {"jwks_uri": f"{self.server.address}/keys"}
        elif self.path == "/keys":
            document = self.server.key_set()
        else:
            document = {"who": self.headers.get("x-who"), "authorization": self.headers.get("authorization")}
        self.answer(document)


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with answering(Issuer()) as server:
        yield server


@pytest.fixture(scope="module")
def stack(aws: RunningAws) -> Stack:
    return Stack(aws)


@pytest.fixture(scope="module")
def api(stack: Stack, issuer: Issuer) -> str:
    """An API with a route for every token, one for scopes, and one whose issuer is elsewhere."""
    made = stack.http_api()

    def guard(name: str, address: str) -> str:
        found = stack.api.create_authorizer(
            ApiId=made,
            Name=name,
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": address, "Audience": ["shop", "office"]},
        )
        return str(found["AuthorizerId"])

    here, away = guard("here", issuer.address), guard("away", "https://login.example.com/")
    integration = stack.api.create_integration(
        ApiId=made,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=f"{issuer.address}/echo",
        PayloadFormatVersion="1.0",
        RequestParameters={"append:header.x-who": "$context.authorizer.claims.sub"},
    )["IntegrationId"]
    for key, authorizer, scopes in (("plain", here, []), ("scoped", here, ["read", "write"]), ("away", away, [])):
        stack.api.create_route(
            ApiId=made,
            RouteKey=f"GET /{key}",
            Target=f"integrations/{integration}",
            AuthorizationType="JWT",
            AuthorizerId=authorizer,
            AuthorizationScopes=scopes,
        )
    return made


def call(stack: Stack, api: str, path: str, token: str | None) -> tuple[int, str | None, Any]:
    """Status, challenge and document of the answer to a request with a token."""
    headers = {} if token is None else {"authorization": token}
    status, answered, document = stack.call(api, path, method="GET", headers=headers)
    return status, {name.lower(): value for name, value in answered.items()}.get("www-authenticate"), document


@pytest.mark.parametrize("alg", ["RS256", "RS512", "PS256"])
@pytest.mark.parametrize("prefix", ["", "Bearer ", "bearer "])
def test_a_token_that_holds_is_let_in(stack: Stack, api: str, issuer: Issuer, alg: str, prefix: str) -> None:
    token = prefix + issuer.token(alg=alg, sub="ada")
    assert call(stack, api, "/plain", token) == (200, None, {"who": "ada", "authorization": token})


GOOD: dict[str, Any] = {"aud": ["other", "office"], "nbf": 1, "iat": 1}
REFUSED = {
    "audience": ({"aud": "else"}, "the token does not have a valid audience"),
    "aud before client_id": ({"aud": "else", "client_id": "shop"}, "the token does not have a valid audience"),
    "no audience": ({"aud": None}, "the token does not have a valid audience"),
    "issuer": ({"iss": "http://127.0.0.1:1"}, "invalid issuer"),
    "expired": ({"exp": 1}, "the token has expired"),
    "no end": ({"exp": None}, "the token has expired"),
    "not yet": ({"nbf": 9e9}, "the token is not valid yet"),
    "issued later": ({"iat": 9e9}, "the token is not valid yet"),
    "no number": ({"exp": "soon"}, "the claim exp is no number"),
}


@pytest.mark.parametrize("claims", [GOOD, {"aud": None, "client_id": "shop"}])
def test_claims_that_hold(stack: Stack, api: str, issuer: Issuer, claims: dict[str, Any]) -> None:
    assert call(stack, api, "/plain", issuer.token(**claims))[0] == 200


@pytest.mark.parametrize("name", REFUSED)
def test_claims_that_do_not_hold(stack: Stack, api: str, issuer: Issuer, name: str) -> None:
    claims, why = REFUSED[name]
    told = f'Bearer scope="" error="invalid_token" error_description="{why}"'
    assert call(stack, api, "/plain", issuer.token(**claims)) == (401, told, {"message": "Unauthorized"})


def test_what_is_no_signed_token(stack: Stack, api: str, issuer: Issuer) -> None:
    good = issuer.token()
    header, claims, signature = good.split(".")
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = encoded(other.sign(f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()))
    changed = encoded({"iss": issuer.address, "aud": "shop", "exp": 9e9, "sub": "root"})
    unsigned = f"{encoded({'alg': 'none', 'kid': 'first'})}.{claims}."
    symmetric = f"{encoded({'alg': 'HS256', 'kid': 'first'})}.{claims}.{signature}"
    for token, why in (
        ("nonsense", "token contains an invalid number of segments"),
        ("a.b.c", "the token cannot be decoded"),
        (f"{header}.{claims}.{forged}", "crypto/rsa: verification error"),
        (f"{header}.{changed}.{signature}", "crypto/rsa: verification error"),
        (unsigned, "signing method none is invalid"),
        (symmetric, "signing method HS256 is invalid"),
    ):
        status, told, _document = call(stack, api, "/plain", token)
        assert (status, why in str(told)) == (401, True), (why, told)
    assert call(stack, api, "/plain", None) == (401, "Bearer", {"message": "Unauthorized"})


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"scope": "write other"}, 200),
        ({"scp": ["read"]}, 200),
        ({"scp": "read"}, 200),
        ({"scope": "other"}, 403),
        ({}, 403),
    ],
)
def test_scopes(stack: Stack, api: str, issuer: Issuer, claims: dict[str, Any], status: int) -> None:
    found, told, document = call(stack, api, "/scoped", issuer.token(**claims))
    assert found == status
    if status == 403:
        assert told == 'Bearer scope="read write" error="insufficient_scope"'
        assert document == {"message": "Forbidden"}


def test_keys_are_kept_and_new_ones_found(stack: Stack, api: str, issuer: Issuer) -> None:
    assert call(stack, api, "/plain", issuer.token())[0] == 200
    issuer.asked.clear()
    assert call(stack, api, "/plain", issuer.token())[0] == 200
    assert "/keys" not in issuer.asked
    issuer.rotate("second")
    assert call(stack, api, "/plain", issuer.token(kid="second"))[0] == 200
    assert issuer.asked.count("/keys") == 1


def test_an_issuer_elsewhere_is_not_asked(stack: Stack, api: str, issuer: Issuer) -> None:
    status, _told, document = call(stack, api, "/away", issuer.token())
    assert (status, document["message"]) == (501, "NotImplemented: a JWT issuer that is not on this machine")
