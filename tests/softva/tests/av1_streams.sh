# SPDX-License-Identifier: Apache-2.0
# AV1 streams that use what the standard has, made with the encoders of Debian's FFmpeg. Sourced.

av1_source() { # <size> <frames>: moving, noisy, with sharp edges
  echo "-f lavfi -i testsrc2=size=$1:rate=25,noise=alls=8:allf=t,zoompan=z=1+0.01*in:d=1:s=$1:fps=25 -frames:v $2"
}

av1_encode() { # <file> <size> <frames> <encoder and its options>
  local file=$1 size=$2 frames=$3
  shift 3
  # shellcheck disable=SC2046
  ffmpeg -v error $(av1_source "$size" "$frames") -pix_fmt yuv420p "$@" -f obu -y "$file"
}

make_av1_streams() { # <folder>
  local aom='-c:v libaom-av1 -cpu-used 6 -row-mt 0 -threads 2' svt='-c:v libsvtav1 -preset 9'
  local at=$1
  # shellcheck disable=SC2086
  {
    av1_encode "$at/realtime.obu" 352x288 25 $aom -usage realtime -cpu-used 8 -lag-in-frames 0 \
      -b:v 200k -aq-mode 3
    av1_encode "$at/resilient.obu" 352x288 16 $aom -usage realtime -cpu-used 8 -lag-in-frames 0 \
      -error-resilience 1
    av1_encode "$at/altref.obu" 352x288 40 $aom -lag-in-frames 25 -crf 40 -g 30
    av1_encode "$at/tiles.obu" 640x360 12 $aom -tiles 2x2 -aom-params sb-size=64 -crf 40
    av1_encode "$at/screen.obu" 320x240 10 $aom -crf 30 \
      -aom-params tune-content=screen:enable-palette=1:enable-intrabc=1
    av1_encode "$at/grain.obu" 352x288 12 $aom -crf 40 -aom-params film-grain-test=5
    av1_encode "$at/lossless.obu" 176x144 6 $aom -aom-params lossless=1
    av1_encode "$at/segments.obu" 352x288 16 $aom -crf 35 -aq-mode 1 \
      -aom-params enable-qm=1:deltaq-mode=0
    av1_encode "$at/no_order_hints.obu" 352x288 12 $aom -crf 35 -aom-params enable-order-hint=0
    av1_encode "$at/cropped.obu" 424x242 16 $aom -crf 35 -lag-in-frames 16
    # What quick settings leave out: loop restoration, global motion, superblocks of 128.
    av1_encode "$at/slow.obu" 352x288 10 $aom -cpu-used 2 -crf 45 -lag-in-frames 19 -aom-params \
      sb-size=128
    av1_encode "$at/slow_small_blocks.obu" 320x240 10 $aom -cpu-used 2 -crf 45 \
      -lag-in-frames 19 -aom-params sb-size=64
    av1_encode "$at/pyramid.obu" 352x288 40 $svt -qp 40 -svtav1-params hierarchical-levels=4
    av1_encode "$at/low_delay.obu" 352x288 25 $svt -svtav1-params pred-struct=1:rc=2:tbr=200
    av1_encode "$at/superres.obu" 352x288 16 $svt -qp 40 -svtav1-params superres-mode=2
    av1_encode "$at/noise.obu" 352x288 16 $svt -qp 45 -svtav1-params film-grain=30
  }
  # The size changes at key frames: FFmpeg's surfaces have the size of the first.
  cat "$at"/{tiles,altref,cropped,grain,realtime}.obu >"$at/changing.obu"
}
