# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Start the warm interpreter: python <this folder> LISTENER PARENT IDLE_SECONDS RUN_FOLDER [CACHE_FOLDER].

Run by path, because the interpreter must import Ansible from the payloads only, never from the controller.
"""

from __future__ import annotations

import importlib
import os
import sys

if __name__ == "__main__":
    own = sys.path.pop(0)
    sys.path.insert(0, os.path.dirname(os.path.abspath(own)))
    server = importlib.import_module("_warm.server")
    for needed in ("_warm.boto3_sharing", "_warm.child"):
        importlib.import_module(needed)
    sys.path.pop(0)
    server.serve(sys.argv[1:])
