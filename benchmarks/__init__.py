# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Compare this collection with Terraform, with stock Ansible and with bare boto3, on an embedded AWS each."""
