# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Volumes of a task definition: empty ones, file systems of EFS and S3 Files, and those that the service configures.

Pure functions. Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._ecs import shapes

# What ECS takes when nothing is said: left out on both sides of the comparison.
_EFS_DEFAULTS = {"root_directory": "/", "transit_encryption": "DISABLED", "iam": "DISABLED"}
S3_FILES = "s3files_volume_configuration"
_AUTHORIZATION = ("access_point_id", "iam")


def definition(volume: Mapping[str, Any]) -> dict[str, Any]:
    """Return a volume in AWS's form."""
    made: dict[str, Any] = {"name": volume["name"]}
    if volume.get("configured_at_launch"):
        made["configuredAtLaunch"] = True
    efs = volume.get("efs_volume_configuration")
    if efs:
        plain = {key: value for key, value in efs.items() if key not in _AUTHORIZATION}
        authorization = shapes.to_aws({key: efs.get(key) for key in _AUTHORIZATION})
        made["efsVolumeConfiguration"] = {
            **shapes.to_aws(plain),
            **({"authorizationConfig": authorization} if authorization else {}),
        }
    if volume.get(S3_FILES):
        made["s3filesVolumeConfiguration"] = shapes.to_aws(volume[S3_FILES])
    return made


def settings(volume: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is compared of a volume in AWS's form, without the empty host that ECS adds to a plain one."""
    canonical = {key: value for key, value in volume.items() if value not in (None, {}, [], False)}
    efs = canonical.pop("efsVolumeConfiguration", None)
    options = dict(shapes.to_options(canonical))
    if efs:
        flat = {**efs, **(efs.get("authorizationConfig") or {})}
        flat.pop("authorizationConfig", None)
        named = shapes.to_options(flat)
        options["efs_volume_configuration"] = {
            key: value for key, value in named.items() if _EFS_DEFAULTS.get(key) != value
        }
    if options.get(S3_FILES, {}).get("root_directory") == "/":
        options[S3_FILES] = {key: value for key, value in options[S3_FILES].items() if key != "root_directory"}
    return options
