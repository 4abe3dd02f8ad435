# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The embedded AWS as the tests see it: an endpoint, and boto3 clients for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3


@dataclass(frozen=True)
class EmbeddedAws:
    """A running embedded AWS."""

    endpoint: str
    region: str = "us-east-1"
    # Not a common word: Ansible masks it wherever it occurs in a result.
    secret_key: str = "embedded-aws-secret"

    def client(self, service: str) -> Any:
        """Return a boto3 client with the account's full rights."""
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id="test",
            aws_secret_access_key=self.secret_key,
        )
