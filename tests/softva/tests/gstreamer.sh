#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# GStreamer's va elements run on the driver: decoders give what FFmpeg decodes in software, the
# compositor and both encoders make a stream that decodes, and no rule is broken.
set -euo pipefail
source "$(dirname "$0")/streams.sh"

at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
cd "$at"
make_streams 2>made
export GST_REGISTRY=$at/registry SOFTVA_REPORT=$at/report
# The plugins that this needs, and no other: several look for a GPU as soon as they are loaded.
core=$(LD_PRELOAD='' gst-inspect-1.0 filesrc 2>/dev/null | sed -n 's/^ *Filename *//p')
plugins=$(dirname "$core")
mkdir plugins
rm -f registry
for plugin in coreelements ivfparse typefindfunctions va videoconvertscale videoparsersbad; do
  ln -s "$plugins/libgst$plugin.so" plugins/
done
export GST_PLUGIN_SYSTEM_PATH_1_0=$at/plugins
status=0
fail() {
  echo "$*"
  status=1
}

pipeline() { timeout 60 gst-launch-1.0 -q "$@" 2>log || { fail "$*"; tail -3 log; }; }

# Reading the plugins opens devices too, and is nobody's business.
elements=$(gst-inspect-1.0 va | sed -n 's/^ *\(va[a-z0-9]*\):.*/\1/p')
for element in vah264dec vavp8dec vavp9dec vapostproc vacompositor vah264enc vah264lpenc; do
  grep -qx "$element" <<<"$elements" || fail "no $element"
done
rm -f report

decodes() { # <stream> <parser> <decoder>
  ffmpeg -v quiet -y -i "$1" -f rawvideo -pix_fmt yuv420p expected
  # shellcheck disable=SC2086
  pipeline filesrc location="$1" ! $2 ! "$3" ! videoconvert ! video/x-raw,format=I420 \
    ! filesink location=decoded
  cmp expected decoded || fail "$3: $1 differs"
}

for mode in 'intel 0' 'intel 1' 'amd 0'; do
  read -r SOFTVA_PERSONALITY SOFTVA_ASYNC <<<"$mode"
  export SOFTVA_PERSONALITY SOFTVA_ASYNC
  rm -f registry  # it knows the elements of one personality
  for stream in pyramid high slices scaling matrices baseline cropped; do
    decodes $stream.264 h264parse vah264dec
  done
  decodes vp8_altref.ivf ivfparse vavp8dec
  decodes vp9_realtime.ivf 'ivfparse ! vp9parse' vavp9dec
done

coded_is() { # <width,height,frames>
  local is
  is=$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames,width,height \
    -of csv=p=0 coded.264)
  [[ $is == "$1" ]] || fail "coded: $is instead of $1"
}

decoded='filesrc location=pyramid.264 ! h264parse ! vah264dec'
for mode in 'intel 0' 'intel 1'; do
  read -r SOFTVA_PERSONALITY SOFTVA_ASYNC <<<"$mode"
  export SOFTVA_PERSONALITY SOFTVA_ASYNC
  for encoder in 'vah264enc rate-control=cbr bitrate=500' 'vah264lpenc rate-control=cqp'; do
    # shellcheck disable=SC2086
    pipeline $decoded ! vapostproc ! 'video/x-raw(memory:VAMemory),width=320,height=176' \
      ! $encoder ! h264parse ! filesink location=coded.264
    coded_is 320,176,40
  done
  # Two streams, one half transparent over the other.
  # shellcheck disable=SC2086
  pipeline vacompositor name=c sink_1::xpos=320 sink_1::ypos=180 sink_1::width=160 \
    sink_1::height=90 sink_1::alpha=0.5 \
    ! 'video/x-raw(memory:VAMemory),format=NV12,width=640,height=360' \
    ! vah264enc rate-control=cqp ! h264parse ! filesink location=coded.264 \
    $decoded ! queue ! c.sink_0 $decoded ! queue ! c.sink_1
  coded_is 640,360,40
done

report_is_clean || status=1
exit $status
