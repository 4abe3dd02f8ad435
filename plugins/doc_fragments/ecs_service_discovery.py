# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""How others find and reach the tasks of an ECS service without a load balancer."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  service_connect_configuration:
    description:
      - Service Connect, by which services of a namespace find each other under names of their own.
      - Each option of this structure, and of O(service_registries), O(vpc_lattice_configurations) and
        O(volume_configurations), is compared; what AWS adds to it is no difference.
      - That is why an option that an entry no longer has makes no change by itself. It is gone from AWS once another one
        of the structure changes, or when the structure is removed and given again.
    type: dict
    suboptions:
      enabled:
        description: Whether the service takes part; V(false) removes the configuration.
        type: bool
        default: true
      namespace:
        description:
          - Name or ARN of the Cloud Map namespace. The default is the one of the cluster.
          - AWS may answer with the ARN when a name was given. A name and an ARN are not compared.
        type: str
      services:
        description: Ports of this service that others find. Without any, it only finds others.
        type: list
        elements: dict
        suboptions:
          port_name:
            description: Name of the port, one of O(task_definition.containers[].port_mappings[].name).
            type: str
            required: true
          discovery_name:
            description: Name of the Cloud Map service. The default is the name of the port.
            type: str
          client_aliases:
            description: Names and ports for the others.
            type: list
            elements: dict
            suboptions:
              port:
                description: The port.
                type: int
                required: true
              dns_name:
                description: The name. AWS's default is C(<discovery name>.<namespace>).
                type: str
              test_traffic_rules:
                description: Which requests reach the new tasks of a release with two revisions, before all others do.
                type: dict
                suboptions:
                  header:
                    description: The header that they have.
                    type: dict
                    required: true
                    suboptions:
                      name:
                        description: Name of the header.
                        type: str
                        required: true
                      value:
                        description: What it has to be. Left out, every value will do.
                        type: dict
                        suboptions:
                          exact:
                            description: The value.
                            type: str
                            required: true
          ingress_port_override:
            description: Port on which the proxy of a task listens.
            type: int
          timeout:
            description: How long the proxy waits.
            type: dict
            suboptions:
              idle_timeout_seconds:
                description: Seconds that a connection stays open without requests; 0 for ever.
                type: int
              per_request_timeout_seconds:
                description: Seconds that a request may take; 0 for ever.
                type: int
          tls:
            description: Encryption between the proxies.
            type: dict
            suboptions:
              issuer_certificate_authority:
                description: Who signs the certificates.
                type: dict
                required: true
                suboptions:
                  aws_pca_authority_arn:
                    description: ARN of the authority of AWS Private CA.
                    type: str
                    required: true
              kms_key:
                description: Id, ARN or alias of the KMS key for the certificates.
                type: str
              role_arn:
                description: ARN of the role with which ECS asks for certificates.
                type: str
      log_configuration:
        description: Where the output of the proxy goes.
        type: dict
        suboptions:
          log_driver:
            description: The log driver. Fargate has these.
            type: str
            choices: [awslogs, splunk, awsfirelens]
            required: true
          options:
            description: Options of the driver. Numbers and booleans are passed as JSON writes them.
            type: dict
          secret_options:
            description: Options of the driver whose values are secret. Maps their names to ARNs of secrets or SSM parameters.
            type: dict
      access_log_configuration:
        description:
          - The proxy writes a line for each request. It needs O(service_connect_configuration.log_configuration).
        type: dict
        suboptions:
          format:
            description: Form of a line.
            type: str
            choices: [TEXT, JSON]
            required: true
          include_query_parameters:
            description: Whether a line has the query of the request, which may hold secrets. AWS's default is V(DISABLED).
            type: str
            choices: [ENABLED, DISABLED]
  service_registries:
    description: Cloud Map services that list the tasks. An empty list removes them.
    type: list
    elements: dict
    suboptions:
      registry_arn:
        description: ARN of the Cloud Map service.
        type: str
        required: true
      port:
        description: Port in an SRV record.
        type: int
      container_name:
        description: Name of the container whose port is listed.
        type: str
      container_port:
        description: Port of the container.
        type: int
  vpc_lattice_configurations:
    description: VPC Lattice target groups of the tasks. An empty list removes them.
    type: list
    elements: dict
    suboptions:
      role_arn:
        description: ARN of the role with which ECS registers the tasks.
        type: str
        required: true
      target_group_arn:
        description: ARN of the target group.
        type: str
        required: true
      port_name:
        description: Name of the port, one of O(task_definition.containers[].port_mappings[].name).
        type: str
        required: true
"""
