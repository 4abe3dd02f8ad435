# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The tables of docs/definition_lint.md: the rules, and how other validators judge the corpus.

    PYTHONPATH=collections python -m tests.tools.lint_docs

writes them anew; a test fails when they lag behind.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.linter import lint
from ansible_collections.orchestra.aws.plugins.module_utils._sfn.lint.rules import ERROR, RULES, Finding
from tests.tools.asl_corpus import CORPUS, ROOT, definitions
from tests.tools.asl_validators import RECORDED, VERSIONS

PAGE = ROOT / "docs" / "definition_lint.md"


def findings() -> dict[str, list[Finding]]:
    """Return what the linter finds in each definition of the corpus."""
    expected = json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))
    options = {
        name: {key: value for key, value in entry.items() if key != "findings"} for name, entry in expected.items()
    }
    return {name: lint(definition, **options[name]) for name, definition in definitions().items()}


def refused(found: list[Finding]) -> bool:
    return any(finding.severity == ERROR for finding in found)


def verdicts() -> dict[str, dict[str, list[str]]]:
    """Return the recorded verdicts: validator -> definition -> its first message, or none."""
    recorded: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return {validator: recorded[validator]["verdicts"] for validator in VERSIONS}


def explanations() -> dict[str, dict[str, str]]:
    """Return why a validator judges otherwise than the linter: validator -> definition -> sentence."""
    said: dict[str, dict[str, str]] = json.loads((CORPUS / "disagreements.json").read_text(encoding="utf-8"))
    return said


def rules_table() -> str:
    rows = ["| Rule | Severity | What it demands | Source |", "|---|---|---|---|"]
    for name, rule in RULES.items():
        title = rule.title.replace("|", "\\|")
        rows.append(f"| `{name}` | {rule.severity} | {title} | [{_page(rule.source)}]({rule.source}) |")
    return "\n".join(rows)


def _page(address: str) -> str:
    return address.rpartition("/")[2].removesuffix(".html").replace(".html#", "#")


def summary_table() -> str:
    found, judged = findings(), verdicts()
    rows = ["| Validator | Agrees | Refuses what we take | Takes what we refuse |", "|---|---|---|---|"]
    for validator, version in VERSIONS.items():
        stricter = [name for name in found if judged[validator][name] and not refused(found[name])]
        laxer = [name for name in found if refused(found[name]) and not judged[validator][name]]
        agreed = len(found) - len(stricter) - len(laxer)
        rows.append(f"| {validator} {version} | {agreed} of {len(found)} | {len(stricter)} | {len(laxer)} |")
    return "\n".join(rows)


def disagreements_table() -> str:
    found, judged, said = findings(), verdicts(), explanations()
    rows = ["| Definition | Here | " + " | ".join(VERSIONS) + " | Why |", "|---|---|" + "---|" * (len(VERSIONS) + 1)]
    for name, ours in found.items():
        opinions = {validator: bool(judged[validator][name]) for validator in VERSIONS}
        if all(opinion == refused(ours) for opinion in opinions.values()):
            continue
        cells = [_word(refused(ours)), *(_word(opinion) for opinion in opinions.values())]
        rows.append(f"| {name} | {' | '.join(cells)} | {_why(name, ours, opinions, said)} |")
    return "\n".join(rows)


def _word(refuses: bool) -> str:
    return "refused" if refuses else "taken"


def _why(name: str, ours: list[Finding], opinions: dict[str, bool], said: dict[str, dict[str, str]]) -> str:
    """Return what is said of the validators that judge otherwise, once where the same is said of several."""
    reasons: dict[str, list[str]] = {}
    for validator, opinion in opinions.items():
        if opinion != refused(ours):
            reasons.setdefault(said[validator][name], []).append(validator)
    why = " ".join(f"{' and '.join(validators)}: {reason}" for reason, validators in reasons.items())
    broken = dict.fromkeys(f"`{each.rule}`" for each in ours if each.severity == ERROR)
    return f"{', '.join(broken)}. {why}" if broken else why


def filled(page: str) -> str:
    """Return the page with its tables as they have to be."""
    for name, table in (("rules", rules_table), ("summary", summary_table), ("disagreements", disagreements_table)):
        block = f"<!-- {name} -->\n{table()}\n<!-- end -->"
        page = re.sub(rf"<!-- {name} -->\n.*?<!-- end -->", block.replace("\\", r"\\"), page, flags=re.DOTALL)
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
