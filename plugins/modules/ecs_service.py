#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_service
version_added: 0.1.0
short_description: Manage an ECS service on Fargate with its task definition, target group, listener and autoscaling
description:
  - Creates, updates and deletes an ECS service on Fargate together with its task definition, its target group and the
    listener of an Application Load Balancer that forwards one port to it.
  - These four are one resource here because they roll out together. There is one diff, one prediction in check mode
    even from an empty account, one module start for each service, and the order that AWS demands (a service is only
    created behind a target group that a listener uses) is kept inside.
  - It exists beside M(community.aws.ecs_service) because that one ignores changes of circuit breaker, network,
    capacity providers and platform version, and does not wait for a deployment, so that a rollout that AWS rolled
    back counts as a success. M(community.aws.ecs_taskdefinition) registers a new revision on every run when there are
    secrets, and M(community.aws.elb_target_group) has no check mode.
  - Every option that is given is compared. The task definition is compared by meaning, so the order of environment
    variables, secrets and containers does not matter, and what AWS fills in is no difference. A new revision is
    registered only when none fits. If the newest active revision fits already, because a run was stopped before it
    updated the service, that one is used.
  - With O(deployment.strategy) other than V(ROLLING), ECS moves the traffic of a new revision from one target group to
    another. ECS wants a listener rule for that, and cannot use the default action of a listener. So the module makes a
    second target group, and on the listener of the service one rule for every path, with the last priority (50000, or
    the next that is free), that forwards to both. The weights in that rule are ECS's own and never a difference. The
    listener keeps its ARN, so whatever forwards to it, such as an HTTP API, does not notice.
  - Options that are left out stay as they are in an existing service. The exception is O(task_definition), which is
    one document. What it leaves out has AWS's default.
  - A service whose deployment has failed for good gets a new deployment, because ECS starts no more tasks for it.
