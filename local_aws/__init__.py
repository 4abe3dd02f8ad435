# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""The embedded AWS: moto as control plane, local processes as data plane, on loopback only."""
