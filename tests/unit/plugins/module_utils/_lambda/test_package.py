# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import base64
import hashlib
import io
import os
import zipfile
from pathlib import Path

import pytest

from ansible_collections.orchestra.aws.plugins.module_utils._input import InputError
from ansible_collections.orchestra.aws.plugins.module_utils._lambda import package


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "src"
    for name in ("handler.py", "lib/client.py", "lib/__pycache__/client.cpython-313.pyc", "old.pyc", "tests/test_x.py"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def names(source: Path, *patterns: str) -> list[str]:
    return list(package.collect(source, list(patterns)))


def built(source: Path) -> bytes:
    return package.from_directory(source, []).content


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
    with pytest.raises(InputError, match="has no file to pack"):
        names(source, "*")
    with pytest.raises(InputError, match="is no directory"):
        names(source / "handler.py")


def test_the_same_files_make_the_same_bytes(source: Path) -> None:
    first = built(source)
    for path in source.rglob("*.py"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    assert built(source) == first


def test_the_bytes_of_a_package_are_known() -> None:
    """Stored files depend on no library: this digest must hold on every machine and for all time."""
    content = package.build({"handler.py": Path(os.devnull)})
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


def test_limits_of_lambda(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (source / "large.bin").open("wb") as file:
        file.truncate(package.UNZIPPED_LIMIT)
    with pytest.raises(InputError, match="must have less than 262144000 unzipped"):
        names(source)
    (source / "large.bin").unlink()
    size = len(built(source))
    monkeypatch.setattr(package, "ZIPPED_LIMIT", size)
    assert len(built(source)) == size
    monkeypatch.setattr(package, "ZIPPED_LIMIT", size - 1)
    with pytest.raises(InputError, match=f"accepts at most {size - 1} in a request: exclude some files"):
        built(source)


def test_a_file_that_cannot_be_read_is_named(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(InputError, match=r"Cannot pack .*Permission denied: .*handler\.py"):
        built(source)


def test_a_zip_file_is_taken_as_it_is(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "code.zip"
    path.write_bytes(built(source))
    read = package.from_zip(path)
    assert read.content == path.read_bytes()
    assert read.sha256 == base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
    assert "content" not in repr(read)


def test_zip_files_that_lambda_refuses(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "code.zip"
    with pytest.raises(InputError, match="Cannot read zip_file"):
        package.from_zip(path)
    path.write_bytes(b"no archive")
    with pytest.raises(InputError, match="is no zip archive"):
        package.from_zip(path)
    with zipfile.ZipFile(path, "w"):
        pass
    with pytest.raises(InputError, match="is empty"):
        package.from_zip(path)
    path.write_bytes(built(source))
    monkeypatch.setattr(package, "ZIPPED_LIMIT", 100)
    with pytest.raises(InputError, match="accepts at most 100 in a request: leave out some files"):
        package.from_zip(path)
    monkeypatch.setattr(package, "UNZIPPED_LIMIT", 10)
    with pytest.raises(InputError, match="must have less than 10 unzipped"):
        package.from_zip(path)