options:
  state:
    description:
      - Whether the service shall exist.
      - V(absent) deletes the service, its autoscaling, its listeners, its target groups and all revisions of its task
        definition. They are found by their names, so give O(task_definition.family),
        O(load_balancer.target_group.name) and O(load_balancer.advanced_configuration.alternate_target_group_name) when
        they do not have their default.
    type: str
    choices: [present, absent]
    default: present
  cluster:
    description: Name or ARN of the cluster.
    type: str
    required: true
  name:
    description: Name of the service, 1 to 255 letters, digits, hyphens and underscores.
    type: str
    required: true
  task_definition:
    description:
      - What the tasks run. Required to create a service. When left out, the service keeps its revision.
      - It needs O(task_definition.cpu), O(task_definition.memory) and O(task_definition.containers); to delete a
        service, O(task_definition.family) is enough.
    type: dict
    suboptions:
      family:
        description: Family of the task definition. The default is C(<cluster>-<name>).
        type: str
      cpu:
        description: CPU units of the task, V(256), V(512), V(1024), V(2048), V(4096), V(8192) or V(16384). 1024 are one vCPU.
        type: int
      memory:
        description:
          - Memory of the task in MiB. Fargate has certain pairs of CPU and memory only, see
            U(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size).
            For a pair that does not exist, the module fails and says which memory the CPU units allow.
        type: int
      cpu_architecture:
        description: Processor that the images are built for.
        type: str
        choices: [X86_64, ARM64]
        default: X86_64
      operating_system_family:
        description: Operating system that the images are built for.
        type: str
        choices:
          - LINUX
          - WINDOWS_SERVER_2019_CORE
          - WINDOWS_SERVER_2019_FULL
          - WINDOWS_SERVER_2022_CORE
          - WINDOWS_SERVER_2022_FULL
        default: LINUX
      ephemeral_storage_gib:
        description: Ephemeral storage in GiB, 21 to 200. A task has 20 GiB when this is left out.
        type: int
      execution_role_arn:
        description:
          - ARN of the role with which ECS pulls images, reads secrets and writes logs. Required when a container has
            O(task_definition.containers[].secrets), O(task_definition.containers[].repository_credentials_arn) or
            O(task_definition.containers[].log_group).
        type: str
      task_role_arn:
        description: ARN of the role that the containers have.
        type: str
      pid_mode:
        description: With V(task), the containers see each other's processes. AWS's default is that they do not.
        type: str
        choices: [task]
      enable_fault_injection:
        description: Whether tasks take requests of AWS Fault Injection Service. AWS's default is V(false).
        type: bool
      containers:
        description: The containers. At least one must be essential.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the container, unique in the task.
            type: str
            required: true
          image:
            description: Image, with registry and tag or digest.
            type: str
            required: true
          essential:
            description: Whether the task stops when this container stops.
            type: bool
            default: true
          command:
            description: Arguments for the entry point, instead of the image's.
            type: list
            elements: str
          entry_point:
            description: Program to start, instead of the image's.
            type: list
            elements: str
          working_directory:
            description: Directory in which the program starts.
            type: str
          user:
            description: User, and after a colon group, that the program runs as.
            type: str
          port_mappings:
            description: Ports on which the container listens.
            type: list
            elements: dict
            suboptions:
              container_port:
                description: The port.
                type: int
                required: true
              protocol:
                description: Protocol of the port.
                type: str
                choices: [tcp, udp]
                default: tcp
              name:
                description: Name of the mapping, for Service Connect.
                type: str
              app_protocol:
                description: Protocol of the application, for Service Connect.
                type: str
                choices: [http, http2, grpc]
          environment:
            description:
              - Environment variables by name. Numbers and booleans are passed as JSON writes them (V(true), V(1)).
              - Their values are visible in the task definition and in the diff. For secret values use
                O(task_definition.containers[].secrets).
            type: dict
          environment_files:
            description:
              - ARNs of objects in S3 with environment variables, one C(VARIABLE=VALUE) a line; the names end in C(.env).
              - O(task_definition.containers[].environment) wins over them, and a file over those after it.
                O(task_definition.execution_role_arn) needs C(s3:GetObject) on the object and C(s3:GetBucketLocation) on
                the bucket.
            type: list
            elements: str
          secrets:
            description:
              - Secret environment variables. Maps a variable's name to the ARN of a Secrets Manager secret or of an SSM
                parameter, whose value ECS reads when it starts the task.
            type: dict
          repository_credentials_arn:
            description:
              - ARN of the Secrets Manager secret with the credentials of a private registry, a JSON object with
                C(username) and C(password). ECS takes no SSM parameter here.
            type: str
          health_check:
            description: Check that ECS runs inside the container.
            type: dict
            suboptions:
              command:
                description: The command, beginning with V(CMD) or V(CMD-SHELL); V(NONE) switches the image's check off.
                type: list
                elements: str
                required: true
              interval:
                description: Seconds between checks, 5 to 300. AWS's default is 30.
                type: int
              timeout:
                description: Seconds that a check may take, 2 to 60. AWS's default is 5.
                type: int
              retries:
                description: Failures in a row that make the container unhealthy, 1 to 10. AWS's default is 3.
                type: int
              start_period:
                description: Seconds after the start in which failures do not count, 0 to 300. AWS's default is 0.
                type: int
          restart_policy:
            description: Whether ECS restarts the container when it exits, instead of replacing the task.
            type: dict
            suboptions:
              enabled:
                description: Whether it does.
                type: bool
                default: true
              ignored_exit_codes:
                description: Exit codes after which it does not, at most 50.
                type: list
                elements: int
              restart_attempt_period:
                description: Seconds that the container must have run to be restarted, 60 to 1800. AWS's default is 300.
                type: int
          stop_timeout:
            description: Seconds between SIGTERM and SIGKILL, at most 120. AWS's default is 30.
            type: int
          start_timeout:
            description: Seconds to wait for the containers that this one depends on.
            type: int
          readonly_root_filesystem:
            description: Whether the container cannot write to its root file system. AWS's default is V(false).
            type: bool
          init_process_enabled:
            description: Whether an init process forwards signals and reaps processes. AWS's default is V(false).
            type: bool
          tmpfs:
            description: Directories in the memory of the task, for instance beside a root file system that is only read.
            type: list
            elements: dict
            suboptions:
              container_path:
                description: Absolute path in the container.
                type: str
                required: true
              size_mib:
                description: How large it may become, in MiB.
                type: int
                required: true
              mount_options:
                description: Options of the mount, such as V(noexec).
                type: list
                elements: str
          capabilities:
            description: Linux capabilities beyond, or without, those that a container has.
            type: dict
            suboptions:
              add:
                description: Capabilities to add. Fargate takes V(SYS_PTRACE) only.
                type: list
                elements: str
              drop:
                description: Capabilities to take away, for example V(NET_RAW).
                type: list
                elements: str
          interactive:
            description: Whether standard input stays open. AWS's default is V(false).
            type: bool
          pseudo_terminal:
            description: Whether the container has a terminal. AWS's default is V(false).
            type: bool
          system_controls:
            description: Kernel parameters by their names, for example C(net.core.somaxconn).
            type: dict
          version_consistency:
            description:
              - Whether all tasks of a deployment run the image that the tag meant when it began. AWS's default is
                V(enabled).
            type: str
            choices: [enabled, disabled]
          log_group:
            description:
              - CloudWatch log group, in the region of the service, that gets what the container prints. It must exist.
              - For other drivers, or other options of C(awslogs), use O(task_definition.containers[].log_configuration).
            type: str
          log_stream_prefix:
            description: >-
              Prefix of the log streams, which are called C(<prefix>/<container>/<task id>). The default is O(name).
            type: str
          log_configuration:
            description: Where the output of the container goes, instead of O(task_definition.containers[].log_group).
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
          firelens_configuration:
            description: Makes the container a log router for those with O(task_definition.containers[].log_configuration.log_driver=awsfirelens).
            type: dict
            suboptions:
              type:
                description: Which router its image is.
                type: str
                choices: [fluentd, fluentbit]
                required: true
              options:
                description: Options of the router, for example C(enable-ecs-log-metadata).
                type: dict
          cpu:
            description: CPU units reserved for the container.
            type: int
          memory:
            description: MiB above which the container is killed.
            type: int
          memory_reservation:
            description: MiB reserved for the container.
            type: int
          depends_on:
            description: Containers that must have come that far before this one starts.
            type: list
            elements: dict
            suboptions:
              container:
                description: Name of the other container.
                type: str
                required: true
              condition:
                description: How far it must have come.
                type: str
                choices: [START, COMPLETE, SUCCESS, HEALTHY]
                default: START
          mount_points:
            description: Where O(task_definition.volumes) are mounted.
            type: list
            elements: dict
            suboptions:
              source_volume:
                description: Name of the volume.
                type: str
                required: true
              container_path:
                description: Directory in the container.
                type: str
                required: true
              read_only:
                description: Whether the container can only read it.
                type: bool
                default: false
          ulimits:
            description: Resource limits.
            type: list
            elements: dict
            suboptions:
              name:
                description: Name of the limit. Fargate takes V(nofile) only.
                type: str
                required: true
              soft_limit:
                description: The limit.
                type: int
                required: true
              hard_limit:
                description: How far the container may raise it.
                type: int
                required: true
          docker_labels:
            description: Labels of the container.
            type: dict
      volumes:
        description: Directories that the containers can share. Without more than a name, one is empty when a task starts.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the volume.
            type: str
            required: true
          efs_volume_configuration:
            description: The volume is a directory of an EFS file system.
            type: dict
            suboptions:
              file_system_id:
                description: Id of the file system.
                type: str
                required: true
              root_directory:
                description: The directory. AWS's default is V(/).
                type: str
              transit_encryption:
                description: Whether the traffic is encrypted. AWS's default is V(DISABLED).
                type: str
                choices: [ENABLED, DISABLED]
              transit_encryption_port:
                description: Port for the encrypted traffic.
                type: int
              access_point_id:
                description: Id of the access point. It needs encrypted traffic, and no root directory but V(/).
                type: str
              iam:
                description: Whether the role of the task is used. AWS's default is V(DISABLED).
                type: str
                choices: [ENABLED, DISABLED]
          s3files_volume_configuration:
            description:
              - The volume is a directory of an S3 Files file system, that is of a bucket. Its traffic is always encrypted.
              - It needs O(task_definition.task_role_arn).
            type: dict
            suboptions:
              file_system_arn:
                description: ARN of the file system.
                type: str
                required: true
              root_directory:
                description: The directory. AWS's default is V(/).
                type: str
              transit_encryption_port:
                description: Port for the encrypted traffic.
                type: int
              access_point_arn:
                description: ARN of the access point, which sets the directory itself.
                type: str
          configured_at_launch:
            description: The volume is one of O(volume_configurations).
            type: bool
  desired_count:
    description:
      - Number of tasks. When left out, an existing service keeps its number, which may be an autoscaler's, and a new one
        has V(1).
      - With O(autoscaling), it is only the number with which a new service begins, by default
        O(autoscaling.minimum). An existing service keeps its number, because that is the autoscaler's.
    type: int
  autoscaling:
    description:
      - Changes the number of tasks with the load or the time (Application Auto Scaling). V({}) removes the autoscaling
        with its policies, their alarms and its scheduled actions. When left out, it is not touched, nor looked at.
      - It needs O(autoscaling.minimum) and O(autoscaling.maximum). When the number of tasks is outside of them, AWS
        changes it at once.
      - Step scaling and predictive policies have no option here and are left alone.
    type: dict
    suboptions:
      minimum:
        description: Number of tasks to which the service shrinks at most.
        type: int
      maximum:
        description: Number of tasks to which the service grows at most.
        type: int
      suspended:
        description: What is suspended for the time being. What is left out stays; in new autoscaling nothing is.
        type: dict
        suboptions:
          scale_in:
            description: Whether policies take away no tasks.
            type: bool
          scale_out:
            description: Whether policies add no tasks.
            type: bool
          scheduled:
            description: Whether scheduled actions do nothing.
            type: bool
      target_tracking:
        description: Policies that hold a metric near a value. Other policies of this kind are removed.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the policy. Another name is another policy.
            type: str
            required: true
          metric:
            description:
              - V(cpu) and V(memory) are percent of what the tasks have reserved, on average.
              - V(requests_per_target) are requests per minute and task. It needs O(load_balancer), and O(deployment.strategy=ROLLING)
                because it counts the requests of one target group.
            type: str
            choices: [cpu, memory, requests_per_target]
          customized_metric:
            description: A CloudWatch metric, instead of O(autoscaling.target_tracking[].metric).
            type: dict
            suboptions:
              metric_name:
                description: Name of the metric.
                type: str
                required: true
              namespace:
                description: Namespace of the metric.
                type: str
                required: true
              statistic:
                description: Statistic of the metric.
                type: str
                choices: [Average, Minimum, Maximum, SampleCount, Sum]
                required: true
              dimensions:
                description: Dimensions of the metric.
                type: dict
              unit:
                description: Unit of the metric.
                type: str
          target_value:
            description: The value to hold.
            type: float
            required: true
          scale_in_cooldown:
            description: Seconds after tasks were taken away before more are. AWS's default is 300.
            type: int
          scale_out_cooldown:
            description: Seconds after tasks were added before more are. AWS's default is 300.
            type: int
          disable_scale_in:
            description: Whether the policy takes away no tasks. In a new policy V(false).
            type: bool
      scheduled:
        description: Changes of minimum and maximum by the clock. Other scheduled actions are removed.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the action.
            type: str
            required: true
          schedule:
            description: >-
              When, as C(cron(minutes hours day-of-month month day-of-week year)), C(rate(5 minutes)) or
              C(at(2026-01-31T08:00:00)).
            type: str
            required: true
          timezone:
            description: Time zone of a cron or at expression, for example V(Europe/Berlin). In a new action V(UTC).
            type: str
          minimum:
            description: The new minimum. Give this, the maximum, or both.
            type: int
          maximum:
            description: The new maximum.
            type: int
  capacity_provider_strategy:
    description:
      - How tasks are shared out to the capacity providers of the cluster, for example V(FARGATE) and V(FARGATE_SPOT).
      - A change makes a new deployment, because AWS demands it.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: Name of the capacity provider.
        type: str
        required: true
      weight:
        description: Share of the tasks beyond the base, 0 to 1000. One provider at least needs more than 0.
        type: int
        default: 0
      base:
        description: Number of tasks that it gets first, 0 to 100000. One provider only can have a base.
        type: int
        default: 0
  launch_type:
    description:
      - How tasks are started when there is no O(capacity_provider_strategy). A new service without either has V(FARGATE).
    type: str
    choices: [FARGATE]
  platform_version:
    description: Fargate platform version. A new service has V(LATEST).
    type: str
  subnets:
    description: Ids of the subnets of the tasks. Required to create a service.
    type: list
    elements: str
  security_groups:
    description: Ids of the security groups of the tasks. Without any, they have the default group of the VPC.
    type: list
    elements: str
  assign_public_ip:
    description: Whether tasks get a public address. In a new service V(false).
    type: bool
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
            description: Seconds in which a new task gets more and more requests, 30 to 900; 0 switches it off, AWS's default.
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
  health_check_grace_period_seconds:
    description:
      - Seconds after the start of a task in which failed health checks do not count. In a new service behind a load
        balancer V(60).
    type: int
  deployment:
    description: How new revisions roll out.
    type: dict
    suboptions:
      strategy:
        description:
          - V(ROLLING) replaces tasks one after the other. The others start all tasks of the new revision beside the old
            ones and then move the traffic, V(BLUE_GREEN) all at once, V(CANARY) first a part and then the rest,
            V(LINEAR) in equal steps. In a new service V(ROLLING).
          - Behind a load balancer, all but V(ROLLING) need O(load_balancer.advanced_configuration).
        type: str
        choices: [ROLLING, BLUE_GREEN, LINEAR, CANARY]
      bake_time_minutes:
        description:
          - Minutes for which the old tasks run on after all traffic has moved, so that a rollback is quick. AWS demands
            it for V(BLUE_GREEN); for V(LINEAR) and V(CANARY) its default is 0.
          - These minutes, and those of the steps, are part of the rollout for which O(wait) waits.
        type: int
      canary:
        description: The first part, with V(CANARY).
        type: dict
        suboptions:
          percent:
            description: Percent of the traffic, 0.1 to 100. AWS's default is 5.
            type: float
          bake_time_minutes:
            description: Minutes before the rest follows, 0 to 1440. AWS's default is 10.
            type: int
      linear:
        description: The steps, with V(LINEAR).
        type: dict
        suboptions:
          step_percent:
            description: Percent of the traffic that moves in one step, 3 to 100. AWS's default is 10.
            type: float
          step_bake_time_minutes:
            description: Minutes between the steps, 0 to 1440. AWS's default is 6.
            type: int
      lifecycle_hooks:
        description:
          - What happens in the stages of a deployment. An empty list removes all, as the strategy V(ROLLING) does.
        type: list
        elements: dict
        suboptions:
          target_type:
            description: >-
              V(AWS_LAMBDA) calls a function, whose C(hookStatus) decides whether the deployment goes on. V(PAUSE) waits for
              somebody to go on or to roll back.
            type: str
            choices: [AWS_LAMBDA, PAUSE]
            default: AWS_LAMBDA
          hook_target_arn:
            description: ARN of the function.
            type: str
          role_arn:
            description: ARN of the role with which ECS calls the function.
            type: str
          lifecycle_stages:
            description: The stages in which it happens.
            type: list
            elements: str
            required: true
            choices:
              - RECONCILE_SERVICE
              - PRE_SCALE_UP
              - POST_SCALE_UP
              - TEST_TRAFFIC_SHIFT
              - POST_TEST_TRAFFIC_SHIFT
              - PRE_PRODUCTION_TRAFFIC_SHIFT
              - PRODUCTION_TRAFFIC_SHIFT
              - POST_PRODUCTION_TRAFFIC_SHIFT
          hook_details:
            description: What the function gets of the user's own.
            type: dict
          timeout_configuration:
            description: How long ECS waits for the hook.
            type: dict
            suboptions:
              timeout_in_minutes:
                description: Minutes to wait.
                type: int
              action:
                description: What happens then.
                type: str
                choices: [ROLLBACK, CONTINUE]
      minimum_healthy_percent:
        description: Percent of O(desired_count) that keep running, rounded up. AWS's default is 100.
        type: int
      maximum_percent:
        description: Percent of O(desired_count) that may run, rounded down. AWS's default is 200.
        type: int
      circuit_breaker:
        description: What happens when tasks of a new revision do not start.
        type: dict
        suboptions:
          enable:
            description: Whether ECS gives up then. In a new service V(true).
            type: bool
          rollback:
            description: Whether it returns to the last revision that worked. In a new service V(true).
            type: bool
          threshold:
            description: How many tasks in a row may fail. In a new service half of O(desired_count), at least 3 and at most 200.
            type: dict
            suboptions:
              type:
                description: >-
                  V(COUNT) is a number of tasks. V(BOUNDED_PERCENT) is percent of O(desired_count), at least 3 and at most
                  200 tasks, and V(UNBOUNDED_PERCENT) the same without these bounds.
                type: str
                choices: [BOUNDED_PERCENT, UNBOUNDED_PERCENT, COUNT]
                required: true
              value:
                description: Number of tasks, or percent.
                type: int
                required: true
          reset_on_healthy_task:
            description: Whether a task that gets healthy ends the row of failures. AWS's default is V(true).
            type: bool
      alarms:
        description: CloudWatch alarms that stop a deployment.
        type: dict
        suboptions:
          names:
            description: Names of the alarms. An empty list removes them.
            type: list
            elements: str
            required: true
          enable:
            description: Whether the alarms are watched.
            type: bool
            default: true
          rollback:
            description: Whether ECS returns to the last revision that worked.
            type: bool
            default: true
      early_success_criteria:
        description: When a rolling deployment counts as complete before all of its tasks are healthy.
        type: dict
        suboptions:
          enable:
            description: Whether it does.
            type: bool
            required: true
          healthy_percent:
            description: Percent of the tasks that must be healthy.
            type: int
          source_service_revision_cleanup:
            description: Whether the tasks of the revision before must have stopped (V(BLOCKING)) or not (V(DEFERRED)).
            type: str
            choices: [BLOCKING, DEFERRED]
  enable_execute_command:
    description: Whether C(aws ecs execute-command) can be used. AWS's default is V(false).
    type: bool
  availability_zone_rebalancing:
    description: Whether ECS moves tasks to keep the availability zones balanced. AWS's default in a new service is V(ENABLED).
    type: str
    choices: [ENABLED, DISABLED]
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
  volume_configurations:
    description: EBS volumes, one for each task. An empty list removes them.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the volume, one of O(task_definition.volumes) with O(task_definition.volumes[].configured_at_launch).
        type: str
        required: true
      managed_ebs_volume:
        description: The volume.
        type: dict
        required: true
        suboptions:
          role_arn:
            description: ARN of the role with which ECS makes and attaches volumes.
            type: str
            required: true
          size_in_gib:
            description: Size in GiB. Required without a snapshot.
            type: int
          volume_type:
            description: Type of the volume, for example V(gp3).
            type: str
          snapshot_id:
            description: Id of the snapshot that is its content.
            type: str
          encrypted:
            description: Whether it is encrypted.
            type: bool
          kms_key_id:
            description: Id or ARN of the KMS key.
            type: str
          iops:
            description: Operations per second.
            type: int
          throughput:
            description: MiB per second, for V(gp3).
            type: int
          volume_initialization_rate:
            description: MiB per second with which a snapshot is read.
            type: int
          filesystem_type:
            description: File system of the volume.
            type: str
            choices: [ext3, ext4, xfs, ntfs]
  propagate_tags:
    description: Whose tags a task gets. In a new service V(SERVICE).
    type: str
    choices: [SERVICE, TASK_DEFINITION, NONE]
  enable_ecs_managed_tags:
    description: Whether tasks get tags with their cluster and service. AWS's default is V(false).
    type: bool
  force_new_deployment:
    description:
      - Replace the tasks even if nothing differs, for example to pull an image whose tag has moved. Always a change.
    type: bool
    default: false
  keep_task_definitions:
    description: With O(state=absent), leave the revisions of the task definition.
    type: bool
    default: false
  wait:
    description:
      - With O(state=present), wait until the rollout has ended, and fail when it has failed or AWS has rolled it back.
      - With O(state=absent), wait until the tasks have stopped.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait, for the rollout or the deletion, and for a deleted service of the same name to go.
    type: int
    default: 900
  tags:
    description:
      - Tags of the service, the task definition, the target groups, the listeners, their rules and the autoscaling.
      - When left out, tags stay as they are. V({}) removes all, unless O(purge_tags=false).
    type: dict
    aliases: [resource_tags]
  purge_tags:
    description: Whether tags that O(tags) does not have are removed.
    type: bool
    default: true
