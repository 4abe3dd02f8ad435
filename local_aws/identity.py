# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Who calls: role credentials for tasks, functions and executions, and the check of signed requests.

Credentials are moto's own STS sessions, so GetCallerIdentity tells the role that they belong to. They live in
memory only. The pair test/test stands for the account's root user and may do everything.
"""

from __future__ import annotations

import contextvars
import dataclasses
import datetime
import hashlib
import hmac
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from moto.core.utils import utcnow
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from local_aws import journal, policy, settings
from local_aws.plane import lock

ROOT_ACCESS_KEY = "test"
ROOT_SECRET = "test"
SESSION_SECONDS = 12 * 3600
MAX_CLOCK_SKEW = datetime.timedelta(minutes=5)

_sessions: dict[tuple[str, str], Any] = {}

# Path and host as the client sent and signed them, when the server has rewritten both before handing on the request.
signed_as: contextvars.ContextVar[tuple[str, str] | None] = contextvars.ContextVar("signed_as", default=None)


class SignedRequest(Protocol):
    """What authenticate() needs of a request; header names are in lower case, the path is as on the wire."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query_string(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


@dataclasses.dataclass(frozen=True)
class Principal:
    """The caller behind an access key; `role_arn` and `user_name` are None for the root user."""

    arn: str
    account: str
    role_arn: str | None = None
    user_name: str | None = None

    @property
    def is_root(self) -> bool:
        return self.role_arn is None and self.user_name is None


def credentials_for(role_arn: str, session: str) -> dict[str, str]:
    """Environment variables with credentials of the role; KeyError when the role does not exist."""
    role = role_by_arn(role_arn)
    if role is None:
        raise KeyError(role_arn)
    with lock.state:
        known = _sessions.get((role.id, session))
        if known is None or known.expiration - utcnow() < datetime.timedelta(hours=1):
            known = sts_backends[_account()]["aws"].assume_role(
                region_name=settings.current().region,
                role_session_name=session,
                role_arn=role_arn,
                policy="",
                duration=SESSION_SECONDS,
                external_id="",
            )
            _sessions[(role.id, session)] = known
    return {
        "AWS_ACCESS_KEY_ID": known.access_key_id,
        "AWS_SECRET_ACCESS_KEY": known.secret_access_key,
        "AWS_SESSION_TOKEN": known.session_token,
    }


def role_by_arn(role_arn: str) -> Any | None:
    """The moto role, None when there is none of that ARN."""
    for role in list(iam_backends[_account()]["aws"].roles.values()):
        if role.arn == role_arn:
            return role
    return None


def can_be_assumed_by(role_arn: str, service: str, source_arn: str | None = None) -> bool:
    """Whether the role exists and its trust policy names the service principal.

    source_arn: the resource on whose behalf the service comes, for services of which AWS documents that they send it;
    without it the conditions of the trust policy are not looked at.
    """
    role = role_by_arn(role_arn)
    if role is None:
        return False
    context = None if source_arn is None else {"aws:sourcearn": source_arn, "aws:sourceaccount": _account()}
    return policy.trusts_service(_document(role.assume_role_policy_document), service, context)


def principal_of(access_key: str) -> Principal | None:
    """The root user, a role session or an IAM user; None for a key that nobody has."""
    found = _lookup(access_key)
    return found[0] if found else None


def authorize(
    principal: Principal, action: str, resource: str, context: policy.Context | None = None, *, record: bool = True
) -> bool:
    """Whether the principal's identity policies and boundary allow `action` on `resource`; root may do everything."""
    if principal.is_root:
        return True
    allowed = policy.allows(_documents(principal), action, resource, context or {})
    boundary = _boundary(principal)
    if allowed and boundary is not None:
        allowed = policy.allows([boundary], action, resource, context or {})
    if record:
        owner = principal.role_arn or principal.arn
        journal.record("iam.decision", principal=owner, action=action, resource=resource, allowed=allowed)
    return allowed


def role_allows(role_arn: str, action: str, resource: str, context: policy.Context | None = None) -> bool:
    """Whether a role's own policies allow `action` on `resource`; False for a role that does not exist."""
    if role_by_arn(role_arn) is None:
        return False
    return authorize(Principal(arn=role_arn, account=_account(), role_arn=role_arn), action, resource, context)


