# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Put pip into a virtual environment that ansible-test has just made, from the configured package index.

ansible-test runs the script of this name in its cache, and downloads one only when there is none there.
"""

from __future__ import annotations

import subprocess
import sys

# What the script that it downloads understands, and pip does not.
FOREIGN_OPTIONS = {"--no-setuptools", "--no-wheel"}


def main() -> int:
    """Install what the arguments name, which is a pinned pip."""
    subprocess.run([sys.executable, "-m", "ensurepip"], check=True, stdout=subprocess.DEVNULL)
    arguments = [argument for argument in sys.argv[1:] if argument not in FOREIGN_OPTIONS]
    return subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", *arguments]).returncode


if __name__ == "__main__":
    sys.exit(main())