notes:
  - Deployment is by ECS itself. A service with another deployment controller keeps it.
  - C(application-autoscaling:DescribeScalableTargets) is needed with O(autoscaling), and to delete a service.
attributes:
  idempotent:
    support: partial
    details: With O(force_new_deployment=true), every run starts a new deployment.
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: A service behind port 8081 of the load balancer
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    desired_count: 2
    task_definition:
      cpu: 256
      memory: 512
      execution_role_arn: "{{ execution_role.arn }}"
      containers:
        - name: app
          image: example/orders:1.4.2
          port_mappings:
            - container_port: 3000
          environment:
            LOG_LEVEL: info
          secrets:
            DATABASE_URL: arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-prod/database-AbCdEf
          log_group: /ecs/shop-prod
    capacity_provider_strategy:
      - {capacity_provider: FARGATE, base: 1, weight: 1}
      - {capacity_provider: FARGATE_SPOT, weight: 4}
    subnets: [subnet-0a1, subnet-0b2]
    security_groups: [sg-0c3]
    load_balancer:
      load_balancer_name: shop-prod
      container_name: app
      container_port: 3000
      target_group:
        health_check: {path: /health, interval: 10, timeout: 5, healthy_threshold: 2}
        deregistration_delay_seconds: 30
      listener: {port: 8081}
    tags: {team: shop}

