# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""Corrections to moto, one file per AWS service; every patch names what AWS does and what moto does."""
