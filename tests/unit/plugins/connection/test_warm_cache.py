# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

from __future__ import annotations

import base64
import io
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.orchestra.aws.plugins.plugin_utils._warm import payload_cache
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.payload_cache import PayloadCache
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.private_folder import (
    UntrustedFolderError,
    private_folder,
    remove_old,
    write_whole,
)
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.sources import Places, Unchanged, sources_of

COLLECTION = "paths/one/ansible_collections/some/thing"
FILES = {
    "core/module_utils/basic.py": "basic",
    "core/modules/ping.py": "ping",
    f"{COLLECTION}/plugins/modules/make.py": "make",
    f"{COLLECTION}/plugins/module_utils/help.py": "help",
    f"{COLLECTION}/meta/runtime.yml": "{}",
    f"{COLLECTION}/galaxy.yml": "version: 1.0.0",
}
MEMBERS = {
    "ansible/__init__.py": "made by core",
    "ansible/module_utils/__init__.py": "made by core",
    "ansible/module_utils/basic.py": "basic",
    "ansible_collections/__init__.py": "",
    "ansible_collections/some/__init__.py": "",
    "ansible_collections/some/thing/__init__.py": "",
    "ansible_collections/some/thing/plugins/__init__.py": "",
    "ansible_collections/some/thing/plugins/module_utils/help.py": "help",
    "ansible_collections/some/thing/plugins/modules/make.py": "make",
}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def zipped(**changed: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as file:
        for name, text in {
            **MEMBERS,
            **{name.replace("__", "/") + ".py": text for name, text in changed.items()},
        }.items():
            file.writestr(name, text)
    return memory.getvalue()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for name, text in FILES.items():
        write(tmp_path / name, text)
    (tmp_path / "paths" / "first").mkdir()
    return Places(str(tmp_path / "core"), (str(tmp_path / "paths" / "first"), str(tmp_path / "paths" / "one")))


def test_the_sources_of_a_payload(places: Places, tmp_path: Path) -> None:
    sources = sources_of(zipped(), places)
    assert sources is not None
    assert {os.path.relpath(path, tmp_path) for path in sources.files} == set(FILES) - {"core/modules/ping.py"}
    assert sources.collections == {"some/thing": str(tmp_path / COLLECTION)}
    assert Unchanged(places)(sources)


@pytest.mark.parametrize(
    "changed",
    [
        {"ansible__module_utils__basic": "not what the file says"},
        {"ansible__module_utils__redirected": "import sys; sys.modules[...] = ..."},
        {"ansible__legacy__of_a_role": "whose source is anywhere"},
        {"ansible_collections__not__there__plugins__module_utils__x": "x"},
        {"elsewhere": "x"},
    ],
)
def test_a_payload_with_code_of_unknown_origin_has_none(places: Places, changed: dict[str, str]) -> None:
    assert sources_of(zipped(**changed), places) is None


def edit(root: Path) -> None:
    path = root / COLLECTION / "plugins/module_utils/help.py"
    before = path.stat()
    path.write_text("HELP")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def lengthen(root: Path) -> None:
    path = root / "core/module_utils/basic.py"
    before = path.stat()
    path.write_text("basic and more")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def another_version(root: Path) -> None:
    write(root / COLLECTION / "galaxy.yml", "version: 1.0.10")


def another_redirect(root: Path) -> None:
    write(root / COLLECTION / "meta/runtime.yml", "{plugin_routing: {}}")


def a_package_in_front(root: Path) -> None:
    write(root / COLLECTION / "plugins/module_utils/help/__init__.py", "")


def a_collection_in_front(root: Path) -> None:
    write(root / "paths/first/ansible_collections/some/thing/galaxy.yml", "version: 2.0.0")


def remove(root: Path) -> None:
    (root / COLLECTION / "plugins/modules/make.py").unlink()


CHANGES = [edit, lengthen, another_version, another_redirect, a_package_in_front, a_collection_in_front, remove]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_any_source_is_seen(places: Places, tmp_path: Path, change: Callable[[Path], None]) -> None:
    sources = sources_of(zipped(), places)
    assert sources is not None
    change(tmp_path)
    assert not Unchanged(places)(sources)


def cache(places: Places, tmp_path: Path, run: str) -> PayloadCache:
    found = PayloadCache(private_folder(tmp_path / "cache") / "key", tmp_path / run, places)
    found.provide()
    return found


def build(at: PayloadCache, code: str) -> Path:
    """Do what Ansible does when it finds nothing in the cache of its run."""
    built = at.run / "ansible_collections.some.thing.plugins.modules.make-ZIP_DEFLATED-none"
    built.write_bytes(b"pickled: " + code.encode())
    return built


def test_what_was_kept_is_there_in_the_next_run_until_a_source_changes(places: Places, tmp_path: Path) -> None:
    module = "ansible_collections.some.thing.plugins.modules.make"
    code = base64.b64encode(zipped()).decode()
    first = cache(places, tmp_path, "first")
    built = build(first, code)
    first.keep(module, code)
    second = cache(places, tmp_path, "second")
    assert (second.run / built.name).read_bytes() == built.read_bytes()
    assert not (cache(places, tmp_path, "elsewhere").run / "other").exists()
    edit(tmp_path)
    assert list(cache(places, tmp_path, "third").run.iterdir()) == []


def test_a_payload_that_is_not_the_one_that_ran_is_not_kept(places: Places, tmp_path: Path) -> None:
    module = "ansible_collections.some.thing.plugins.modules.make"
    first = cache(places, tmp_path, "first")
    build(first, "another zip")
    first.keep(module, base64.b64encode(zipped()).decode())
    assert list(cache(places, tmp_path, "second").run.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"payload": "x"}', b'{"payload": "gone.payload", "sources": {}}']
)
def test_an_entry_that_makes_no_sense_is_passed_over(places: Places, tmp_path: Path, content: bytes) -> None:
    cache(places, tmp_path, "first")
    (tmp_path / "cache" / "key" / "x.json").write_bytes(content)
    assert list(cache(places, tmp_path, "second").run.iterdir()) == []


def test_the_key_has_the_version_and_all_places() -> None:
    some = Places("/core", ("/a", "/b"))
    keys = {
        payload_cache.key("2.21.5", some),
        payload_cache.key("2.21.6", some),
        payload_cache.key("2.21.5", Places("/other", ("/a", "/b"))),
        payload_cache.key("2.21.5", Places("/core", ("/b", "/a"))),
    }
    assert len(keys) == 4
    assert payload_cache.key("2.21.5", Places("/core", ("/a", "/b"))) in keys


def test_a_folder_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "new" / "cache")
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o770)
    with pytest.raises(UntrustedFolderError, match="0700"):
        private_folder(folder)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "new")
    with pytest.raises(UntrustedFolderError, match="no folder"):
        private_folder(link)


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = private_folder(tmp_path / "cache")
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(UntrustedFolderError, match="another user"):
        private_folder(folder)


def test_old_files_and_what_killed_writers_left_go(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    write_whole(tmp_path / "key" / "new", b"")
    month = time.time() - 31 * 86400
    for name in ("key/old.payload", "key/.part-x"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (month, month))
    remove_old(tmp_path)
    assert [path.name for path in (tmp_path / "key").iterdir()] == ["new"]
