#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Says which sources of ours clang-format would write otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."
find base metrics crypto media transport codecs hwaccel mcu api server cli tests bench \
  -path '*/node_modules' -prune -o \( -name '*.h' -o -name '*.cc' \) -print0 |
  xargs -0 clang-format-19 --dry-run -Werror
