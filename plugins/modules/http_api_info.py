#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: http_api_info
version_added: 0.1.0
short_description: Show API Gateway HTTP APIs with their routes, stages and authorizers
description:
  - Shows HTTP APIs as M(orchestra.aws.http_api) returns them, read in parallel.
  - No module of amazon.aws or community.aws reads API Gateway version 2.
options:
  api_id:
    description: Show only the API of this id. One that does not exist is no error.
    type: str
  name:
    description: Show only those of this name.
    type: str
  name_prefix:
    description: Show only those whose name starts like this.
    type: str
  tags:
    description: Show only those that have all of these tags.
    type: dict
  openapi:
    description: Also show the OpenAPI 3.0 document of each API, as AWS exports it.
    type: bool
    default: false
  openapi_stage:
    description:
      - Stage whose deployed configuration the document describes.
      - Left out, it describes the latest configuration, whether it has been deployed or not.
    type: str
  openapi_extensions:
    description: Whether the document has the extensions of API Gateway in it, such as integrations and authorizers.
    type: bool
    default: true
attributes:
  diff_mode:
    support: N/A
    details: Nothing is changed.
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Show one API
  orchestra.aws.http_api_info:
    name: shop-prod
  register: found

- name: Write down what the API really serves
  orchestra.aws.http_api_info:
    name: shop-prod
    openapi: true
    openapi_stage: $default
  register: exported

- name: Show all APIs of a project
  orchestra.aws.http_api_info:
    tags:
      orchestra:project: shop
"""

RETURN = r"""
actions:
  description: Always empty, the module changes nothing.
  returned: always
  type: list
  elements: str
  sample: []
http_apis:
  description: The APIs, sorted by name.
  returned: always
  type: list
  elements: dict
  contains:
    api_id:
      description: Id of the API.
      type: str
      sample: 0a1b2c3d4e
    name:
      description: Name of the API.
      type: str
      sample: shop-prod
    endpoint:
      description: URL of the API, without a stage.
      type: str
      sample: https://0a1b2c3d4e.execute-api.us-east-1.amazonaws.com
    arn:
      description: ARN of the API, by which it is tagged.
      type: str
      sample: arn:aws:apigateway:us-east-1::/apis/0a1b2c3d4e
    description:
      description: Description, or null.
      type: str
      sample: null
    version:
      description: Version, or null.
      type: str
      sample: null
    cors:
      description: CORS configuration in the form of the option, names of headers in lower case; empty for none.
      type: dict
      sample:
        allow_credentials: false
        headers: [content-type]
        methods: [GET, POST]
        origins: ["https://www.example.com"]
        expose_headers: []
        max_age: 600
    disable_execute_api_endpoint:
      description: Whether RV(http_apis[].endpoint) is off.
      type: bool
      sample: false
    ip_address_type:
      description: V(ipv4) or V(dualstack).
      type: str
      sample: ipv4
    authorizers:
      description: Authorizers, sorted by name, each in the form of the option with its C(authorizer_id).
      type: list
      elements: dict
      sample:
        - name: staff
          authorizer_id: n4o5p6
          type: JWT
          identity_sources: [$request.header.Authorization]
          issuer: https://login.example.com/
          audience: [shop]
          uri: null
          payload_format_version: null
          result_ttl_seconds: null
          simple_responses: false
          credentials_arn: null
    routes:
      description: Routes, sorted by key, each in the form of the option.
      type: list
      elements: dict
      contains:
        key:
          description: Route key.
          type: str
          sample: POST /service1/process
        route_id:
          description: Id of the route.
          type: str
          sample: f4g5h6
        authorization:
          description: V(NONE), V(AWS_IAM), V(JWT) or V(CUSTOM).
          type: str
          sample: AWS_IAM
        authorizer:
          description: Name of its authorizer, or null.
          type: str
          sample: null
        scopes:
          description: Scopes of which a token must have one.
          type: list
          elements: str
          sample: [orders/read]
        operation_name:
          description: Name of the operation, or null.
          type: str
          sample: null
        integration:
          description: The integration in the form of the option with its C(integration_id); null for a route without.
          type: dict
          sample:
            integration_id: i7j8k9
            type: HTTP_PROXY
            subtype: null
            method: ANY
            uri: arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shop-prod/50dc6c495c0c9188/f2f7dc8efc522ab2
            vpc_link_id: a1b2c3
            credentials_arn: null
            payload_format_version: "1.0"
            timeout_milliseconds: 30000
            description: Managed by orchestra.aws
            request_parameters: {"overwrite:path": /process}
            response_parameters: {}
            tls_server_name: null
    stages:
      description: Stages, sorted by name, each in the form of the option.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the stage.
          type: str
          sample: $default
        invoke_url:
          description: URL to which the path of a request is added.
          type: str
          sample: https://0a1b2c3d4e.execute-api.us-east-1.amazonaws.com
        auto_deploy:
          description: Whether AWS deploys every change to the stage.
          type: bool
          sample: true
        outdated:
          description: Whether the stage serves something else than what the API is now, for want of a deployment.
          type: bool
          sample: false
        deployment_id:
          description: Id of the deployment that the stage serves, or null before the first one.
          type: str
          sample: k1l2m3
        description:
          description: Description, or null.
          type: str
          sample: null
        access_log:
          description: Destination and format of the access log, or null.
          type: dict
          sample:
            destination_arn: arn:aws:logs:us-east-1:123456789012:log-group:/aws/apigateway/shop-prod
            format: '{"requestId": "$context.requestId", "status": "$context.status"}'
        default_route_settings:
          description: Limits of all routes; a limit that is not set is null.
          type: dict
          sample: {throttling_burst_limit: null, throttling_rate_limit: null, detailed_metrics: false}
        route_settings:
          description: Limits of single routes by route key.
          type: dict
          sample:
            POST /service1/process: {throttling_burst_limit: 10, throttling_rate_limit: 5.0, detailed_metrics: false}
        variables:
          description: Stage variables.
          type: dict
          sample: {colour: blue}
        tags:
          description: Tags of the stage.
          type: dict
          sample: {team: shop}
    tags:
      description: Tags of the API.
      type: dict
      sample: {team: shop}
    openapi:
      description: OpenAPI 3.0 document, or null where O(openapi_stage) does not exist or has no deployment yet.
      returned: with O(openapi=true)
      type: dict
      sample:
        openapi: 3.0.1
        info: {title: shop-prod, version: "2026-01-01 12:00:00UTC"}
        paths: {}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api import list_described
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "api_id": {"type": "str"},
            "name": {"type": "str"},
            "name_prefix": {"type": "str"},
            "tags": {"type": "dict"},
            "openapi": {"type": "bool", "default": False},
            "openapi_stage": {"type": "str"},
            "openapi_extensions": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    run(module, list_described)


if __name__ == "__main__":
    main()
