# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""JSON web tokens: decoding, the signature by a public RSA key (RFC 7515, 7518), and the claims that have to hold."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

# The RSA-based algorithms, which are all that API Gateway takes.
_HASHES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


class InvalidToken(Exception):
    """The token is refused; its message is what the caller may read."""


@dataclass(frozen=True)
class Token:
    """A decoded token, whose signature nobody has checked yet. signed: what the signature is of."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes

    @classmethod
    def decode(cls, text: str) -> Token:
        parts = text.split(".")
        if len(parts) != 3:
            raise InvalidToken("token contains an invalid number of segments")
        try:
            header, claims = json.loads(_bytes(parts[0])), json.loads(_bytes(parts[1]))
            signature = _bytes(parts[2])
        except (ValueError, binascii.Error):
            raise InvalidToken("the token cannot be decoded") from None
        if not isinstance(header, dict) or not isinstance(claims, dict):
            raise InvalidToken("the token cannot be decoded")
        return cls(header, claims, ".".join(parts[:2]).encode(), signature)

    def scopes(self) -> list[str]:
        """The scopes of the token: scope is a text with spaces between them, scp may be a list."""
        given = self.claims.get("scope") or self.claims.get("scp") or []
        return given.split() if isinstance(given, str) else [str(scope) for scope in given]


def verify(token: Token, keys: Iterable[Mapping[str, Any]]) -> None:
    """Raise InvalidToken unless one of the keys of a JSON web key set has signed the token."""
    algorithm = str(token.header.get("alg", ""))
    family, digest = algorithm[:2], _HASHES.get(algorithm[2:])
    if family not in ("RS", "PS") or digest is None:
        raise InvalidToken(f"signing method {algorithm or 'none'} is invalid")
    key = next((each for each in keys if each.get("kid") == token.header.get("kid") and each.get("kty") == "RSA"), None)
    if key is None:
        raise InvalidToken("kid does not match any key of the issuer")
    scheme: Any = padding.PKCS1v15()
    if family == "PS":
        scheme = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
    try:
        public = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()
        public.verify(token.signature, token.signed, scheme, digest)
    except (InvalidSignature, KeyError, ValueError, binascii.Error):
        raise InvalidToken("crypto/rsa: verification error") from None


def check(claims: Mapping[str, Any], issuer: str, audiences: list[str]) -> None:
    """Raise InvalidToken for claims that do not hold now; client_id counts only where there is no aud."""
    if claims.get("iss") != issuer:
        raise InvalidToken("invalid issuer")
    given = claims.get("aud") or claims.get("client_id") or []
    if not set(audiences) & set([given] if isinstance(given, str) else given):
        raise InvalidToken("the token does not have a valid audience")
    now = time.time()
    if _moment(claims, "exp", 0) <= now:
        raise InvalidToken("the token has expired")
    if _moment(claims, "nbf", now) > now or _moment(claims, "iat", now) > now:
        raise InvalidToken("the token is not valid yet")


def _moment(claims: Mapping[str, Any], name: str, otherwise: float) -> float:
    """A claim in seconds since 1970."""
    value = claims.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidToken(f"the claim {name} is no number")
    return float(value)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")
