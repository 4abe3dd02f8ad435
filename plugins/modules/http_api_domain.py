#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: http_api_domain
version_added: 0.1.0
short_description: Manage custom domain names of API Gateway HTTP APIs with their API mappings
description:
  - Creates, changes and deletes a regional custom domain name, and maps its paths to stages of HTTP APIs.
  - No module of amazon.aws or community.aws manages API Gateway version 2. C(community.aws.api_gateway_domain) manages
    domain names of REST APIs, and has no check mode.
  - A top-level option that is left out stays as it is.
  - Requests reach the domain name once DNS points to it. Make an alias record to RV(domain.target_domain_name) in the
    hosted zone RV(domain.hosted_zone_id), with M(amazon.aws.route53) for example.
options:
  state:
    description: Whether the domain name shall exist. Before it is deleted, its mappings are.
    type: str
    choices: [present, absent]
    default: present
  domain_name:
    description: The domain name, in lower case, such as V(api.example.com) or V(*.example.com).
    type: str
    required: true
  certificate_arn:
    description:
      - ARN of a certificate in AWS Certificate Manager for the domain name, issued, in the same region.
      - Required to create the domain name.
    type: str
  security_policy:
    description:
      - The oldest TLS version that clients may use. HTTP APIs can be mapped only with V(TLS_1_2).
      - The default for a new domain name is V(TLS_1_2).
    type: str
    choices: [TLS_1_0, TLS_1_2]
  ip_address_type:
    description: Internet protocols by which the domain name can be called. AWS's default for a new one is V(ipv4).
    type: str
    choices: [ipv4, dualstack]
  ownership_verification_certificate_arn:
    description:
      - ARN of a public certificate of AWS Certificate Manager that proves who owns the domain name.
      - AWS asks for it with mutual TLS, when O(certificate_arn) was imported or comes from a private authority.
    type: str
  mutual_tls:
    description:
      - Clients have to show a certificate of an authority in a truststore. It is described as a whole; V({}) ends it.
      - Turn O(orchestra.aws.http_api#module:disable_execute_api_endpoint) on too, else clients can go around it.
    type: dict
    suboptions:
      truststore_uri:
        description: URL of the truststore, an S3 object with certificates, such as C(s3://bucket/truststore.pem).
        type: str
      truststore_version:
        description: Version of that object, if its bucket keeps versions.
        type: str
  routing_mode:
    description:
      - Whether mappings, routing rules or both decide which API gets a request.
      - AWS's default for a new domain name is V(API_MAPPING_ONLY). This module manages no routing rules.
    type: str
    choices: [API_MAPPING_ONLY, ROUTING_RULE_ONLY, ROUTING_RULE_THEN_API_MAPPING]
  mappings:
    description:
      - Which stage of which API answers below which path. The longest key that a path starts with wins.
      - Left out, mappings stay as they are.
    type: list
    elements: dict
    suboptions:
      api:
        description:
          - Name or id of the HTTP API. A name has to be that of one API only.
          - In check mode it may be the name of an API that does not exist yet.
        type: str
        required: true
      stage:
        description: Name of the stage.
        type: str
        default: $default
      key:
        description:
          - Path below which the API answers, such as V(v1) or V(shop/v1), at most 300 characters, without slashes at
            its ends. The API itself does not see it.
          - Empty for all paths that no other mapping takes.
        type: str
        default: ""
  purge_mappings:
    description: Delete the mappings that O(mappings) does not list, if it is given.
    type: bool
    default: true
  wait:
    description: Wait until AWS says that the domain name is available.
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait, also for a change under way, during which AWS accepts no other.
    type: int
    default: 900
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
- name: Let two APIs answer at one domain name
  orchestra.aws.http_api_domain:
    domain_name: api.example.com
    certificate_arn: arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
    mappings:
      - api: shop-prod
      - api: office-prod
        stage: live
        key: office/v1
    tags:
      team: shop
  register: made

- name: Point DNS to it
  amazon.aws.route53:
    state: present
    zone: example.com
    record: api.example.com
    type: A
    alias: true
    alias_hosted_zone_id: "{{ made.domain.hosted_zone_id }}"
    value: "{{ made.domain.target_domain_name }}"
    overwrite: true

- name: Delete the domain name with its mappings
  orchestra.aws.http_api_domain:
    domain_name: api.example.com
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: always
  type: list
  elements: str
  sample: [create custom domain name api.example.com, map api.example.com/ to stage $default of shop-prod]
domain:
  description: The domain name. In check mode, what is not known yet is a placeholder.
  returned: when O(state=present)
  type: dict
  contains:
    domain_name:
      description: The domain name.
      type: str
      sample: api.example.com
    arn:
      description: ARN by which it is tagged.
      type: str
      sample: arn:aws:apigateway:us-east-1::/domainnames/api.example.com
    state:
      description:
        - State that AWS reports, one of V(AVAILABLE), V(UPDATING), V(PENDING_CERTIFICATE_REIMPORT),
          V(PENDING_OWNERSHIP_VERIFICATION).
      type: str
      sample: AVAILABLE
    state_message:
      description: What AWS says of the state, or null.
      type: str
      sample: null
    target_domain_name:
      description: Name to which DNS has to point.
      type: str
      sample: d-0a1b2c3d4e.execute-api.us-east-1.amazonaws.com
    hosted_zone_id:
      description: Id of the hosted zone of RV(domain.target_domain_name), for alias records.
      type: str
      sample: Z1UJRXOUMOOFQ8
    endpoint_type:
      description: V(REGIONAL), or V(EDGE) for a domain name of another tool.
      type: str
      sample: REGIONAL
    certificate_arn:
      description: ARN of its certificate.
      type: str
      sample: arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012
    security_policy:
      description: V(TLS_1_0) or V(TLS_1_2).
      type: str
      sample: TLS_1_2
    ip_address_type:
      description: V(ipv4) or V(dualstack).
      type: str
      sample: ipv4
    ownership_verification_certificate_arn:
      description: ARN of the certificate that proves who owns the domain name, or null.
      type: str
      sample: null
    mutual_tls:
      description: Truststore in the form of the option; empty for none.
      type: dict
      sample: {truststore_uri: "s3://shop/truststore.pem", truststore_version: null}
    routing_mode:
      description: What decides which API gets a request.
      type: str
      sample: API_MAPPING_ONLY
    mappings:
      description: Mappings, sorted by key.
      type: list
      elements: dict
      contains:
        key:
          description: Path below which the API answers, empty for all.
          type: str
          sample: ""
        api:
          description: Name of the API, or its id when the name is not that of one HTTP API only.
          type: str
          sample: shop-prod
        api_id:
          description: Id of the API.
          type: str
          sample: 0a1b2c3d4e
        stage:
          description: Name of the stage.
          type: str
          sample: $default
        mapping_id:
          description: Id of the mapping.
          type: str
          sample: n4o5p6
        url:
          description: URL to which the path of a request is added.
          type: str
          sample: https://api.example.com
    tags:
      description: Its tags.
      type: dict
      sample: {team: shop}
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.domain_apply import ensure_absent, ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    modes = ["API_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_API_MAPPING"]
    module = AnsibleAWSModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "domain_name": {"type": "str", "required": True},
            "certificate_arn": {"type": "str"},
            "security_policy": {"type": "str", "choices": ["TLS_1_0", "TLS_1_2"]},
            "ip_address_type": {"type": "str", "choices": ["ipv4", "dualstack"]},
            "ownership_verification_certificate_arn": {"type": "str"},
            "mutual_tls": {
                "type": "dict",
                "options": {"truststore_uri": {"type": "str"}, "truststore_version": {"type": "str"}},
            },
            "routing_mode": {"type": "str", "choices": modes},
            "mappings": {
                "type": "list",
                "elements": "dict",
                "options": {
                    "api": {"type": "str", "required": True},
                    "stage": {"type": "str", "default": "$default"},
                    "key": {"type": "str", "default": "", "no_log": False},
                },
            },
            "purge_mappings": {"type": "bool", "default": True},
            "wait": {"type": "bool", "default": True},
            "wait_timeout": {"type": "int", "default": 900},
            "tags": {"type": "dict", "aliases": ["resource_tags"]},
            "purge_tags": {"type": "bool", "default": True},
        },
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
