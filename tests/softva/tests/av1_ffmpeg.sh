#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# FFmpeg's own AV1 decoder on the driver gives, frame by frame, what libdav1d gives in software, and
# breaks no rule.
set -euo pipefail
source "$(dirname "$0")/av1_streams.sh"

at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
make_av1_streams "$at" 2>/dev/null

sums() { # <options before -i>…: size and checksum of every frame of $stream
  ffmpeg -v error "$@" -i "$stream" -autoscale 0 -vf "${filter:-}format=nv12" -fps_mode passthrough \
    -f framemd5 - | sed -n 's/^[^#].*, *\([0-9]*, [0-9a-f]*\)$/\1/p'
}

on_device() { # <threads>
  filter=hwdownload, sums -threads "$1" -init_hw_device vaapi=va:/dev/dri/renderD128 \
    -hwaccel vaapi -hwaccel_output_format vaapi -c:v av1
}

status=0
export SOFTVA_REPORT=$at/report
for stream in "$at"/*.obu; do
  expected=$(sums -threads 1 -c:v libdav1d)
  for mode in 'intel 0 1' 'intel 1 4' 'amd 0 4'; do
    read -r SOFTVA_PERSONALITY SOFTVA_ASYNC threads <<<"$mode"
    export SOFTVA_PERSONALITY SOFTVA_ASYNC
    if [[ -z $expected || $(on_device "$threads") != "$expected" ]]; then
      echo "$(basename "$stream") differs: personality, asynchronous, threads: $mode"
      status=1
    fi
  done
done
if grep -v '"violations":\[\]' "$at/report"; then status=1; fi
exit $status
