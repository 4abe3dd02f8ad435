# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The target group and the listener of an ECS service."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  load_balancer:
    description:
      - Puts the service behind a port of an Application Load Balancer. When left out, an existing service keeps its
        target group.
      - It needs O(load_balancer.container_name), O(load_balancer.container_port) and O(load_balancer.listener); to
        delete a service, the name of the target group is enough.
    type: dict
    suboptions:
      load_balancer_arn:
        description: ARN of the load balancer. Give this or O(load_balancer.load_balancer_name).
        type: str
      load_balancer_name:
        description: Name of the load balancer.
        type: str
      container_name:
        description: Name of the container that gets the requests.
        type: str
      container_port:
        description: Port of that container, one of its O(task_definition.containers[].port_mappings).
        type: int
      target_group:
        description:
          - The target group. Its targets are addresses, because Fargate tasks have their own network interface.
          - AWS cannot change its protocol, protocol version, port and VPC. The module fails when they differ, as it does
            when the service uses another target group already, because a service cannot change its target group
            without dropping requests. Delete the service and create it again.
        type: dict
        default: {}
        suboptions:
          name:
            description:
              - Name, 1 to 32 letters, digits and hyphens, unique in the region. The default is C(<cluster>-<name>).
            type: str
          protocol:
            description: Protocol to the tasks. In a new target group V(HTTP).
            type: str
            choices: [HTTP, HTTPS]
          protocol_version:
            description: Version of the protocol. In a new target group V(HTTP1).
            type: str
            choices: [HTTP1, HTTP2, GRPC]
          port:
            description:
              - Port of the target group. ECS registers each task with its container's port, so this one is only for show.
                In a new target group it is O(load_balancer.container_port).
            type: int
          vpc_id:
            description: Id of the VPC. In a new target group the one of the load balancer.
            type: str
          health_check:
            description: How the load balancer checks tasks.
            type: dict
            suboptions:
              path:
                description: Path to request. AWS's default is V(/).
                type: str
              port:
                description: Port to ask, or V(traffic-port), AWS's default.
                type: str
              protocol:
                description: Protocol to ask with. AWS's default is V(HTTP).
                type: str
                choices: [HTTP, HTTPS]
              interval:
                description: Seconds between checks, 5 to 300. AWS's default is 30.
                type: int
              timeout:
                description: Seconds to wait for the answer, 2 to 120 and less than the interval. AWS's default is 6 or 10.
                type: int
              healthy_threshold:
                description: Successes in a row that make a target healthy, 2 to 10. AWS's default is 5.
                type: int
              unhealthy_threshold:
                description: Failures in a row that make a target unhealthy, 2 to 10. AWS's default is 2.
                type: int
              matcher:
                description: Status codes of a healthy answer, for example V(200) or V(200-299). AWS's default is V(200).
                type: str
          deregistration_delay_seconds:
            description: Seconds in which a task that goes away may finish its requests, 0 to 3600. AWS's default is 300.
            type: int
          slow_start:
            description:
              - Seconds in which a new task gets more and more requests, 30 to 900; 0 switches it off, AWS's default.
              - AWS takes it with O(load_balancer.target_group.load_balancing_algorithm=round_robin) only.
            type: int
          load_balancing_algorithm:
            description: How requests are spread. AWS's default is V(round_robin).
            type: str
            choices: [round_robin, least_outstanding_requests, weighted_random]
          stickiness:
            description: Whether requests of one client go to one task.
            type: dict
            suboptions:
              enabled:
                description: Whether it is on.
                type: bool
                default: true
              type:
                description: Whose cookie tells the client.
                type: str
                choices: [lb_cookie, app_cookie]
                default: lb_cookie
              duration_seconds:
                description: Seconds that the cookie is valid, 1 to 604800. AWS's default is a day.
                type: int
              cookie_name:
                description: Name of the application's cookie, for V(app_cookie).
                type: str
      listener:
        description:
          - The listener, whose default action forwards to the target group.
          - When the target group is served on another port of the load balancer, that listener moves to this port and
            keeps its ARN. When the port serves something else, the module fails before anything is changed.
        type: dict
        suboptions:
          port:
            description: Port of the load balancer.
            type: int
            required: true
          protocol:
            description: Protocol of the port. In a new listener V(HTTP).
            type: str
            choices: [HTTP, HTTPS]
          certificate_arn:
            description: ARN of the certificate, for V(HTTPS).
            type: str
          ssl_policy:
            description:
              - Security policy, for V(HTTPS). In a new listener V(ELBSecurityPolicy-TLS13-1-2-2021-06), because AWS's own
                default allows TLS 1.0.
            type: str
      advanced_configuration:
        description:
          - What O(deployment.strategy) other than V(ROLLING) needs. It is not used with V(ROLLING).
          - The alternate target group has the settings of O(load_balancer.target_group).
          - A service that goes back to V(ROLLING) keeps its second target group and its rules, which then send
            everything to O(load_balancer.target_group). The module refuses to go back while the requests go to the other
            one.
        type: dict
        suboptions:
          role_arn:
            description:
              - ARN of the role with which ECS changes the listener rules. Required but to delete a service. It trusts
                C(ecs.amazonaws.com), and may have the managed policy
                C(AmazonECSInfrastructureRolePolicyForLoadBalancers).
            type: str
          alternate_target_group_name:
            description: Name of the alternate target group. The default is C(<name of the target group>-alt).
            type: str
          test_listener_port:
            description:
              - Port of the load balancer for test requests, which get the new revision before the others do. The module
                makes a listener for it, with the protocol of O(load_balancer.listener).
              - When left out, a test listener that there is stays.
            type: int
"""
