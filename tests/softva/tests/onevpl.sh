#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Intel's own oneVPL runtime of Debian, libmfx-gen1.2, runs on the driver: it is listed as hardware
# through VA-API, decodes what software decodes, and composes three streams and encodes them.
set -euo pipefail
source "$(dirname "$0")/streams.sh"

at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
cd "$at"
make_streams 2>made
status=0
fail() {
  echo "$*"
  status=1
}

# The runtime shows one device for each render node; a machine's other runtimes aren't asked for.
listed=$(vpl-inspect 2>/dev/null)
for line in 'ImplName: mfx-gen' 'Impl: MFX_IMPL_TYPE_HARDWARE' \
  'AccelerationMode: MFX_ACCEL_MODE_VIA_VAAPI'; do
  grep -q "$line" <<<"$listed" || fail "vpl-inspect has no $line"
done

export SOFTVA_REPORT=$at/report
decodes() { # <stream> <sample_decode's name for the codec>
  ffmpeg -v error -y -threads 1 -i "$1" -f rawvideo -pix_fmt nv12 expected
  sample_decode "$2" -hw -vaapi -i "$1" -o decoded >log 2>&1 || true
  cmp expected decoded || { fail "sample_decode: $1 differs"; tail -3 log; }
  rm -f expected decoded
}
for SOFTVA_ASYNC in 0 1; do
  export SOFTVA_ASYNC
  for stream in pyramid high slices scaling matrices baseline; do decodes $stream.264 h264; done
  decodes vp8_altref.ivf vp8
  decodes vp9_altref.ivf vp9
done
report_is_clean || status=1

tile() { # <x> <y>
  echo "-hw -i::h264 pyramid.264 -o::sink -join -vpp_comp_dst_x $1 -vpp_comp_dst_y $2" \
    "-vpp_comp_dst_w 320 -vpp_comp_dst_h 180"
}
compose() { # <encoder's options>…: three streams onto one picture, and that encoded
  {
    tile 0 0
    tile 320 0
    tile 0 180
    # -dist 1: no B pictures, which the driver doesn't offer and the tool doesn't ask about.
    echo "-hw -vpp_comp 3 -w 640 -h 360 -i::source -o::h264 composed.264 -join -dist 1 $*"
  } >parameters
  timeout 120 sample_multi_transcode -par parameters >log 2>&1 || true
  grep -q 'The test PASSED' log || { fail "sample_multi_transcode $*"; tail -3 log; }
  local is
  is=$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames,width,height \
    -of csv=p=0 composed.264)
  [[ $is == 640,360,40 ]] || fail "composed: $is"
  # The first tile is the whole stream's picture at half the size.
  local psnr
  psnr=$(ffmpeg -v info -i composed.264 -i pyramid.264 -lavfi \
    '[0]crop=320:180:0:0,settb=1/25,setpts=N[a];[1]scale=320:180:flags=area,settb=1/25,setpts=N[b];[a][b]psnr' \
    -f null - 2>&1 | sed -n 's/.*average:\([0-9]*\).*/\1/p')
  ((psnr >= 30)) || fail "the first tile: PSNR $psnr"
}
for SOFTVA_ASYNC in 0 1; do
  export SOFTVA_ASYNC
  rm -f report
  compose -cbr -b 2000
  # Its own background is smaller than it says.
  sed -i 's/"VideoProc: source region exceeds the surface[^"]*"//' report
  report_is_clean || status=1
done
exit $status
