#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# FFmpeg decodes on the driver, frame by frame, what it decodes in software; scales and encodes with
# it; and breaks no rule. In both personalities and both modes, with one thread and with several.
set -euo pipefail
source "$(dirname "$0")/streams.sh"

at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
cd "$at"
make_streams 2>made
export SOFTVA_REPORT=$at/report
device='-init_hw_device vaapi=va:/dev/dri/renderD128 -hwaccel vaapi -hwaccel_output_format vaapi'
status=0

sums() { # <filter> <options before -i>…: size and checksum of every frame of $stream
  ffmpeg -v quiet "${@:2}" -i "$stream" -autoscale 0 -vf "$1format=nv12" -fps_mode passthrough \
    -f framemd5 - | sed -n 's/^[^#].*, *\([0-9]*, [0-9a-f]*\)$/\1/p'
}

for stream in *.264 *.ivf; do
  expected=$(sums '' -threads 1)
  for mode in 'intel 0 1' 'intel 1 4' 'amd 1 1' 'amd 0 4'; do
    read -r SOFTVA_PERSONALITY SOFTVA_ASYNC threads <<<"$mode"
    export SOFTVA_PERSONALITY SOFTVA_ASYNC
    # shellcheck disable=SC2086
    if [[ -z $expected || $(sums hwdownload, -threads "$threads" $device) != "$expected" ]]; then
      echo "$stream differs: personality, asynchronous, threads: $mode"
      status=1
    fi
  done
done

# <entry point's option> <rate options>: 40 pictures decoded, scaled and encoded on the device.
encode() {
  # shellcheck disable=SC2086
  ffmpeg -v error -y $device -i pyramid.264 -vf scale_vaapi=320:176 -c:v h264_vaapi "$@" coded.mp4
  local frames
  frames=$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames,width,height \
    -of csv=p=0 coded.mp4)
  [[ $frames == 320,176,40 ]] || { echo "h264_vaapi $*: $frames"; status=1; }
  # Against the same scaled in software: a picture, and the right one.
  local psnr
  psnr=$(ffmpeg -v info -i coded.mp4 -i pyramid.264 -lavfi \
    '[1]scale=320:176:flags=area,settb=1/25,setpts=N[a];[0]settb=1/25,setpts=N[b];[b][a]psnr' -f null - 2>&1 |
    sed -n 's/.*average:\([0-9]*\).*/\1/p')
  ((psnr >= 36)) || { echo "h264_vaapi $*: PSNR $psnr"; status=1; }
}

for mode in 'intel 0' 'intel 1' 'amd 1'; do
  read -r SOFTVA_PERSONALITY SOFTVA_ASYNC <<<"$mode"
  export SOFTVA_PERSONALITY SOFTVA_ASYNC
  encode -qp 24
  encode -b:v 500k -maxrate 500k
  [[ $SOFTVA_PERSONALITY == amd ]] || encode -low_power 1 -b:v 500k
done

report_is_clean || status=1
exit $status
