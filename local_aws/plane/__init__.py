# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The data plane: tasks, load balancer and HTTP API that really carry requests."""
