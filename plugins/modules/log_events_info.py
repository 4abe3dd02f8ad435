#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: log_events_info
version_added: 0.1.0
short_description: Read the newest events of several log groups
description:
  - Reads log groups of CloudWatch Logs side by side and returns their newest events as one list, sorted by time.
  - No module of amazon.aws or community.aws reads log events.
  - A look is bounded by O(since) and O(lines), and by 50 pages of each source, see RV(incomplete).
options:
  sources:
    description: What to read.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: What the source is called in the lines.
        type: str
        required: true
      log_group:
        description: Name of the log group.
        type: str
        required: true
      stream_prefix:
        description:
          - Read only streams whose names start with this.
          - The lines then name the stream after the source, by the first eight characters after its last slash,
            which is the task for streams of ECS.
        type: str
  since:
    description: How far to look back, a number and V(s), V(m), V(h) or V(d).
    type: str
    default: 15m
  filter:
    description: Filter pattern of CloudWatch Logs, like V(ERROR) or V({ $.status = 503 }); all events when empty.
    type: str
    default: ""
  lines:
    description: Return at most this many events, the newest, from 1 to 10000.
    type: int
    default: 100
attributes:
  diff_mode:
    support: N/A
    details: Nothing is changed.
author:
  - orchestra.aws contributors (@orchestra)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - orchestra.aws.attributes
"""

EXAMPLES = r"""
- name: Read what a service and the API have said in the last hour about errors
  orchestra.aws.log_events_info:
    sources:
      - name: service1
        log_group: /ecs/shop-prod
        stream_prefix: service1/
      - name: api
        log_group: /aws/apigateway/shop-prod
    since: 1h
    filter: ERROR
"""

RETURN = r"""
actions:
  description: Always empty, the module changes nothing.
  returned: always
  type: list
  elements: str
  sample: []
lines:
  description: The newest events, the oldest of them first.
  returned: always
  type: list
  elements: dict
  contains:
    time:
      description: When it happened, in UTC.
      type: str
      sample: "2025-10-19T10:00:00.123Z"
    source:
      description: Name of the source, and of the task with O(sources[].stream_prefix).
      type: str
      sample: service1/3f2a9c1b
    log_group:
      description: Name of the log group.
      type: str
      sample: /ecs/shop-prod
    log_stream:
      description: Name of the log stream.
      type: str
      sample: service1/service1/3f2a9c1b0d4e4f7a8b6c5d4e3f2a1b0c
    message:
      description: The message.
      type: str
      sample: listening on port 3000
text:
  description: Each event as one line, with time, source and message.
  returned: always
  type: list
  elements: str
  sample: ["2025-10-19T10:00:00.123Z service1/3f2a9c1b listening on port 3000"]
missing:
  description: Log groups that do not exist.
  returned: always
  type: list
  elements: str
  sample: [/aws/lambda/shop-prod-workflow-invoker]
incomplete:
  description:
    - Names of the sources that had more to look through than 50 pages, where older events may be missing.
    - A shorter O(since) helps.
  returned: always
  type: list
  elements: str
  sample: [workflow]
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.orchestra.aws.plugins.module_utils._logs.look import operate
from ansible_collections.orchestra.aws.plugins.module_utils._module import run

SOURCE = {
    "name": {"type": "str", "required": True},
    "log_group": {"type": "str", "required": True},
    "stream_prefix": {"type": "str"},
}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "sources": {"type": "list", "elements": "dict", "options": SOURCE, "required": True},
            "since": {"type": "str", "default": "15m"},
            "filter": {"type": "str", "default": ""},
            "lines": {"type": "int", "default": 100},
        },
        supports_check_mode=True,
    )
    run(module, operate)


if __name__ == "__main__":
    main()
