# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Templates of the collection that are compiled once, for all tasks and runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest
from ansible._internal._datatag._tags import Origin, TrustedAsTemplate
from ansible._internal._templating._engine import TemplateEngine, TemplateOptions
from ansible._internal._templating._jinja_bits import AnsibleEnvironment
from ansible.errors import AnsibleTemplateSyntaxError
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.orchestra.aws.plugins.plugin_utils._warm import templates
from ansible_collections.orchestra.aws.plugins.plugin_utils._warm.templates import Compiled, Templates

DEFAULTS = "roles/api/defaults/main.yml"
MARKED = "{{ 'mark-of-the-text ' ~ number }}"


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was compiled, an entry each; how Ansible compiles is as it was after the test."""
    seen: list[str] = []
    generate = AnsibleEnvironment._generate

    def counted(*arguments: Any, **keywords: Any) -> str:
        code: str = generate(*arguments, **keywords)
        seen.append(code)
        return code

    monkeypatch.setattr(AnsibleEnvironment, "_generate", counted)
    monkeypatch.setattr(AnsibleEnvironment, "compile", jinja2.Environment.compile)
    return seen


def install(folder: Path) -> Templates:
    """Begin as a new process would; the collection is in a folder of its own."""
    AnsibleEnvironment.compile = jinja2.Environment.compile  # type: ignore[method-assign]
    (folder / "kept").mkdir(exist_ok=True)
    made = Templates(folder / "kept", str(folder / "collection"))
    made.install()
    return made


def kept_in(folder: Path) -> Path:
    (file,) = (folder / "kept").glob("templates-*.marshal")
    return file


@pytest.fixture
def defaults(tmp_path: Path) -> Path:
    return written(tmp_path / "collection" / "roles" / "api" / "defaults" / "main.yml")


def written(path: Path, content: bytes = b"---") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def render(text: str, path: Path, options: TemplateOptions = TemplateOptions.DEFAULT, **variables: Any) -> Any:
    source = TrustedAsTemplate().tag(Origin(path=str(path), line_num=1).tag(text))
    return TemplateEngine(variables=variables).template(source, options=options)


def test_what_an_earlier_run_compiled_is_not_compiled_again(
    tmp_path: Path, defaults: Path, generated: list[str]
) -> None:
    install(tmp_path)
    assert render("{{ number + 1 }}", defaults, number=1) == 2
    assert render("{{ number + 1 }}", defaults, number=2) == 3
    assert len(generated) == 1
    install(tmp_path)
    assert render("{{ number + 1 }}", defaults, number=4) == 5
    assert len(generated) == 1


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("collection/roles/api/defaults/main.yml", True),
        ("collection/playbooks/site.yml", True),
        ("collection/files/asl/workflow.asl.json.j2", True),
        ("collection/playbooks/group_vars/all/vault.yml", False),
        ("collection/inventories/prod/group_vars/all.yml", False),
        ("elsewhere/site.yml", False),
    ],
)
def test_only_what_the_collection_says_is_kept(tmp_path: Path, generated: list[str], path: str, is_kept: bool) -> None:
    install(tmp_path)
    place = written(tmp_path / path)
    assert render(MARKED, place, number=1) == "mark-of-the-text 1"
    assert (b"mark-of-the-text" in kept_in(tmp_path).read_bytes()) == is_kept
    # Within a process everything is compiled once.
    assert render(MARKED, place, number=2) == "mark-of-the-text 2"
    assert len(generated) == 1


@pytest.mark.parametrize("path", ["playbooks/vault.yml", "roles/api/vars/vault.yml"])
def test_what_is_encrypted_is_not_kept(tmp_path: Path, generated: list[str], path: str) -> None:
    content = VaultLib().encrypt(MARKED, VaultSecret(b"password"))
    install(tmp_path)
    assert render(MARKED, written(tmp_path / "collection" / path, content), number=1) == "mark-of-the-text 1"
    assert kept_in(tmp_path).read_bytes() == b""


def test_a_checkout_is_known_by_the_links_to_it_too(tmp_path: Path, generated: list[str]) -> None:
    checkout = written(tmp_path / "checkout" / "playbooks" / "site.yml")
    (tmp_path / "collection").mkdir()
    (tmp_path / "collection" / "playbooks").symlink_to(checkout.parent)
    install(tmp_path)
    render(MARKED, checkout, number=1)
    assert b"mark-of-the-text" in kept_in(tmp_path).read_bytes()


def test_backslashes_are_as_the_caller_wants_them(tmp_path: Path, defaults: Path, generated: list[str]) -> None:
    text = r"{{ 'a\tb' }}"
    for _process in range(2):
        install(tmp_path)
        assert render(text, defaults, options=TemplateOptions(escape_backslashes=True)) == r"a\tb"
        assert render(text, defaults, options=TemplateOptions(escape_backslashes=False)) == "a\tb"
    assert len(generated) == 2


@pytest.mark.parametrize(
    ("call", "fits"),
    [
        (("filters", "default", ""), True),
        (("filters", "map", "_PassArg.context"), True),
        (("filters", "default", "_PassArg.context"), False),
        (("filters", "no_such_filter", ""), False),
        (("tests", "defined", ""), True),
        (("tests", "no_such_test", ""), False),
    ],
)
def test_code_is_for_filters_that_are_called_as_when_it_was_made(call: tuple[str, str, str], fits: bool) -> None:
    assert Compiled(compile("", "", "exec"), (call,)).fits(TemplateEngine().environment) == fits


def test_what_a_template_calls_is_kept_with_it(tmp_path: Path, defaults: Path, generated: list[str]) -> None:
    kept = install(tmp_path)._kept
    assert render("{{ [number] | map('string') | first is defined }}", defaults, number=1) is True
    ((_key, compiled),) = kept.items()
    assert set(compiled.calls) == {
        ("filters", "map", "_PassArg.context"),
        ("filters", "first", "_PassArg.environment"),
        ("tests", "defined", ""),
    }
    kept[_key] = Compiled(compiled.code, (("filters", "map", ""),))
    assert render("{{ [number] | map('string') | first is defined }}", defaults, number=1) is True
    assert len(generated) == 2


def test_mistakes_are_told_as_ever(tmp_path: Path, defaults: Path, generated: list[str]) -> None:
    with pytest.raises(AnsibleTemplateSyntaxError) as plain:
        render("{{ number + }}", defaults, number=1)
    install(tmp_path)
    for text in ("{{ number + }}", "{{ number | no_such_filter }}"):
        with pytest.raises(AnsibleTemplateSyntaxError):
            render(text, defaults, number=1)
    with pytest.raises(AnsibleTemplateSyntaxError) as kept:
        render("{{ number + }}", defaults, number=1)
    assert str(kept.value) == str(plain.value)


def two_kept_in(folder: Path, defaults: Path) -> tuple[Path, bytes, bytes]:
    """Keep two templates; return the file, and what it says with the first of them and with both."""
    install(folder)
    render("{{ number + 1 }}", defaults, number=1)
    file = kept_in(folder)
    first = file.read_bytes()
    render("{{ number + 2 }}", defaults, number=1)
    return file, first, file.read_bytes()


def test_what_a_killed_process_left_in_part_goes(tmp_path: Path, defaults: Path, generated: list[str]) -> None:
    file, whole, both = two_kept_in(tmp_path, defaults)
    file.write_bytes(both[:-3])
    install(tmp_path)
    assert file.read_bytes() == whole
    assert (render("{{ number + 1 }}", defaults, number=1), render("{{ number + 2 }}", defaults, number=1)) == (2, 3)
    assert len(generated) == 3


def test_what_is_damaged_is_not_run(tmp_path: Path, defaults: Path, generated: list[str]) -> None:
    file, first, whole = two_kept_in(tmp_path, defaults)
    for place in range(len(first), len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert len(templates._read(file)) == 1
        assert file.read_bytes() == first


def test_what_two_processes_have_added_is_kept_once(tmp_path: Path, defaults: Path, generated: list[str]) -> None:
    install(tmp_path)
    render("{{ number + 1 }}", defaults, number=1)
    file = kept_in(tmp_path)
    once = file.read_bytes()
    file.write_bytes(once * 3)
    install(tmp_path)
    assert file.read_bytes() == once


def test_too_much_is_dropped(
    tmp_path: Path, defaults: Path, generated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path)
    render("{{ number + 1 }}", defaults, number=1)
    monkeypatch.setattr(templates, "LIMIT_BYTES", 10)
    assert install(tmp_path)._kept == {}
    file = kept_in(tmp_path)
    assert file.read_bytes() == b""


def test_where_ansible_compiles_in_another_way_nothing_changes(
    tmp_path: Path, generated: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(*arguments: Any, **keywords: Any) -> None:
        raise NotImplementedError

    monkeypatch.setattr(AnsibleEnvironment, "compile", other)
    Templates(tmp_path, str(tmp_path)).install()
    assert AnsibleEnvironment.compile is other
    assert list(tmp_path.iterdir()) == []
