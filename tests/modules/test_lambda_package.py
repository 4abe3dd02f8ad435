# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.orchestra.aws.plugins.modules import lambda_package


def run(check: bool = False, **options: Any) -> dict[str, Any]:
    """Run the module, which takes no connection to AWS, and return its JSON."""
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True}
    printed = io.StringIO()
    with patch_module_args(arguments), redirect_stdout(printed), pytest.raises(SystemExit):
        lambda_package.main()
    return json.loads(printed.getvalue().strip().splitlines()[-1])


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    source = tmp_path / "src"
    (source / "lib").mkdir(parents=True)
    (source / "handler.py").write_text("def handler(event, context): return event\n")
    (source / "lib" / "client.py").write_text("retries = 3\n")
    return {"src": str(source), "dest": str(tmp_path / "build" / "function.zip")}


def digest(path: str) -> str:
    return base64.b64encode(hashlib.sha256(Path(path).read_bytes()).digest()).decode()


def test_check_mode_tells_the_digest_and_writes_nothing(options: dict[str, Any]) -> None:
    predicted = run(check=True, **options)
    assert not Path(options["dest"]).parent.exists()
    made = run(**options)
    assert predicted["changed"]
    assert predicted["diff"] == made["diff"]
    assert predicted["actions"] == made["actions"] == [f"create package {options['dest']} of 2 files"]
    assert predicted["package"] == made["package"]
    assert made["package"] == {
        "path": options["dest"],
        "sha256_base64": digest(options["dest"]),
        "files": ["handler.py", "lib/client.py"],
        "size": Path(options["dest"]).stat().st_size,
        "unzipped_size": 42 + 12,
    }
    with zipfile.ZipFile(options["dest"]) as archive:
        assert archive.testzip() is None
        assert archive.read("lib/client.py") == b"retries = 3\n"


def test_second_run_changes_nothing(options: dict[str, Any]) -> None:
    run(**options)
    written = Path(options["dest"]).stat().st_mtime_ns
    again = run(**options)
    assert not again["changed"]
    assert again["actions"] == []
    assert again["diff"]["before"] == again["diff"]["after"]
    assert Path(options["dest"]).stat().st_mtime_ns == written


def test_the_diff_names_what_was_added_changed_and_removed(options: dict[str, Any]) -> None:
    run(**options)
    source = Path(options["src"])
    (source / "new.py").write_text("new")
    (source / "handler.py").write_text("changed")
    (source / "lib" / "client.py").unlink()
    predicted = run(check=True, **options)
    real = run(**options)
    assert predicted["diff"] == real["diff"]
    assert predicted["package"] == real["package"]
    assert real["actions"] == [f"update package {options['dest']}: add new.py, change handler.py, remove lib/client.py"]
    assert sorted(real["diff"]["before"]["files"]) == ["handler.py", "lib/client.py"]
    assert sorted(real["diff"]["after"]["files"]) == ["handler.py", "new.py"]
    assert not run(**options)["changed"]


def test_exclude_and_compress_are_applied(options: dict[str, Any]) -> None:
    stored = run(**options)
    assert run(**options, exclude=["lib"])["package"]["files"] == ["handler.py"]
    run(**options)
    compressed = run(**options, compress=True)
    assert compressed["actions"] == [f"rewrite package {options['dest']}, its files unchanged"]
    assert compressed["package"]["files"] == stored["package"]["files"]
    with zipfile.ZipFile(options["dest"]) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_DEFLATED}
    assert not run(**options, compress=True)["changed"]


def test_a_package_in_its_own_source_does_not_grow(options: dict[str, Any]) -> None:
    inside = {**options, "dest": f"{options['src']}/function.zip"}
    run(**inside)
    assert not run(**inside)["changed"]


@pytest.mark.parametrize("check", [True, False])
def test_what_is_refused(options: dict[str, Any], tmp_path: Path, check: bool) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("precious")
    assert "is no zip archive" in run(check, **{**options, "dest": str(notes)})["msg"]
    assert notes.read_text() == "precious"
    assert "is a directory" in run(check, **{**options, "dest": str(tmp_path)})["msg"]
    assert "is no directory" in run(check, **{**options, "src": str(notes)})["msg"]
    assert "no file to package" in run(check, **options, exclude=["*"])["msg"]
