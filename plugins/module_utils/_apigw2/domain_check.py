# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Refuse custom domain names and API mappings that API Gateway would refuse.

Limits are those of the API's model and of "Map API stages to a custom domain name for HTTP APIs" in the developer
guide. Values that are not known yet in check mode pass. Pure functions only. Private to the collection.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.domain import Settings
from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._values import is_unknown

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})+")
_CERTIFICATE = re.compile(r"arn:[^:]+:acm:[^:]+:\d{12}:certificate/.+")
_KEY = re.compile(r"[A-Za-z0-9$_.+!*'()-]+(/[A-Za-z0-9$_.+!*'()-]+)*")
_LONGEST_KEY = 300
_LONGEST_NAME = 512
_MOST_DEEP_MAPPINGS = 200


def check_options(params: Mapping[str, Any]) -> None:
    """Raise InputError for the first option that cannot work, whatever there is already."""
    name = params["domain_name"]
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise InputError(f"The domain_name {name!r} has to be a name in lower case, such as api.example.com.")
    for option in ("certificate_arn", "ownership_verification_certificate_arn"):
        arn = params[option]
        if arn and not is_unknown(arn) and not _CERTIFICATE.fullmatch(arn):
            raise InputError(f"The {option} has to be the ARN of a certificate in AWS Certificate Manager, not {arn}.")
    _check_mutual_tls(params["mutual_tls"] or {})
    _check_mappings(params["mappings"] or [])


def _check_mutual_tls(option: Mapping[str, Any]) -> None:
    uri, version = option.get("truststore_uri"), option.get("truststore_version")
    if version and not uri:
        raise InputError("The mutual_tls has a truststore_version and so needs a truststore_uri.")
    if uri and not is_unknown(uri) and not re.fullmatch(r"s3://[^/]+/.+", uri):
        raise InputError(f"The truststore_uri has to be the URL of an S3 object, s3://bucket/key, not {uri}.")


def _check_mappings(mappings: list[Mapping[str, Any]]) -> None:
    for key, count in Counter(each["key"] for each in mappings).items():
        if count > 1:
            raise InputError(f"The key {key!r} is given {count} times in mappings: give each key once.")
        if key and not (len(key) <= _LONGEST_KEY and _KEY.fullmatch(key)):
            raise InputError(
                f"The key {key!r} in mappings has to be a path without slashes at its ends, of up to {_LONGEST_KEY} "
                "letters, digits and $-_.+!*'()/"
            )
    deep = sum("/" in each["key"] for each in mappings)
    if deep > _MOST_DEEP_MAPPINGS:
        raise InputError(f"The mappings have {deep} keys of several levels, but AWS allows {_MOST_DEEP_MAPPINGS}.")


def check_result(before: Settings | None, after: Settings) -> None:
    """Raise InputError when the domain name as a whole, given options and present settings together, cannot work."""
    if not after["certificate_arn"]:
        raise InputError("A custom domain name needs a certificate_arn to be created.")
    changed = before is None or any(before[option] != after[option] for option in ("mappings", "security_policy"))
    if changed and after["mappings"] and after["security_policy"] == "TLS_1_0":
        raise InputError("HTTP APIs can be mapped only with the security_policy TLS_1_2.")
