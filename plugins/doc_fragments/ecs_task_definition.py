# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""What the tasks of an ECS service run."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
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
"""
