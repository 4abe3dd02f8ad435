# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""In processes of their own, because the code of payloads takes the place of Ansible's."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from ansible_collections.orchestra.aws.plugins.plugin_utils import _warm

LOADER = "def run_module(*, json_params, profile, module_fqn, modlib_path, extensions, init_globals=None): ...\n"
PACKAGES = {
    f"{name}/__init__.py": ""
    for name in (
        "ansible",
        "ansible/module_utils",
        "ansible/module_utils/_internal",
        "ansible/module_utils/_internal/_ansiballz",
        "ansible/module_utils/common",
    )
}
COMMON = {
    **PACKAGES,
    "ansible/module_utils/_internal/_ansiballz/_loader.py": LOADER,
    "ansible/module_utils/common/warnings.py": "_global_warnings = {}\n_global_deprecations = {}\n",
}
START = """
import sys
sys.path.insert(0, sys.argv[1])
from _warm.shared_code import RefusedError, SharedCode
sys.path.pop(0)
asked = []
shared = SharedCode(lambda: asked.append(1))
one, two = sys.argv[2:4]
def refusal(archive):
    try:
        shared.admit(archive)
    except RefusedError as error:
        return str(error)
"""


def util(name: str, source: str) -> dict[str, str]:
    return {f"ansible/module_utils/{name}.py": source}


def run(folder: Path, one: dict[str, str], two: dict[str, str], script: str) -> None:
    """Run a script that knows two payloads, each of which has the common code too unless it says otherwise."""
    paths = []
    for index, files in enumerate((one, two)):
        path = folder / str(index) / "payload.zip"
        path.parent.mkdir()
        with zipfile.ZipFile(path, "w") as file:
            for name, source in {**COMMON, **files}.items():
                file.writestr(name, source)
        paths.append(str(path))
    warm = str(Path(_warm.__file__ or "").parents[1])
    command = [sys.executable, "-c", START + textwrap.dedent(script), warm, *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_module_sees_its_own_payload_alone(tmp_path: Path) -> None:
    script = """
        first, second = shared.admit(one), shared.admit(two)
        assert shared.admit(one) is first
        common = sys.modules["ansible.module_utils.common.warnings"]
        assert {"ansible.module_utils.a", "ansible.module_utils.b"} <= set(sys.modules)
        shared.enter(first)
        assert sys.modules["ansible.module_utils.common.warnings"] is common
        assert "ansible.module_utils.a" in sys.modules
        try:
            from ansible.module_utils import b
        except ImportError:
            pass
        else:
            raise AssertionError("the other payload is visible")
        assert sys.path[0] == one
        assert not asked
    """
    run(tmp_path, util("a", ""), util("b", ""), script)


def test_different_code_of_one_name_is_refused(tmp_path: Path) -> None:
    script = """
        shared.admit(one)
        assert refusal(two) == "two modules of the run have different code of ansible.module_utils.a"
    """
    run(tmp_path, util("a", "x = 1"), util("a", "x = 2"), script)


def test_a_loader_that_is_not_known_is_refused(tmp_path: Path) -> None:
    other = {"ansible/module_utils/_internal/_ansiballz/_loader.py": "def run_module(everything): ...\n"}
    run(tmp_path, other, {}, """assert refusal(one) == "this version of ansible-core runs modules in another way" """)


@pytest.mark.parametrize(
    "source",
    [
        "raise RuntimeError('at import')",
        "from ansible.module_utils.common import warnings\nwarnings._global_deprecations['old'] = None",
    ],
)
def test_what_does_more_than_define_is_left_to_the_module(tmp_path: Path, source: str) -> None:
    script = """
        code = shared.admit(one)
        assert "ansible.module_utils.a" not in sys.modules
        assert not sys.modules["ansible.module_utils.common.warnings"]._global_deprecations
    """
    run(tmp_path, util("a", source), {}, script)


def test_threads_make_it_refuse_everything(tmp_path: Path) -> None:
    source = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    script = """
        assert refusal(one) == "a module utility starts threads when it is imported"
        assert refusal(two) == "a module utility starts threads when it is imported"
    """
    run(tmp_path, util("a", source), util("b", ""), script)


def test_boto3_is_prepared_when_code_uses_it_and_once(tmp_path: Path) -> None:
    script = """
        shared.admit(one)
        shared.admit(two)
        assert asked == [1]
    """
    use = "try:\n    import boto3\nexcept ImportError:\n    pass\n"
    run(tmp_path, util("a", use), util("b", use), script)
