#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Debian's oneVPL runtime for Intel, libmfx-gen1.2, decodes AV1 on the driver to what libdav1d gives
# in software. Synchronously alone: its thread that waits for a surface may do so before the other
# has said vaEndPicture.
set -euo pipefail
source "$(dirname "$0")/av1_streams.sh"

at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
make_av1_streams "$at" 2>/dev/null

status=0
export SOFTVA_REPORT=$at/report
for stream in "$at"/*.obu; do
  name=$(basename "$stream" .obu)
  # Sizes that grow make sample_decode give up.
  [[ $name != changing ]] || continue
  ffmpeg -v error -i "$stream" -c copy "$at/$name.ivf"
  ffmpeg -v error -threads 1 -c:v libdav1d -i "$stream" -vf format=nv12 -f rawvideo "$at/expected"
  sample_decode av1 -hw -i "$at/$name.ivf" -o "$at/decoded" >"$at/log" 2>&1 || true
  if ! cmp "$at/expected" "$at/decoded"; then
    tail -3 "$at/log"
    status=1
  fi
  rm -f "$at/expected" "$at/decoded"
done
if grep -v '"violations":\[\]' "$at/report"; then status=1; fi
exit $status