- name: The number of tasks follows their CPU, and there is one task at night
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    autoscaling:
      minimum: 2
      maximum: 10
      target_tracking:
        - {name: cpu, metric: cpu, target_value: 60, scale_in_cooldown: 120}
      scheduled:
        - {name: night, schedule: 'cron(0 22 * * ? *)', timezone: Europe/Berlin, minimum: 1, maximum: 1}
        - {name: day, schedule: 'cron(0 6 * * ? *)', timezone: Europe/Berlin, minimum: 2, maximum: 10}

- name: A tenth of the requests tries a new revision for ten minutes
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    load_balancer:
      load_balancer_name: shop-prod
      container_name: app
      container_port: 3000
      listener: {port: 8081}
      advanced_configuration:
        role_arn: "{{ infrastructure_role.iam_role.arn }}"
        test_listener_port: 9081
    deployment:
      strategy: CANARY
      canary: {percent: 10, bake_time_minutes: 10}
      bake_time_minutes: 5
      alarms: {names: [orders-errors]}
    wait_timeout: 3600

- name: Pull the image again
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    force_new_deployment: true

- name: Delete the service and all that belongs to it
  orchestra.aws.ecs_service:
    cluster: shop-prod
    name: orders
    state: absent
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done, one sentence a step.
  returned: when the module succeeds, or when the rollout fails
  type: list
  elements: str
  sample: ["register a new revision of task definition shop-prod-orders: containers.app.image",
           "update ECS service orders: task_definition"]
