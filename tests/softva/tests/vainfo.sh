#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# vainfo lists what the driver offers, in both personalities and on both render nodes.
set -euo pipefail

list() { # <personality> <render node>
  SOFTVA_PERSONALITY=$1 vainfo --display drm --device "/dev/dri/$2" 2>/dev/null |
    sed -n 's/^ *\(VAProfile[A-Za-z0-9_]*\) *:[ \t]*\(VAEntrypoint[A-Za-z]*\)$/\1 \2/p'
}

decoders='VAProfileNone VAEntrypointVideoProc'
for profile in ConstrainedBaseline Main High; do
  decoders+=$'\n'"VAProfileH264$profile VAEntrypointVLD"
done
for profile in VP8Version0_3 VP9Profile0 HEVCMain AV1Profile0; do
  decoders+=$'\n'"VAProfile$profile VAEntrypointVLD"
done

missing() { # <list>: what the argument lacks of standard input
  comm -23 <(sort) <(sort <<<"$1")
}

intel=$(list intel renderD128)
amd=$(list amd renderD129)
status=0
for offered in "$intel" "$amd"; do
  lacks=$(missing "$offered" <<<"$decoders"$'\n''VAProfileH264Main VAEntrypointEncSlice')
  [[ -z $lacks ]] || { echo "missing: $lacks"; status=1; }
done
grep -q 'VAProfileH264Main VAEntrypointEncSliceLP' <<<"$intel" || { echo "intel: no LP"; status=1; }
if grep -q EncSliceLP <<<"$amd"; then echo "amd: has LP"; status=1; fi
exit $status
