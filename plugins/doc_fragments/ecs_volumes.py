# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The volumes that ECS makes for the tasks of a service."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
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
"""
