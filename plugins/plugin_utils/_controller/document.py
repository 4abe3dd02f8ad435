# Copyright: Contributors to orchestra.aws
# SPDX-License-Identifier: MIT

"""The objects of a controller as a file of variables. Private to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Marks templates that the controller fills in, not Ansible, and never refers back to what came before."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    if "{{" in value:
        return dumper.represent_scalar("!unsafe", str(value), style='"')
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value))


# Ansible hands values over in classes of its own, which derive from these.
_Dumper.add_representer(str, _text)
_Dumper.add_multi_representer(str, _text)
_Dumper.add_multi_representer(dict, yaml.SafeDumper.represent_dict)
_Dumper.add_multi_representer(list, yaml.SafeDumper.represent_list)
_Dumper.add_multi_representer(int, lambda dumper, value: yaml.SafeDumper.represent_int(dumper, int(value)))


def as_yaml(objects: Mapping[str, Any]) -> str:
    """Return the objects as YAML that Ansible reads as it is written."""
    text: str = yaml.dump(dict(objects), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)
    return text
