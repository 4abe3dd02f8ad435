#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""A module that does, on request, what modules can do to their process, and tells what it sees of it."""

from __future__ import annotations

import atexit
import gc
import locale
import os
import signal
import sys
import tempfile
import threading
import time
from typing import Any

from ansible.module_utils.basic import AnsibleModule

COUNT = [0]


def see(module: AnsibleModule) -> dict[str, Any]:
    COUNT[0] += 1
    mask = os.umask(0o22)
    os.umask(mask)
    return {
        "environ": dict(os.environ),
        "folder": os.getcwd(),
        "umask": mask,
        "argv0": sys.argv[1:],
        "stdin": sys.stdin.read(),
        "encodings": [sys.stdout.encoding, sys.stdout.errors, sys.stderr.encoding, locale.getpreferredencoding(False)],
        "signals": [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)],
        "count": COUNT[0],
        "main": sys.modules["__main__"].__name__,
        "umbrella": sorted(name for name in sys.modules if name.startswith("ansible_collections")),
        "temporary": tempfile.gettempdir(),
        "zone": time.tzname,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "garbage": [gc.isenabled(), gc.get_threshold()],
    }


def later() -> None:
    time.sleep(0.1)
    sys.stderr.write("a thread\n")


def act(module: AnsibleModule, what: str) -> None:
    if what == "raise":
        raise ValueError("as asked")
    if what == "exit":
        os._exit(7)
    if what == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "interrupt":
        raise KeyboardInterrupt
    if what == "words":
        sys.exit("some words")
    if what == "nothing":
        return
    if what == "junk":
        print("junk before the result")
        os.write(2, b"junk on stderr\n")
    if what == "thread":
        threading.Thread(target=later).start()
        atexit.register(os.write, 2, b"at exit\n")
        os.write(1, b"no result\n")
        sys.exit(3)
    if what == "fail":
        module.fail_json(msg="as asked", changed=True)
    if what == "sleep":
        with open(module.params["path"], "w") as file:
            file.write(f"{os.getpid()} {os.getppid()}")
        time.sleep(60)
    if what == "warn":
        module.warn("a warning")
        module.deprecate("a deprecation", version="9.0.0", collection_name="orchestra.aws")


def main() -> None:
    module = AnsibleModule(
        {
            "do": {"type": "str", "default": ""},
            "path": {"type": "path"},
            "secret": {"type": "str", "no_log": True},
            "changes": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    if module.params["do"] == "nothing":
        return
    act(module, module.params["do"])
    module.exit_json(changed=module.params["changes"], checked=module.check_mode, **see(module))


if __name__ == "__main__":
    main()
