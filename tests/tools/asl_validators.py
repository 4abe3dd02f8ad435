# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""Other validators of the Amazon States Language, run on the corpus, so that the linter can be compared with them.

    PYTHONPATH=collections python -m tests.tools.asl_validators install

puts asl-validator (which needs node and npm) and statelint into .cache, where they are not there yet, and

    PYTHONPATH=collections python -m tests.tools.asl_validators record

writes their verdicts into tests/corpus/asl/verdicts.json.

Without what C(install) makes, the tests compare with the recorded verdicts only.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.tools.asl_corpus import CORPUS, ROOT

VERSIONS = {"asl-validator": "4.0.0", "statelint": "3.1.0"}
RECORDED = CORPUS / "verdicts.json"
_CACHE = ROOT / ".cache" / "asl-validators"
_PYTHON = _CACHE / "venv" / "bin" / "python"
_LONGEST_MESSAGE = 160
_RUN_SECONDS = 120
_INSTALL_SECONDS = 120

# It compiles its schemas anew for each definition, which takes longer than all else: here it does so once.
_NODE_SCRIPT = """
const schemas = require('ajv');
let compiled;
schemas.default = class extends schemas.default {
  constructor(...given) {
    if (compiled) return compiled;
    super(...given);
    compiled = this;
  }
  addKeyword(word) {
    const [name] = [word.keyword ?? word].flat();
    return this.getKeyword(name) ? this : super.addKeyword(word);
  }
};
const validate = require('asl-validator'), fs = require('fs'), verdicts = {};
for (const file of process.argv.slice(1)) {
  try {
    verdicts[file] = validate(JSON.parse(fs.readFileSync(file, 'utf8'))).errors.map((error) => error.Message);
  } catch (error) {
    verdicts[file] = ['it fails itself: ' + error.message];
  }
}
console.log(JSON.stringify(verdicts));
"""
_PYTHON_SCRIPT = """
import json, sys
from statelint.linter import Linter
verdicts = {}
for file in sys.argv[1:]:
    try:
        with open(file, encoding="utf-8") as definition:
            verdicts[file] = Linter.validate(json.load(definition))
    except Exception as error:
        verdicts[file] = [f"it fails itself: {type(error).__name__}: {error}"]
print(json.dumps(verdicts))
"""


def installed(validator: str) -> bool:
    if validator == "statelint":
        return any(_CACHE.glob("venv/lib/python*/site-packages/statelint"))
    return shutil.which("node") is not None and (_CACHE / "node_modules" / validator).is_dir()


def verdicts(validator: str) -> dict[str, list[str]]:
    """Return what an installed validator says of each definition: its first message, or none."""
    files = sorted(str(path) for path in CORPUS.glob("*/*.json"))
    script = ["-c", _PYTHON_SCRIPT] if validator == "statelint" else ["-e", _NODE_SCRIPT]
    program = str(_PYTHON) if validator == "statelint" else "node"
    run = subprocess.run(
        [program, *script, *files], cwd=_CACHE, check=True, capture_output=True, text=True, timeout=_RUN_SECONDS
    )
    said: dict[str, list[str]] = json.loads(run.stdout)
    return {
        Path(file).relative_to(CORPUS).with_suffix("").as_posix(): [" ".join(messages[0].split())[:_LONGEST_MESSAGE]]
        if messages
        else []
        for file, messages in said.items()
    }


def install() -> None:
    """Install what is not there yet; what cannot be installed is told, and its test is skipped."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    npm = ["npm", "install", "--silent", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
    npm += ["--prefix", str(_CACHE), f"asl-validator@{VERSIONS['asl-validator']}"]
    pip = [str(_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += [f"statelint=={VERSIONS['statelint']}"]
    commands = {"asl-validator": [npm], "statelint": [[sys.executable, "-m", "venv", str(_CACHE / "venv")], pip]}
    for validator in VERSIONS:
        try:
            for command in [] if installed(validator) else commands[validator]:
                subprocess.run(command, check=True, timeout=_INSTALL_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{validator} could not be installed: {error} Its test will be skipped.", file=sys.stderr)


def record() -> None:
    found: dict[str, Any] = {
        validator: {"version": version, "verdicts": verdicts(validator)} for validator, version in VERSIONS.items()
    }
    RECORDED.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    commands = {"install": install, "record": record}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(f"usage: python -m tests.tools.asl_validators {'|'.join(commands)}")
    commands[sys.argv[1]]()
