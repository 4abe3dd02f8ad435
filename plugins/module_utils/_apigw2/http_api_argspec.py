# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The argument spec of http_api, in parts.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.deployment import ALWAYS, NEVER, WHEN_CHANGED

Spec = dict[str, dict[str, Any]]

_STRINGS = {"type": "list", "elements": "str"}

_CORS: Spec = {
    "allow_credentials": {"type": "bool"},
    "headers": _STRINGS,
    "methods": _STRINGS,
    "origins": _STRINGS,
    "expose_headers": _STRINGS,
    "max_age": {"type": "int"},
}

_AUTHORIZER: Spec = {
    "name": {"type": "str", "required": True},
    "type": {"type": "str", "required": True, "choices": ["JWT", "REQUEST"]},
    "identity_sources": _STRINGS,
    "issuer": {"type": "str"},
    "audience": _STRINGS,
    "uri": {"type": "str"},
    "payload_format_version": {"type": "str", "choices": ["1.0", "2.0"]},
    "result_ttl_seconds": {"type": "int"},
    "simple_responses": {"type": "bool"},
    "credentials_arn": {"type": "str", "no_log": False},
}

_INTEGRATION: Spec = {
    "type": {"type": "str", "choices": ["HTTP_PROXY", "AWS_PROXY"]},
    "subtype": {"type": "str"},
    "method": {"type": "str"},
    "uri": {"type": "str"},
    "vpc_link_id": {"type": "str"},
    "credentials_arn": {"type": "str", "no_log": False},
    "payload_format_version": {"type": "str", "choices": ["1.0", "2.0"]},
    "timeout_milliseconds": {"type": "int", "default": 30000},
    "description": {"type": "str"},
    "request_parameters": {"type": "dict"},
    "response_parameters": {"type": "dict"},
    "tls_server_name": {"type": "str"},
}

_ROUTE: Spec = {
    "key": {"type": "str", "required": True, "no_log": False},
    "authorization": {"type": "str", "choices": ["NONE", "AWS_IAM", "JWT", "CUSTOM"], "default": "NONE"},
    "authorizer": {"type": "str"},
    "scopes": _STRINGS,
    "operation_name": {"type": "str"},
    "integration": {"type": "dict", "required": True, "options": _INTEGRATION},
}

_STAGE: Spec = {
    "name": {"type": "str", "default": "$default"},
    "auto_deploy": {"type": "bool", "default": True},
    "deploy": {"type": "str", "choices": [ALWAYS, WHEN_CHANGED, NEVER], "default": WHEN_CHANGED},
    "description": {"type": "str"},
    "access_log": {
        "type": "dict",
        "options": {"destination_arn": {"type": "str", "required": True}, "format": {"type": "str"}},
    },
    "default_route_settings": {
        "type": "dict",
        "options": {
            "throttling_burst_limit": {"type": "int"},
            "throttling_rate_limit": {"type": "float"},
            "detailed_metrics": {"type": "bool", "default": False},
        },
    },
    "route_settings": {"type": "dict"},
    "variables": {"type": "dict"},
    "tags": {"type": "dict"},
}

HTTP_API: Spec = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str"},
    "api_id": {"type": "str"},
    "description": {"type": "str"},
    "version": {"type": "str"},
    "cors": {"type": "dict", "options": _CORS},
    "disable_execute_api_endpoint": {"type": "bool"},
    "ip_address_type": {"type": "str", "choices": ["ipv4", "dualstack"]},
    "authorizers": {"type": "list", "elements": "dict", "options": _AUTHORIZER},
    "purge_authorizers": {"type": "bool", "default": False},
    "routes": {"type": "list", "elements": "dict", "options": _ROUTE},
    "purge_routes": {"type": "bool", "default": True},
    "stages": {"type": "list", "elements": "dict", "options": _STAGE},
    "purge_stages": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 120},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}