def authenticate(request: SignedRequest, service: str = "execute-api") -> Principal | None:
    """The caller of a request with a valid Signature Version 4 for `service`; None when there is none."""
    match = re.fullmatch(
        r"AWS4-HMAC-SHA256\s+Credential=([^/,\s]+)/(\d{8})/([\w-]+)/([\w-]+)/aws4_request,\s*"
        r"SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})",
        request.headers.get("authorization", "").strip(),
    )
    if match is None:
        return None
    access_key, day, region, signed_for, names, signature = match.groups()
    found = _lookup(access_key)
    timestamp = request.headers.get("x-amz-date", "")
    if found is None or signed_for != service or not timestamp.startswith(day) or not _recent(timestamp):
        return None
    principal, secret, token = found
    if token is not None and not hmac.compare_digest(request.headers.get("x-amz-security-token", ""), token):
        return None
    canonical = _canonical_request(request, names.split(";"))
    if canonical is None:
        return None
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    expected = _signature(secret, day, region, service, to_sign)
    return principal if hmac.compare_digest(expected, signature) else None


def _lookup(access_key: str) -> tuple[Principal, str, str | None] | None:
    """Principal, secret and session token of an access key."""
    account = _account()
    if access_key == ROOT_ACCESS_KEY:
        return Principal(arn=f"arn:aws:iam::{account}:root", account=account), ROOT_SECRET, None
    session = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key)
    if session is not None:
        if session.expiration < utcnow():
            return None
        principal = Principal(arn=session.arn, account=account, role_arn=session.role_arn)
        return principal, session.secret_access_key, session.session_token
    for user in list(iam_backends[account]["aws"].users.values()):
        for key in user.access_keys:
            if key.access_key_id == access_key and key.status == "Active":
                return Principal(arn=user.arn, account=account, user_name=user.name), key.secret_access_key, None
    return None


def _canonical_request(request: SignedRequest, names: list[str]) -> str | None:
    """The text that the signature covers; None when the body is not the one that was signed or host is unsigned."""
    digest = hashlib.sha256(request.body).hexdigest()
    if "host" not in names or request.headers.get("x-amz-content-sha256", digest) != digest:
        return None
    path, host = signed_as.get() or (request.path or "/", request.headers.get("host", ""))
    values = {**request.headers, "host": host}
    pairs = urllib.parse.parse_qsl(request.query_string, keep_blank_values=True)
    query = "&".join(f"{key}={value}" for key, value in sorted((_encode(k), _encode(v)) for k, v in pairs))
    headers = "".join(f"{name}:{' '.join(values.get(name, '').split())}\n" for name in names)
    # Except for S3, every path segment is encoded once more than it is on the wire.
    uri = urllib.parse.quote(path, safe="/-_.~")
    return f"{request.method}\n{uri}\n{query}\n{headers}\n{';'.join(names)}\n{digest}"


def _signature(secret: str, day: str, region: str, service: str, to_sign: str) -> str:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request", to_sign):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key.hex()


def _recent(timestamp: str) -> bool:
    try:
        signed = datetime.datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ")
    except ValueError:
        return False
    return bool(abs(utcnow() - signed) <= MAX_CLOCK_SKEW)


def _encode(text: str) -> str:
    return urllib.parse.quote(text, safe="-_.~")


def _documents(principal: Principal) -> Iterator[Mapping[str, Any]]:
    """The inline and attached policies of a role or a user, as they are now."""
    owner = _owner(principal)
    if owner is None:
        return
    for text in list(owner.policies.values()):
        yield _document(text)
    for managed in list(owner.managed_policies.values()):
        yield _default_version(managed)


def _owner(principal: Principal) -> Any | None:
    """moto's role or user."""
    if principal.role_arn is not None:
        return role_by_arn(principal.role_arn)
    return iam_backends[principal.account]["aws"].users.get(principal.user_name)


def _boundary(principal: Principal) -> Mapping[str, Any] | None:
    """The document of the permissions boundary; one that denies all when its policy is gone; None without one."""
    arn = getattr(_owner(principal), "permissions_boundary_arn", None)
    if not arn:
        return None
    managed = iam_backends[principal.account]["aws"].managed_policies.get(arn)
    return {"Statement": []} if managed is None else _default_version(managed)


def _default_version(managed: Any) -> Mapping[str, Any]:
    texts = [item.document for item in managed.versions if item.version_id == managed.default_version_id]
    return _document(texts[0]) if texts else {}


def _document(text: Any) -> Mapping[str, Any]:
    """A policy document as stored by IAM: JSON, URL-encoded in some places."""
    if isinstance(text, Mapping):
        return text
    if not text.lstrip().startswith("{"):
        text = urllib.parse.unquote(text)
    value = json.loads(text)
    return value if isinstance(value, Mapping) else {}


def _account() -> str:
    return settings.current().account
