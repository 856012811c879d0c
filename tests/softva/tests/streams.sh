# SPDX-License-Identifier: Apache-2.0
# H.264, VP8 and VP9 streams that use what decoders find hard, made with Debian's encoders. Sourced.

source_pictures() { # <size> <frames>: moving and noisy
  echo "-f lavfi -i testsrc2=size=$1:rate=25,noise=alls=6:allf=t -frames:v $2 -pix_fmt yuv420p"
}

h264_encode() { # <name> <size> <frames> <options>…
  # shellcheck disable=SC2046
  ffmpeg -v error $(source_pictures "$2" "$3") -c:v libx264 -preset medium "${@:4}" -f h264 "$1.264"
}

vpx_encode() { # <name> <options>…
  # shellcheck disable=SC2046
  ffmpeg -v error $(source_pictures 352x288 40) "${@:2}" -f ivf "$1.ivf"
}

without() { # <name of the result> <name> <numbers of the pictures lost>…
  local lost
  lost=$(printf '+eq(n\\,%s)' "${@:3}")
  ffmpeg -v error -i "$2.264" -c copy -bsf:v "noise=drop=${lost#+}" "$1.264"
}

make_streams() { # in the working directory
  h264_encode pyramid 640x360 40 -x264-params \
    bframes=3:b-adapt=0:b-pyramid=normal:weightp=2:weightb=1:ref=4
  h264_encode high 640x360 30 -x264-params 8x8dct=1:ref=5:bframes=3:direct=auto:weightb=1
  h264_encode slices 640x360 30 -x264-params slices=4:direct=temporal:bframes=2
  h264_encode scaling 352x288 20 -x264-params cqm=jvt:8x8dct=1
  # Lists that aren't symmetric, unlike the standard's own: their order shows.
  h264_encode matrices 352x288 20 -x264-params \
    "8x8dct=1:cqm4=$(seq -s, 12 27):cqm8=$(seq -s, 12 75)"
  h264_encode refresh 352x288 40 -x264-params intra-refresh=1:keyint=20:bframes=0
  h264_encode baseline 352x288 30 -profile:v baseline -x264-params ref=3
  h264_encode packets 352x288 20 -tune zerolatency -x264-params slice-max-size=1200
  h264_encode mbaff 704x576 20 -flags +ilme+ildct -x264-params tff=1:bframes=2
  h264_encode cropped 424x242 20 -x264-params bframes=2
  without lossy pyramid 12 23
  without lossy_baseline baseline 9 20
  cat baseline.264 pyramid.264 cropped.264 >changing.264
  vpx_encode vp8_altref -c:v libvpx -auto-alt-ref 1 -lag-in-frames 16 -b:v 300k -cpu-used 4
  vpx_encode vp8_partitions -c:v libvpx -slices 4 -b:v 600k -deadline realtime -cpu-used 8 \
    -error-resilient 1
  vpx_encode vp9_altref -c:v libvpx-vp9 -auto-alt-ref 1 -lag-in-frames 16 -b:v 300k -cpu-used 5
  vpx_encode vp9_realtime -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 200k
}

# Intel's runtime, the only one that sets a buffer's number of elements, waits for a surface in one
# thread while another is about to begin with it, and now and then too early. What it then reads is
# compared with the right pictures anyway.
INTEL_WAITS_EARLY='"BufferSetNumElements".*"violations":\[("MapBuffer: surface read without vaSyncSurface",?)+\]'

# Whether the driver's report, $SOFTVA_REPORT, has no rule broken and nothing left over.
report_is_clean() {
  if grep -v '"violations":\[\]' "$SOFTVA_REPORT" | grep -Ev "$INTEL_WAITS_EARLY"; then return 1; fi
  if grep -E '"leaks":\{[^}]*:[1-9]' "$SOFTVA_REPORT"; then return 1; fi
}