rollout:
  description: What went wrong with the rollout.
  returned: when the rollout fails or takes too long
  type: dict
  contains:
    state:
      description: V(failed), or V(pending) when the time was over.
      type: str
      sample: failed
    summary:
      description: One sentence, the same as the message.
      type: str
      sample: "The deployment of shop-prod-orders:8 to ECS service orders failed: ECS deployment circuit breaker: tasks
               failed to start; AWS rolled the service back to shop-prod-orders:7."
    details:
      description:
        - One line each for stopped tasks with their reasons, unhealthy targets, the last events of the service, and the
          last lines in the logs of a stopped task; at most ten of each kind, the newest first.
      type: list
      elements: str
      sample: ["task 0f3c of shop-prod-orders:8 stopped: Essential container in task exited; container app: exit code 1"]
service:
  description:
    - The service, with the options in effect under their names.
  returned: when O(state=present)
  type: dict
  contains:
    cluster:
      description: Name of the cluster.
      type: str
      sample: shop-prod
    name:
      description: Name of the service.
      type: str
      sample: orders
    family:
      description: Family of the task definition.
      type: str
      sample: shop-prod-orders
    service_arn:
      description: ARN of the service; in check mode a placeholder when it does not exist yet.
      type: str
      sample: arn:aws:ecs:eu-central-1:123456789012:service/shop-prod/orders
    status:
      description: Status of the service.
      type: str
      sample: ACTIVE
    task_definition_arn:
      description: ARN of the revision in use; in check mode a placeholder when a new one would be registered.
      type: str
      sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/shop-prod-orders:7
    revision:
      description: Number of the revision in use; null in check mode when a new one would be registered.
      type: int
      sample: 7
    desired_count:
      description: Number of tasks that shall run.
      type: int
      sample: 2
    running_count:
      description: Number of tasks that run.
      type: int
      sample: 2
    pending_count:
      description: Number of tasks that are starting.
      type: int
      sample: 0
    platform_version:
      description: Platform version of Fargate.
      type: str
      sample: LATEST
    launch_type:
      description: Launch type of the tasks.
      returned: when there is no capacity provider strategy
      type: str
      sample: FARGATE
    capacity_provider_strategy:
      description: Capacity providers of the tasks, sorted by name.
      returned: when there is one
      type: list
      elements: dict
      sample: [{capacity_provider: FARGATE_SPOT, weight: 1, base: 0}]
    subnets:
      description: Ids of the subnets of the tasks, sorted.
      type: list
      elements: str
      sample: [subnet-0a1, subnet-0b2]
    security_groups:
      description: Ids of the security groups of the tasks, sorted.
      type: list
      elements: str
      sample: [sg-0c3]
    assign_public_ip:
      description: Whether tasks have public addresses.
      type: bool
      sample: false
    deployment:
      description: How new revisions roll out, in the form of the option; without what equals AWS's default.
      type: dict
      sample:
        strategy: ROLLING
        minimum_healthy_percent: 100
        maximum_percent: 200
        circuit_breaker: {enable: true, rollback: true}
        alarms: {names: [], enable: false, rollback: false}
    propagate_tags:
      description: Whose tags a task gets.
      type: str
      sample: SERVICE
    health_check_grace_period_seconds:
      description: Seconds after the start of a task in which failed health checks do not count.
      returned: unless check mode creates the service and the option is left out
      type: int
      sample: 60
    enable_execute_command:
      description: Whether C(aws ecs execute-command) can be used.
      returned: unless check mode creates the service and the option is left out
      type: bool
      sample: false
    enable_ecs_managed_tags:
      description: Whether tasks get tags with their cluster and service.
      returned: unless check mode creates the service and the option is left out
      type: bool
      sample: false
    availability_zone_rebalancing:
      description: Whether ECS moves tasks to keep the availability zones balanced, V(ENABLED) or V(DISABLED).
      returned: unless check mode creates the service and the option is left out
      type: str
      sample: ENABLED
    target_group_arn:
      description: ARN of the target group; in check mode a placeholder when it does not exist yet; null without O(load_balancer).
      type: str
      sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop-prod-orders/0a1b2c3d4e5f6071
    target_group_name:
      description: Name of the target group; null without O(load_balancer).
      type: str
      sample: shop-prod-orders
    listener_arn:
      description:
        - ARN of the listener, to which an HTTP API forwards; in check mode a placeholder when it does not exist yet; null
          without O(load_balancer).
      type: str
      sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop-prod/50dc6c495c0c9188/f2f7dc8efc522ab2
    listener_port:
      description: Port of the listener; null without O(load_balancer).
      type: int
      sample: 8081
    load_balancer_arn:
      description: ARN of the load balancer; null without O(load_balancer).
      type: str
      sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop-prod/50dc6c495c0c9188
    autoscaling:
      description:
        - The autoscaling, in the form of the option, policies and scheduled actions sorted by name; null without any.
      returned: when O(autoscaling) is given
      type: dict
      sample:
        minimum: 2
        maximum: 10
        suspended: {scale_in: false, scale_out: false, scheduled: false}
        target_tracking: [{name: cpu, metric: cpu, target_value: 60.0, disable_scale_in: false}]
        scheduled: [{name: night, schedule: "cron(0 22 * * ? *)", minimum: 0, timezone: UTC}]
    service_connect_configuration:
      description: Service Connect, in the form of the option.
      returned: when the service takes part in it
      type: dict
      sample: {enabled: true, namespace: shop}
    service_registries:
      description: Cloud Map services that list the tasks, in the form of the option.
      returned: when there are any
      type: list
      elements: dict
      sample: [{registry_arn: "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-0a1"}]
    vpc_lattice_configurations:
      description: VPC Lattice target groups of the tasks, in the form of the option.
      returned: when there are any
      type: list
      elements: dict
      sample:
        - role_arn: arn:aws:iam::123456789012:role/shop-ecs
          target_group_arn: arn:aws:vpc-lattice:eu-central-1:123456789012:targetgroup/tg-0a1
          port_name: http
    volume_configurations:
      description: EBS volumes of the tasks, in the form of the option.
      returned: when there are any
      type: list
      elements: dict
      sample: [{name: data, managed_ebs_volume: {role_arn: "arn:aws:iam::123456789012:role/shop-ebs", size_in_gib: 10}}]
    load_balancers:
      description:
        - Target group, container and port by which the service is reached, and with a strategy other than V(ROLLING) as
          C(advanced_configuration) the alternate target group, the listener rules and the role.
      type: list
      elements: dict
      sample: [{target_group: shop-prod-orders, container_name: app, container_port: 3000}]
    deployment_id:
      description:
        - Id of the deployment that this run started, else of the newest one; null in check mode when the service does not
          exist yet.
      type: str
      sample: ecs-svc/1234567890123456789
    deployments:
      description: The deployments; the one whose C(status) is V(PRIMARY) is the newest.
      type: list
      elements: dict
      contains:
        id:
          description: Id of the deployment.
          type: str
          sample: ecs-svc/1234567890123456789
        status:
          description: V(PRIMARY), V(ACTIVE) or V(INACTIVE).
          type: str
          sample: PRIMARY
        rollout_state:
          description: V(IN_PROGRESS), V(COMPLETED) or V(FAILED).
          type: str
          sample: COMPLETED
        rollout_state_reason:
          description: AWS's explanation of the state.
          type: str
          sample: ECS deployment ecs-svc/1234567890123456789 completed.
        task_definition_arn:
          description: ARN of its revision.
          type: str
          sample: arn:aws:ecs:eu-central-1:123456789012:task-definition/shop-prod-orders:7
        desired_count:
          description: Number of its tasks that shall run.
          type: int
          sample: 2
        running_count:
          description: Number of its tasks that run.
          type: int
          sample: 2
        failed_tasks:
          description: Number of its tasks that failed in a row.
          type: int
          sample: 0
    tags:
      description: Tags of the service.
      type: dict
      sample: {team: shop}
wait_for:
  description: What is not ready yet, as the option O(orchestra.aws.wait#module:for) takes it; empty when all is.
  returned: when O(state=present)
  type: list
  elements: dict
  sample: [{ecs_service: {cluster: shop-prod, service: service1}}]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._ecs.absent import ensure_absent
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.options import ARGUMENT_SPEC, MUTUALLY_EXCLUSIVE
from ansible_collections.orchestra.aws.plugins.module_utils._ecs.present import ensure_present
from ansible_collections.orchestra.aws.plugins.module_utils._module import run


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        mutually_exclusive=MUTUALLY_EXCLUSIVE,
        supports_check_mode=True,
    )
    run(module, ensure_present if module.params["state"] == "present" else ensure_absent)


if __name__ == "__main__":
    main()
