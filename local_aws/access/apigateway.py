# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""API Gateway's own way: the action is the HTTP method, the resource is the path.

"Actions, resources, and condition keys for Amazon API Gateway Management V2": arn:aws:apigateway:REGION::/apis/ID.
The tags of a resource are known for APIs, stages, VPC links and domain names; routes, integrations and the like have
none, and AWS documents inheritance for REST APIs only.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

from local_aws.access import resources
from local_aws.access.parameters import tags
from local_aws.access.resources import Place
from local_aws.front import Environ
from local_aws.refusals import Call

_TAGGED = re.compile(r"/(apis/[^/]+(/stages/[^/]+)?|vpclinks/[^/]+|domainnames/[^/]+)")


def checks(
    call: Call, given: dict[str, Any], place: Place, environ: Environ, check: Callable[..., Any]
) -> Iterator[Any]:
    """The one question about a request, or for tags the two."""
    path = urllib.parse.unquote(str(environ["RAW_URI"]).partition("?")[0]).removeprefix("/v2")
    prefix = f"arn:aws:apigateway:{place.region}::"
    arn = prefix + (path.rstrip("/") or "/")
    context: dict[str, str | list[str]] = {}
    if _TAGGED.fullmatch(path):
        context |= {f"aws:resourcetag/{key.lower()}": value for key, value in resources.tags(arn, place).items()}
    asked = tags(given)
    if asked:
        context |= {f"aws:requesttag/{key.lower()}": value for key, value in asked.items()}
        context["aws:tagkeys"] = list(asked)
    yield check(f"apigateway:{environ['REQUEST_METHOD']}", arn, context)
