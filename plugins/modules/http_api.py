#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: http_api
version_added: 0.1.0
short_description: Manage API Gateway HTTP APIs with their routes, stages and authorizers
description:
  - Creates, changes and deletes an HTTP API as a whole, its routes with their integrations, its stages and its
    authorizers, and shows one diff for all of it.
  - No module of amazon.aws or community.aws manages API Gateway version 2. C(community.aws.api_gateway) manages
    REST APIs only, and without their id makes another API in every run.
  - A top-level option that is left out stays as it is. A route, stage or authorizer that is given is described as a
    whole. What is left out inside it gets its default, unless the option says otherwise.
  - Changes are made in an order in which every route that stays keeps answering. New integrations come first, routes
    are updated in place, and only at the end goes what no route uses any more.
  - A route has an integration of its own. Where two routes share one, as other tools allow, it stays shared until
    their settings have to differ; then the route gets its own. An API that another tool made is taken over like this
    by its name or id.
  - A run that was interrupted can be repeated. A new integration that it left without a route is used, or deleted.
options:
  state:
    description: Whether the API shall exist.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the API, 1 to 128 characters. Without O(api_id) it identifies the API, so no two HTTP APIs of the
        region may have it.
      - Together with O(api_id) it renames the API.
    type: str
  api_id:
    description: Id of an API that exists.
    type: str
  description:
    description: Description, at most 1024 characters. An empty one removes it.
    type: str
  version:
    description: Version of the API, at most 64 characters, for people only.
    type: str
  cors:
    description:
      - How browsers of other sites may call the API. It is described as a whole; V({}) removes it.
    type: dict
    suboptions:
      allow_credentials:
        description: Whether a browser may send cookies. Not together with the origin V(*).
        type: bool
      headers:
        description: Names of the headers that a browser may send.
        type: list
        elements: str
      methods:
        description: Methods that a browser may use, or V(*).
        type: list
        elements: str
      origins:
        description: Sites whose pages may call the API, such as V(https://www.example.com), or V(*).
        type: list
        elements: str
      expose_headers:
        description: Names of the headers that scripts of a page may read.
        type: list
        elements: str
      max_age:
        description: Seconds for which a browser may remember the answer, V(-1) to V(86400).
        type: int
  disable_execute_api_endpoint:
    description:
      - Whether the endpoint C(https://<id>.execute-api.<region>.amazonaws.com) is off, so that only a custom domain
        name leads to the API.
      - Step Functions calls an API by this endpoint, so leave it on for APIs that a workflow calls.
      - AWS's default for a new API is V(false).
    type: bool
  ip_address_type:
    description: Internet protocols by which the API can be called. AWS's default for a new API is V(ipv4).
    type: str
    choices: [ipv4, dualstack]
  authorizers:
    description: Authorizers of the API. Those that are not listed stay, unless O(purge_authorizers=true).
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the authorizer, by which routes refer to it.
        type: str
        required: true
      type:
        description: V(JWT) checks a JSON web token, V(REQUEST) asks a Lambda function. It can never be changed.
        type: str
        required: true
        choices: [JWT, REQUEST]
      identity_sources:
        description:
          - What of a request identifies the caller. Exactly one for V(JWT).
          - Defaults to V([$request.header.Authorization]).
        type: list
        elements: str
      issuer:
        description: URL of the issuer of tokens. Required for, and only for, V(JWT).
        type: str
      audience:
        description: Audiences of which a token must name one, at most 50. Required for, and only for, V(JWT).
        type: list
        elements: str
      uri:
        description:
          - Invocation URI of the Lambda function, C(arn:aws:apigateway:<region>:lambda:path/.../invocations).
          - Required for, and only for, V(REQUEST).
        type: str
      payload_format_version:
        description: Format in which the function gets the request, for V(REQUEST). Defaults to V(2.0).
        type: str
        choices: ["1.0", "2.0"]
      result_ttl_seconds:
        description:
          - Seconds for which the function's answer is remembered, V(0) to V(3600), for V(REQUEST).
          - Left out, it stays as it is; AWS chooses it for a new authorizer.
        type: int
      simple_responses:
        description: Whether the function answers with true or false instead of an IAM policy, for V(REQUEST).
        type: bool
      credentials_arn:
        description: ARN of the role with which API Gateway calls the function, for V(REQUEST).
        type: str
  purge_authorizers:
    description: Delete the authorizers that O(authorizers) does not list, if it is given.
    type: bool
    default: false
  routes:
    description:
      - Routes of the API, at most 300, which is how many integrations AWS allows.
      - Left out, routes and integrations stay as they are.
    type: list
    elements: dict
    suboptions:
      key:
        description:
          - Method and path such as V(POST /service1/process) or V(ANY /files/{path+}), or V($default) for every
            request that no other route matches.
          - The methods are V(ANY), V(DELETE), V(GET), V(HEAD), V(OPTIONS), V(PATCH), V(POST) and V(PUT).
        type: str
        required: true
      authorization:
        description:
          - Who may call the route. V(NONE) lets everybody in, V(AWS_IAM) those whom IAM allows C(execute-api:Invoke),
            V(JWT) and V(CUSTOM) those whom the authorizer lets in.
          - Step Functions can call routes with V(NONE), V(AWS_IAM) and V(CUSTOM).
        type: str
        choices: [NONE, AWS_IAM, JWT, CUSTOM]
        default: NONE
      authorizer:
        description: Name of the authorizer. Required for, and only for, V(JWT) and V(CUSTOM).
        type: str
      scopes:
        description: Scopes of which a token must have one, at most 10, for V(JWT).
        type: list
        elements: str
      operation_name:
        description: Name of the operation, at most 64 characters.
        type: str
      integration:
        description: What the route passes its requests to.
        type: dict
        required: true
        suboptions:
          type:
            description:
              - V(HTTP_PROXY) calls an HTTP endpoint or what is behind a VPC link, V(AWS_PROXY) a Lambda function or
                another AWS service.
              - Defaults to V(HTTP_PROXY), or V(AWS_PROXY) with O(routes[].integration.subtype).
            type: str
            choices: [HTTP_PROXY, AWS_PROXY]
          subtype:
            description: Action of an AWS service, such as V(StepFunctions-StartExecution).
            type: str
          method:
            description:
              - Method of the request to the endpoint, V(ANY) for that of the client.
              - Defaults to V(ANY), for Lambda functions to V(POST). Not with O(routes[].integration.subtype).
            type: str
          uri:
            description:
              - With O(routes[].integration.vpc_link_id) the ARN of a load balancer's listener or of a Cloud Map
                service, for V(AWS_PROXY) the ARN of a Lambda function, else a URL.
              - At most 2048 characters. Required without O(routes[].integration.subtype).
            type: str
          vpc_link_id:
            description: Id of the VPC link through which to reach the endpoint, see M(orchestra.aws.http_api_vpc_link).
            type: str
          credentials_arn:
            description: ARN of the role with which API Gateway calls an AWS service.
            type: str
          payload_format_version:
            description: Format of the request to a Lambda function. Defaults to V(2.0) for one, else it is V(1.0).
            type: str
            choices: ["1.0", "2.0"]
          timeout_milliseconds:
            description: Milliseconds after which API Gateway gives up, V(50) to V(30000).
            type: int
            default: 30000
          description:
            description:
              - Description, at most 1024 characters.
              - Left out, a present one stays, and a new integration gets V(Managed by orchestra.aws).
            type: str
          request_parameters:
            description:
              - Changes of the request, such as C(overwrite:path=/process). Keys are
                C(append|overwrite|remove:header.NAME), C(append|overwrite|remove:querystring.NAME) and
                C(overwrite:path); what is removed has an empty value.
              - AWS reserves some headers, see
                U(https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html).
              - With O(routes[].integration.subtype) the parameters of the service.
            type: dict
          response_parameters:
            description:
              - Changes of responses by status code, V(200) to V(599). Keys are C(append|overwrite|remove:header.NAME)
                and C(overwrite:statuscode).
            type: dict
          tls_server_name:
            description:
              - Name that the certificate of a private endpoint must have. It makes API Gateway use HTTPS through the
                VPC link.
            type: str
  purge_routes:
    description:
      - Delete the routes that O(routes) does not list, if it is given, and then every integration that no route uses.
      - When off, the only integrations without a route that are deleted are those that this run leaves behind, and
        those whose description is V(Managed by orchestra.aws).
    type: bool
    default: true
  stages:
    description:
      - Stages of the API.
      - Left out, stages stay as they are. An API without any gets the stage V($default) that deploys every change.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the stage. The paths of V($default) carry no stage name, those of all other stages start with it.
        type: str
        default: $default
      auto_deploy:
        description:
          - Whether AWS deploys every change of the API to the stage. A stage without it serves what was deployed to
            it last, and nothing before the first deployment.
        type: bool
        default: true
      deploy:
        description:
          - When to make a deployment for a stage with O(stages[].auto_deploy=false), at the end of all changes.
          - V(when_changed) makes one when the stage serves other routes, integrations, authorizers or another CORS
            configuration than the API has, whoever made the difference, and when this run changes
            O(disable_execute_api_endpoint), which takes effect with a deployment. AWS does not tell when a route was
            changed, so the module compares the OpenAPI document that AWS exports for the stage with that of the
            latest configuration (C(ExportApi)).
          - V(always) makes one in every run. V(never) makes none, and RV(http_api.stages[].outdated) tells whether
            one is due.
          - An API without routes cannot be deployed, so none is made then.
          - Replaced deployments stay, so that a stage can be pointed back to one of them.
        type: str
        choices: [always, when_changed, never]
        default: when_changed
      description:
        description: Description, at most 1024 characters.
        type: str
      access_log:
        description: Where to log requests. Left out, they are not logged.
        type: dict
        suboptions:
          destination_arn:
            description:
              - ARN of a CloudWatch log group, or of a Firehose stream whose name starts with C(amazon-apigateway-).
            type: str
            required: true
          format:
            description:
              - What to log of a request, one line of at most 1024 characters with C($context.requestId) in it.
              - Defaults to JSON with ids, route, status, latencies, errors and caller.
            type: str
      default_route_settings:
        description: Limits of all routes that have none of their own.
        type: dict
        suboptions:
          throttling_burst_limit:
            description:
              - Requests that may come at the same time; more are refused with status 429. V(0) refuses all.
              - Left out, it stays as it is, because AWS has no way to take it back.
            type: int
          throttling_rate_limit:
            description:
              - Requests a second. V(0) refuses all.
              - Left out, it stays as it is, because AWS has no way to take it back.
            type: float
          detailed_metrics:
            description: Whether CloudWatch gets metrics for each route.
            type: bool
            default: false
      route_settings:
        description:
          - The same three settings for single routes, by route key. There, a limit that is left out is taken back.
        type: dict
      variables:
        description: Stage variables, at most 100, of letters, digits and C(_).
        type: dict
      tags:
        description: Tags of the stage. Left out, they stay as they are. O(purge_tags) counts for them too.
        type: dict
  purge_stages:
    description: Delete the stages that O(stages) does not list, if it is given.
    type: bool
    default: false
  wait:
    description:
      - Wait until the stages serve what was changed. AWS deploys in the background, also with
        O(stages[].auto_deploy=true), and until then a stage serves what it served before. What that uses, such as a
        VPC link or a listener, must not be deleted before.
      - A deployment that fails, fails the task.
      - A run that changes nothing does not wait, not even for what an interrupted run before it has changed.
    type: bool
    default: true
  wait_timeout:
    description: Seconds that each wait for deployments may take; a run with several stages may wait more than once.
    type: int
    default: 120
attributes:
  idempotent:
    support: partial
    details: With V(always) in O(stages[].deploy), every run deploys to the stage.
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Route each path of the API to its service behind the load balancer
  orchestra.aws.http_api:
    name: shop-prod
    routes:
      - key: POST /service1/process
        authorization: AWS_IAM
        integration:
          vpc_link_id: a1b2c3
          uri: "{{ service1_listener_arn }}"
          request_parameters:
            overwrite:path: /process
      - key: GET /service1/health
        integration:
          vpc_link_id: a1b2c3
          uri: "{{ service1_listener_arn }}"
          timeout_milliseconds: 5000
          request_parameters:
            overwrite:path: /health
    stages:
      - name: $default
        access_log:
          destination_arn: arn:aws:logs:us-east-1:123456789012:log-group:/aws/apigateway/shop-prod
        default_route_settings:
          throttling_burst_limit: 100
          throttling_rate_limit: 50
    tags:
      team: shop

- name: Add one route to an API that other tools manage too
  orchestra.aws.http_api:
    api_id: 0a1b2c3d4e
    purge_routes: false
    routes:
      - key: ANY /legacy/{proxy+}
        integration:
          uri: https://legacy.example.com/{proxy}

- name: Let only holders of a token in
  orchestra.aws.http_api:
    name: shop-prod
    authorizers:
      - name: staff
        type: JWT
        issuer: https://login.example.com/
        audience: [shop]
    routes:
      - key: $default
        authorization: JWT
        authorizer: staff
        scopes: [shop/read]
        integration:
          type: AWS_PROXY
          uri: arn:aws:lambda:us-east-1:123456789012:function:shop

- name: Change the API now, and what its live stage serves not before the same task runs without deploy
  orchestra.aws.http_api:
    name: shop-prod
    routes:
      - key: $default
        integration:
          uri: https://shop.example.com/
    stages:
      - name: test
      - name: live
        auto_deploy: false
        deploy: never

- name: Delete the API with all its parts
  orchestra.aws.http_api:
    name: shop-prod
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [create HTTP API shop-prod, create integration of route $default, create route $default, create stage $default]
http_api:
  description: The API. In check mode, ids that are not known yet are placeholders.
  returned: when O(state=present)
  type: dict
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
      description: Whether RV(http_api.endpoint) is off.
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
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api import ensure_absent, ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.http_api_argspec import HTTP_API
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=HTTP_API,
        required_one_of=[("name", "api_id")],
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
