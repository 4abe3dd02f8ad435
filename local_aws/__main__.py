# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT
"""`python -m local_aws`."""

from __future__ import annotations

import sys

from local_aws.cli import main

sys.exit(main())
