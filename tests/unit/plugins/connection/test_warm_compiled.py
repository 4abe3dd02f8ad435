# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Code of payloads that is compiled once, for all runs."""

from __future__ import annotations

import zipfile
import zipimport
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.compiled import LIMIT, Compiled

SOURCE = "def inner():\n    raise ValueError\n"
importer: Any = zipimport


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that Python itself has compiled; its function is put back after the test."""
    seen: list[str] = []
    original = importer._compile_source

    def counted(path: str, source: bytes) -> CodeType:
        seen.append(path)
        code: CodeType = original(path, source)
        return code

    monkeypatch.setattr(zipimport, "_compile_source", counted)
    return seen


@pytest.fixture
def archive(tmp_path: Path) -> Callable[[str, str], str]:
    """archive(name, source) makes a zip with one module, some.package.module."""

    def make(name: str, source: str) -> str:
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            file.writestr("some/package/module.py", source)
        return str(tmp_path / name)

    return make


def code_of(archive: str) -> CodeType:
    return zipimport.zipimporter(f"{archive}/some/package").get_code("some.package.module")


def test_what_an_earlier_run_compiled_is_not_compiled_again(
    tmp_path: Path, compilations: list[str], archive: Callable[[str, str], str]
) -> None:
    first = Compiled(tmp_path)
    first.install()
    one = archive("one.zip", SOURCE)
    first.prepare(one, "some.package.module")
    assert compilations == [f"{one}/some/package/module.py"]
    assert code_of(one).co_code
    first.keep()

    importer._compile_source = None  # Nothing is left to compile with.
    later = Compiled(tmp_path)
    later.install()
    importer._compile_source = later.code
    two = archive("two.zip", SOURCE)
    code = code_of(two)
    inner = next(part for part in code.co_consts if isinstance(part, CodeType))
    # Tracebacks name the zip of this run, within functions too.
    assert {code.co_filename, inner.co_filename} == {f"{two}/some/package/module.py"}
    assert len(compilations) == 1


def test_another_source_is_compiled(
    tmp_path: Path, compilations: list[str], archive: Callable[[str, str], str]
) -> None:
    compiled = Compiled(tmp_path)
    compiled.install()
    code_of(archive("one.zip", SOURCE))
    code_of(archive("two.zip", SOURCE + "x = 1\n"))
    assert len(compilations) == 2


def test_a_damaged_file_is_as_none(tmp_path: Path, compilations: list[str], archive: Callable[[str, str], str]) -> None:
    compiled = Compiled(tmp_path)
    compiled.install()
    code_of(archive("one.zip", SOURCE))
    compiled.keep()
    (kept,) = tmp_path.glob("code-*.marshal")
    kept.write_bytes(kept.read_bytes()[:40])
    assert Compiled(tmp_path)._kept == {}


def test_what_is_unused_goes_when_there_is_too_much(tmp_path: Path, compilations: list[str]) -> None:
    compiled = Compiled(tmp_path)
    compiled._kept = {bytes([0]) + number.to_bytes(4): b"" for number in range(LIMIT)}
    compiled.install()
    compiled.code("some.py", SOURCE.encode())
    compiled.keep()
    assert len(Compiled(tmp_path)._kept) == 1


def test_where_python_imports_in_another_way_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(zipimport, "_compile_source")
    Compiled(tmp_path).install()
    assert not hasattr(zipimport, "_compile_source")
    monkeypatch.undo()


def test_a_module_that_does_not_compile_is_left_to_its_fork(
    compilations: list[str], archive: Callable[[str, str], str]
) -> None:
    compiled = Compiled(None)
    compiled.install()
    compiled.prepare(archive("one.zip", "def"), "some.package.module")
    compiled.keep()
    assert len(compilations) == 1
