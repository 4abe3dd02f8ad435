# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import base64
import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._lambda import package
from ansible_collections.orchestra.aws.plugins.module_utils._module import InputError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "src"
    for name in ("handler.py", "lib/client.py", "lib/__pycache__/client.cpython-313.pyc", "old.pyc", "tests/test_x.py"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def names(source: Path, *patterns: str) -> list[str]:
    return list(package.collect(source, list(patterns), source / "out.zip"))


def built(source: Path, compress: bool = False) -> bytes:
    return package.build(package.collect(source, [], source / "out.zip"), compress)


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("a.md", "*.md", True),
        ("docs/a.md", "*.md", True),
        ("docs/a.py", "docs", True),
        ("x/docs/a.py", "docs", True),
        ("x/docs/a.py", "docs/", True),
        ("docs/a.py", "/docs", True),
        ("x/docs/a.py", "/docs", False),
        ("x/docs/a.py", "x/docs", True),
        ("x/docs/a.py", "x/*/a.py", True),
        ("x/docs/a.py", "docs/a.py", False),
        ("docs.py", "docs", False),
        ("A.MD", "*.md", False),
    ],
)
def test_excluded(name: str, pattern: str, expected: bool) -> None:
    assert package.excluded(name, [pattern]) is expected


def test_names_are_sorted_and_without_compiled_files(source: Path) -> None:
    assert names(source) == ["handler.py", "lib/client.py", "tests/test_x.py"]
    assert names(source, "tests") == ["handler.py", "lib/client.py"]


def test_the_package_does_not_contain_itself(source: Path) -> None:
    (source / "out.zip").write_bytes(b"x")
    assert "out.zip" not in names(source)


def test_a_link_to_a_file_is_followed(source: Path, tmp_path: Path) -> None:
    (tmp_path / "shared.py").write_text("shared")
    (source / "shared.py").symlink_to(tmp_path / "shared.py")
    with zipfile.ZipFile(io.BytesIO(built(source))) as archive:
        assert archive.read("shared.py") == b"shared"


def test_what_a_package_cannot_hold_is_refused(source: Path, tmp_path: Path) -> None:
    (source / "linked").symlink_to(source / "lib")
    with pytest.raises(InputError, match="linked is a symbolic link to a directory"):
        names(source)
    assert names(source, "linked")
    (source / "gone.py").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match=r"gone\.py is neither a file"):
        names(source, "linked")
    (source / "gone.py").unlink()
    os.mkfifo(source / "pipe")
    with pytest.raises(InputError, match="pipe is neither a file"):
        names(source, "linked")


def test_no_files_and_no_directory_are_refused(source: Path) -> None:
    with pytest.raises(InputError, match="has no file to package"):
        names(source, "*")
    with pytest.raises(InputError, match="is no directory"):
        names(source / "handler.py")


@pytest.mark.parametrize("compress", [False, True])
def test_the_same_files_make_the_same_bytes(source: Path, compress: bool) -> None:
    first = built(source, compress)
    for path in source.rglob("*.py"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    assert built(source, compress) == first


def test_the_bytes_of_a_package_are_known() -> None:
    """Stored files depend on no library: this digest must hold on every machine and for all time."""
    content = package.build({"handler.py": Path(os.devnull)}, compress=False)
    assert package.code_sha256(content) == base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert content.hex() == (
        "504b0304" + "1400" + "0000" + "0000" + "0000" + "2100" + "00000000" * 3 + "0a00" + "0000" + b"handler.py".hex()
        # Central directory: made by Unix, regular file, mode 0644.
        + "504b0102" + "1403" + "1400" + "0000" + "0000" + "0000" + "2100" + "00000000" * 3 + "0a00" + "0000" * 4
        + "0000a481" + "00000000" + b"handler.py".hex()
        + "504b0506" + "00000000" + "0100" + "0100" + "38000000" + "28000000" + "0000"
    )  # fmt: skip


def test_only_the_executable_bit_is_kept(source: Path) -> None:
    (source / "handler.py").chmod(0o700)
    with zipfile.ZipFile(io.BytesIO(built(source))) as archive:
        modes = {entry.filename: oct(entry.external_attr >> 16) for entry in archive.infolist()}
    assert modes["handler.py"] == "0o100755"
    assert modes["lib/client.py"] == "0o100644"


def test_compress_makes_it_smaller(source: Path) -> None:
    (source / "large.py").write_text("x = 1\n" * 10000)
    assert len(built(source, compress=True)) < len(built(source)) / 10


def test_limits_of_lambda(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (source / "large.bin").open("wb") as file:
        file.truncate(package.UNZIPPED_LIMIT)
    with pytest.raises(InputError, match="must have less than 262144000 unzipped"):
        names(source)
    (source / "large.bin").unlink()
    monkeypatch.setattr(package, "ZIPPED_LIMIT", 100)
    with pytest.raises(InputError, match="accepts at most 100 in a request: set compress"):
        built(source)
    with pytest.raises(InputError, match="upload it through S3"):
        built(source, compress=True)


def test_a_package_just_within_the_limit_is_built(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "ZIPPED_LIMIT", len(built(source)))
    assert built(source)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": "1"}, {"a": "1", "b": "1"}, "update package p.zip: add b"),
        ({"a": "1"}, {"a": "2"}, "update package p.zip: change a"),
        ({"a": "1", "b": "1"}, {"a": "1"}, "update package p.zip: remove b"),
        ({"a": "1"}, {"a": "1"}, "rewrite package p.zip, its files unchanged"),
    ],
)
def test_sentence(old: dict[str, str], new: dict[str, str], expected: str) -> None:
    before, after = form(old, "x"), form(new, "y")
    assert package.sentence(before, after) == expected


def test_a_long_sentence_is_cut() -> None:
    before, after = form({}, "x"), form({f"f{number:02}": "1" for number in range(12)}, "y")
    said = package.sentence(before, after)
    assert said is not None
    assert said.endswith("add f09 and 2 more")


def form(files: dict[str, str], digest: str) -> dict[str, Any]:
    return {"path": "p.zip", "sha256_base64": digest, "files": files}


def test_what_is_no_zip_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="exists and is no zip archive"):
        package.members(b"precious", tmp_path / "notes.txt")


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        package.write(b"zip", tmp_path / "out.zip")
    assert list(tmp_path.iterdir()) == []
