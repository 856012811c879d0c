#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# FFmpeg's own AV1 decoder, GStreamer's and that of Intel's oneVPL runtime give on the driver what
# libdav1d gives in software, and break no rule.
set -euo pipefail
source "$(dirname "$0")/streams.sh"
source "$(dirname "$0")/av1_streams.sh"

at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
cd "$at"
LD_PRELOAD='' make_av1_streams . 2>made
export GST_REGISTRY=$at/registry SOFTVA_REPORT=$at/report
status=0
fail() {
  echo "$*"
  status=1
}

sums() { # <filter before nv12> <options before -i>…: size and checksum of every frame of $stream
  ffmpeg -v error "${@:2}" -i "$stream" -autoscale 0 -vf "$1format=nv12" -fps_mode passthrough \
    -f framemd5 - | sed -n 's/^[^#].*, *\([0-9]*, [0-9a-f]*\)$/\1/p'
}

on_device() { # <threads>
  sums hwdownload, -threads "$1" -init_hw_device vaapi=va:/dev/dri/renderD128 -hwaccel vaapi \
    -hwaccel_output_format vaapi -c:v av1
}

for stream in *.obu; do
  expected=$(sums '' -threads 1 -c:v libdav1d)
  [[ -n $expected ]] || fail "$stream: nothing to compare with"
  for mode in 'intel 0 1' 'intel 1 4' 'amd 0 4'; do
    read -r SOFTVA_PERSONALITY SOFTVA_ASYNC threads <<<"$mode"
    export SOFTVA_PERSONALITY SOFTVA_ASYNC
    [[ $(on_device "$threads") == "$expected" ]] ||
      fail "ffmpeg: $stream differs: personality, asynchronous, threads: $mode"
  done
done
export SOFTVA_PERSONALITY=intel

decode() { # <expected> <who> <command>…: leaves its pictures in ./decoded
  rm -f decoded
  timeout 100 "${@:3}" >log 2>&1 || true
  cmp "$1" decoded || { fail "$2: $stream differs"; tail -3 log; }
}

core=$(LD_PRELOAD='' gst-inspect-1.0 filesrc 2>/dev/null | sed -n 's/^ *Filename *//p')
mkdir plugins
for plugin in coreelements ivfparse va videoconvertscale videoparsersbad; do
  ln -s "$(dirname "$core")/libgst$plugin.so" plugins/
done
export GST_PLUGIN_SYSTEM_PATH_1_0=$at/plugins

for stream in *.obu; do
  ffmpeg -v error -y -i "$stream" -c copy coded.ivf
  for format in yuv420p nv12; do
    ffmpeg -v error -y -threads 1 -c:v libdav1d -i "$stream" -autoscale 0 -vf format=$format \
      -f rawvideo $format
  done
  for SOFTVA_ASYNC in 0 1; do
    export SOFTVA_ASYNC
    decode yuv420p gstreamer gst-launch-1.0 -q filesrc location=coded.ivf ! ivfparse ! av1parse \
      ! vaav1dec ! videoconvert ! video/x-raw,format=I420 ! filesink location=decoded
    # Sizes that grow make sample_decode give up.
    [[ $stream == changing.obu ]] ||
      decode nv12 onevpl sample_decode av1 -hw -i coded.ivf -o decoded
  done
done

report_is_clean || status=1
exit $status
