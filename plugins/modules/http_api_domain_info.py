#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: http_api_domain_info
version_added: 0.1.0
short_description: Show custom domain names of API Gateway with their API mappings
description:
  - Shows regional custom domain names as M(orchestra.aws.http_api_domain) returns them, those of REST APIs too.
  - No module of amazon.aws or community.aws reads API Gateway version 2.
options:
  domain_name:
    description: Show only this domain name. One that does not exist is no error.
    type: str
  suffix:
    description: Show only those that end like this, such as V(.example.com).
    type: str
  tags:
    description: Show only those that have all of these tags.
    type: dict
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
- name: Show where DNS has to point
  orchestra.aws.http_api_domain_info:
    domain_name: api.example.com
  register: found
"""

RETURN = r"""
actions:
  description: Always empty, the module changes nothing.
  returned: always
  type: list
  elements: str
  sample: []
domains:
  description: The domain names, sorted.
  returned: always
  type: list
  elements: dict
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
      description: Id of the hosted zone of RV(domains[].target_domain_name), for alias records.
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

from ansible_collections.orchestra.aws.plugins.module_utils._apigw2.domain_apply import list_described
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "domain_name": {"type": "str"},
            "suffix": {"type": "str"},
            "tags": {"type": "dict"},
        },
        supports_check_mode=True,
    )
    run(module, list_described)


if __name__ == "__main__":
    main()
