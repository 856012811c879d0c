#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# HEVC through ffmpeg -hwaccel vaapi, with one thread and, asynchronously, four; and through Intel's
# oneVPL runtime: every frame is the one that libavcodec decodes in software, and no rule is broken.
# Then streams with broken bits, which nobody has to decode but everybody to outlive.
set -euo pipefail
source "$(dirname "$0")/streams.sh"

here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
status=0
fail() { echo "$*"; status=1; }

encode() { # <name> <size> <frames> <preset> <x265 parameters> [ffmpeg arguments…]
  local name=$1 size=$2 frames=$3 preset=$4 parameters=$5
  shift 5
  env -u LD_PRELOAD ffmpeg -nostdin -v error -f lavfi -i "testsrc2=s=$size:r=25,noise=alls=6:allf=t" "$@" \
    -frames:v "$frames" -pix_fmt yuv420p -c:v libx265 -preset "$preset" \
    -x265-params "log-level=none:$parameters" "$name.hevc"
}

scaling_lists() { # as libx265 reads them: all different, and none symmetric
  local seed=1 block plane side i
  for block in INTRA4X4 INTER4X4 INTRA8X8 INTER8X8 INTRA16X16 INTER16X16 INTRA32X32 INTER32X32; do
    side=8
    [[ $block == *4X4 ]] && side=4
    for plane in LUMA CHROMAU CHROMAV; do
      echo "${block}_$plane ="
      for ((i = 0; i < side * side; ++i)); do
        seed=$((seed * 1103515245 + 12345 & 0x7fffffff))
        echo "$((16 + (seed >> 16) % 48)),"
      done
      [[ $block == *[48]X[48] ]] || printf '%s_DC =\n%d,\n' "${block}_$plane" $((20 + (seed >> 8) % 9))
    done
  done
}

encode pyramid 416x240 30 medium bframes=8:b-adapt=0:b-pyramid=1:ref=5:rect=1:amp=1
encode ultrafast 416x240 20 ultrafast ''
encode fades 416x240 30 fast bframes=3:weightp=1:weightb=1 -vf fade=in:0:15,fade=out:15:15
encode slices 416x240 16 fast slices=4
encode wavefronts 640x480 12 fast ctu=16
encode one_row 416x240 16 fast wpp=0:strong-intra-smoothing=0:temporal-mvp=0
encode open_gop 208x120 60 fast keyint=15:min-keyint=15:open-gop=1:bframes=4
encode default_lists 208x120 16 fast scaling-list=default
scaling_lists >lists
encode own_lists 208x120 16 fast "scaling-list=$folder/lists"
encode lossless 208x120 8 fast lossless=1
encode partly_lossless 208x120 12 medium cu-lossless=1:rd=6:tskip=1
encode filters 208x120 16 fast deblock=-2,3:sao=0:cbqpoffs=3:crqpoffs=-4:qp=38
encode unfiltered 416x240 16 fast no-deblock=1:sao=1:constrained-intra=1
encode one_reference 208x120 24 fast ref=1:bframes=0
encode many_references 208x120 40 fast ref=15:bframes=0:allow-non-conformance=1
encode refresh 416x240 30 fast intra-refresh=1:bframes=0:keyint=15
encode cropped 426x238 16 fast ''
encode small_blocks 322x182 16 slow min-cu-size=8:ctu=16:max-tu-size=16:qg-size=16
cat one_row.hevc cropped.hevc filters.hevc >sizes.hevc
env -u LD_PRELOAD "$here/hevc_samples.py" .

decode() { # <stream> [ffmpeg arguments…]: the frames' hashes, decoded by what the arguments say
  local stream=$1
  shift
  ffmpeg -nostdin -v error "$@" -f framemd5 - 2>"$stream.log" | awk -F, '!/^#/ {print $6}'
}
on_driver=(-init_hw_device vaapi=va:/dev/dri/renderD128 -hwaccel vaapi
  -hwaccel_output_format vaapi)
export SOFTVA_REPORT=$folder/report

for stream in *.hevc; do
  decode "$stream" -threads 1 -i "$stream" -pix_fmt nv12 >expected
  [[ -s expected ]] || fail "$stream: not decoded in software"
  for threads in 1 4; do
    SOFTVA_ASYNC=$((threads > 1)) decode "$stream" -threads $threads "${on_driver[@]}" -i "$stream" \
      -vf hwdownload,format=nv12 >got
    cmp -s expected got || fail "$stream: ffmpeg, $threads threads: $(wc -l <got) frames, not the" \
      "$(wc -l <expected) of software; $(head -1 "$stream.log")"
  done
  # ffmpeg would scale to the first size, and the runtime knows no level above 6.2.
  [[ $stream == sizes.hevc || $stream == lossless.hevc ]] && continue
  ffmpeg -nostdin -v error -threads 1 -i "$stream" -vsync passthrough -pix_fmt nv12 -f rawvideo expected.yuv \
    -y
  for memory in '' -vaapi; do
    sample_decode h265 -i "$stream" -hw -o got.yuv $memory >"$stream.log" 2>&1 || true
    cmp -s expected.yuv got.yuv || fail "$stream: sample_decode $memory: not what software decodes"
    rm -f got.yuv
  done
done
[[ $(grep -c '"EndPicture"' report) -gt 50 ]] || fail 'hardly ran on the driver'
report_is_clean || fail 'rules were broken, or something is left over'

for stream in pyramid slices wavefronts tiles long_term; do
  for amount in 100 2000; do
    ffmpeg -nostdin -v quiet "${on_driver[@]}" -bsf:v "noise=amount=$amount" -i $stream.hevc \
      -vf hwdownload,format=nv12 -f null - || [[ $? -lt 128 ]] || fail "$stream: died of noise"
  done
done
exit $status
