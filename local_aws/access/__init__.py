# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Who may make which API call: the IAM actions, resources and condition keys behind each request.

The root user is never asked. Everybody else, be it a user or the session of a role, is refused what the identity
policies (and the permissions boundary) do not allow, as AWS does.
"""

from __future__ import annotations

from local_aws.access.decide import refused

__all__ = ["refused"]
