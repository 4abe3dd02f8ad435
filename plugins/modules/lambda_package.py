#!/usr/bin/python
# Copyright: Contributors to orchestra.aws
# MIT License (see LICENSE), or GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt), as you choose
# SPDX-License-Identifier: MIT OR GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lambda_package
version_added: 0.1.0
short_description: Make the deployment package of a Lambda function, the same bytes for the same files
description:
  - Packs a directory into a zip file for Lambda. Names are sorted, and times and permissions are fixed, so that the same
    files make the same package on every machine, and an unchanged function is not deployed again.
  - M(community.general.archive) writes the times of the files into the package, so that every checkout makes another
    one, and in check mode it cannot tell the digest that M(amazon.aws.lambda) would see.
  - Makes no call to AWS.
options:
  src:
    description:
      - Directory whose files are packed, with paths relative to it.
      - C(__pycache__) directories, C(*.pyc) and C(*.pyo) are always left out. Links to files are followed, links to
        directories are refused.
    type: path
    required: true
  dest:
    description: The zip file. Directories above it are made. It may lie in O(src), and is then not packed itself.
    type: path
    required: true
  exclude:
    description:
      - Patterns of what is left out, with V(*), V(?) and V([...]). A pattern without a slash is matched against the name
        of every file and directory, one with a slash against the path relative to O(src).
        All that is in a directory that matches is left out.
    type: list
    elements: str
    default: []
  compress:
    description:
      - Compress the files. The package becomes smaller, but different versions of zlib make different bytes of the same
        files, so that another machine may deploy an unchanged function again.
    type: bool
    default: false
author:
  - orchestra.aws contributors (@orchestra)
attributes:
  check_mode:
    description: Can run in check mode and returns what it would do, the digest included, without writing anything.
    support: full
  diff_mode:
    description: Returns the files of the package with their digests, before and after.
    support: full
  idempotent:
    description: When run twice in a row with the same options, the second run changes nothing.
    support: full
notes:
  - Fails over Lambda's limits, which are 52428800 bytes for a zip that is uploaded in a request and less than 262144000
    bytes unzipped.
"""

EXAMPLES = r"""
- name: Pack the function
  orchestra.aws.lambda_package:
    src: files/lambda/invoker
    dest: build/invoker.zip
    exclude: [tests, "*.md"]
"""

RETURN = r"""
actions:
  description: What was done, or in check mode would be done; empty when the package is already right.
  returned: always
  type: list
  elements: str
  sample: ["update package build/invoker.zip: change handler.py"]
package:
  description: The package.
  returned: success
  type: dict
  contains:
    path:
      description: The zip file.
      type: str
      sample: build/invoker.zip
    sha256_base64:
      description: Digest of the zip as Lambda reports it in C(CodeSha256); in check mode of the zip to be written.
      type: str
      sample: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    files:
      description: Names of the files in the package, sorted.
      type: list
      elements: str
      sample: [handler.py]
    size:
      description: Bytes of the zip.
      type: int
      sample: 4711
    unzipped_size:
      description: Bytes of its files.
      type: int
      sample: 4589
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.orchestra.aws.plugins.module_utils._lambda.package import ensure
from ansible_collections.orchestra.aws.plugins.module_utils._module import InputError


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "src": {"type": "path", "required": True},
            "dest": {"type": "path", "required": True},
            "exclude": {"type": "list", "elements": "str", "default": []},
            "compress": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    try:
        outcome = ensure(module.params, module.check_mode)
    except InputError as error:
        module.fail_json(msg=str(error))
    module.exit_json(
        changed=outcome.changed,
        actions=outcome.actions,
        diff={"before": outcome.before, "after": outcome.after},
        **outcome.result,
    )


if __name__ == "__main__":
    main()
