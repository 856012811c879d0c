#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes HEVC streams of what libx265 never makes: tiles, dependent slices, PCM, long-term pictures,
reference picture sets in the sequence parameter set, reordered lists, extra header bits.

    hevc_samples.py FOLDER

An intra picture is all PCM, a predicted one all skipped, so it is the first picture of its list
again: whoever takes the wrong reference shows the wrong picture. Clause numbers are H.265's.
"""
import pathlib
import random
import sys

SIDE = 16  # of coding tree blocks
IDR, TRAILING, VIDEO_SET, SEQUENCE_SET, PICTURE_SET = 20, 1, 32, 33, 34
B, P, I = 0, 1, 2

# Tables 9-46 and 9-47.
RANGE_LPS = [tuple(map(int, row.split(","))) for row in """
128,176,208,240 128,167,197,227 128,158,187,216 123,150,178,205 116,142,169,195 111,135,160,185
105,128,152,175 100,122,144,166 95,116,137,158 90,110,130,150 85,104,123,142 81,99,117,135
77,94,111,128 73,89,105,122 69,85,100,116 66,80,95,110 62,76,90,104 59,72,86,99 56,69,81,94
53,65,77,89 51,62,73,85 48,59,69,80 46,56,66,76 43,53,63,72 41,50,59,69 39,48,56,65 37,45,54,62
35,43,51,59 33,41,48,56 32,39,46,53 30,37,43,50 29,35,41,48 27,33,39,45 26,31,37,43 24,30,35,41
23,28,33,39 22,27,32,37 21,26,30,35 20,24,29,33 19,23,27,31 18,22,26,30 17,21,25,28 16,20,23,27
15,19,22,25 14,18,21,24 14,17,20,23 13,16,19,22 12,15,18,21 12,14,17,20 11,14,16,19 11,13,15,18
10,12,15,17 10,12,14,16 9,11,13,15 9,11,12,14 8,10,12,14 8,9,11,13 7,9,11,12 7,9,10,12 7,8,10,11
6,8,9,11 6,7,9,10 6,7,8,9 2,2,2,2""".split()]
NEXT_LPS = list(map(int, """0 0 1 2 2 4 4 5 6 7 8 9 9 11 11 12 13 13 15 15 16 16 18 18 19 19 21 21 22
22 23 24 24 25 26 26 27 27 28 29 29 30 30 30 31 32 32 33 33 33 34 34 35 35 35 36 36 36 37 37 37 38
38 63""".split()))


class Bits:
    def __init__(self):
        self.bits = []

    def u(self, count, value):
        self.bits += [value >> i & 1 for i in reversed(range(count))]

    def ue(self, value):
        length = (value + 1).bit_length()
        self.u(2 * length - 1, value + 1)

    def se(self, value):
        self.ue(2 * value - 1 if value > 0 else -2 * value)

    def finish(self):
        self.u(1, 1)
        self.align()
        return self.bytes()

    def align(self):
        self.u(-len(self.bits) % 8, 0)

    def bytes(self):
        text = "".join(map(str, self.bits))
        return bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))


def escape(payload):
    """With emulation prevention bytes (7.4.1.1)."""
    out, zeros = bytearray(), 0
    for byte in payload:
        if zeros >= 2 and byte <= 3:
            out.append(3)
            zeros = 0
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(out)


def nal(kind, payload):
    return bytes([0, 0, 0, 1, kind << 1, 1]) + escape(payload)


class Cabac:
    """The arithmetic encoder of 9.3.4.7 on, with the contexts that are needed here."""

    def __init__(self, contexts):
        self.out, self.contexts = Bits(), contexts
        self.restart()

    def restart(self):
        self.low, self.range, self.outstanding, self.first = 0, 510, 0, True

    def put(self, bit):
        if self.first:
            self.first = False
        else:
            self.out.u(1, bit)
        self.out.bits += [1 - bit] * self.outstanding
        self.outstanding = 0

    def renormalise(self):
        while self.range < 256:
            if self.low < 256:
                self.put(0)
            elif self.low >= 512:
                self.low -= 512
                self.put(1)
            else:
                self.low -= 256
                self.outstanding += 1
            self.range <<= 1
            self.low <<= 1

    def code(self, context, bit):
        state, likely = self.contexts[context]
        lps = RANGE_LPS[state][self.range >> 6 & 3]
        self.range -= lps
        if bit != likely:
            self.low += self.range
            self.range = lps
            self.contexts[context] = NEXT_LPS[state], 1 - likely if state == 0 else likely
        else:
            self.contexts[context] = min(state + 1, 62), likely
        self.renormalise()

    def terminate(self, bit):
        self.range -= 2
        if not bit:
            self.renormalise()
            return
        self.low += self.range
        self.range = 2
        self.renormalise()
        self.put(self.low >> 9 & 1)
        self.out.u(2, self.low >> 7 & 3 | 1)  # its last bit is also rbsp_stop_one_bit


def initial_contexts(qp):
    """part_mode of intra slices, cu_skip_flag of others (tables 9-11 and 9-7; 9.3.2.2)."""
    contexts = {}
    for name, value in (("part_mode", 184), (0, 197), (1, 185), (2, 201)):
        slope, offset = (value >> 4) * 5 - 45, ((value & 15) << 3) - 16
        state = max(1, min(126, (slope * qp >> 4) + offset))
        contexts[name] = (state - 64, 1) if state > 63 else (63 - state, 0)
    return contexts


class Stream:
    """One stream: what its parameter sets say, and its bytes so far."""

    def __init__(self, columns=8, rows=6, sample_bits=(6, 5), tiles=None, wavefront=False,
                 order_bits=8, sets=(), long_term_orders=(), extra_bits=0, extension=0):
        self.columns, self.rows, self.sample_bits = columns, rows, sample_bits
        self.tiles, self.wavefront, self.order_bits = tiles, wavefront, order_bits
        self.sets, self.long_term_orders = sets, long_term_orders
        self.extra_bits, self.extension = extra_bits, extension
        self.random = random.Random(1)
        self.bytes = self.video_set() + self.sequence_set() + self.picture_set()

    def profile(self, out):
        out.u(8, 1)
        out.u(32, 0x60000000)
        out.u(4, 0b1001)
        out.u(44, 0)
        out.u(8, 93)

    def video_set(self):
        out = Bits()
        out.u(32, 0x0C01FFFF)
        self.profile(out)
        out.u(1, 1)
        for value in (8, 2, 0):
            out.ue(value)
        out.u(6, 0)
        out.ue(0)
        out.u(2, 0)
        return nal(VIDEO_SET, out.finish())

    def sequence_set(self):
        out = Bits()
        out.u(8, 1)
        self.profile(out)
        # id, chroma format, size
        for value in (0, 1, self.columns * SIDE, self.rows * SIDE):
            out.ue(value)
        out.u(1, 0)
        for value in (0, 0, self.order_bits - 4):
            out.ue(value)
        out.u(1, 1)
        for value in (8, 2, 0):
            out.ue(value)
        for value in (1, 0, 0, 2, 0, 0):  # block sizes: coding 16, transform 4 to 16
            out.ue(value)
        out.u(4, 0b0001)  # scaling lists, asymmetric partitions, offsets; PCM
        out.u(4, self.sample_bits[0] - 1)
        out.u(4, self.sample_bits[1] - 1)
        out.ue(1)
        out.ue(0)
        out.u(1, 0)
        out.ue(len(self.sets))
        for i, (before, after) in enumerate(self.sets):
            short_term_set(out, i, before, after)
        out.u(1, 1)
        out.ue(len(self.long_term_orders))
        for order in self.long_term_orders:
            out.u(self.order_bits, order)
            out.u(1, 1)
        out.u(4, 0)  # motion vector prediction, strong smoothing, VUI, extension
        return nal(SEQUENCE_SET, out.finish())

    def picture_set(self):
        out = Bits()
        out.ue(0)
        out.ue(0)
        out.u(2, 0b11)  # dependent slices, output flags
        out.u(3, self.extra_bits)
        out.u(2, 0)
        out.ue(1)  # two active references by default
        out.ue(0)
        out.se(0)
        out.u(3, 0)
        out.se(2)
        out.se(-3)
        out.u(4, 0)
        out.u(1, self.tiles is not None)
        out.u(1, self.wavefront)
        if self.tiles:
            widths, heights = self.tiles
            out.ue(len(widths) - 1)
            out.ue(len(heights) - 1)
            out.u(1, 0)
            for size in widths[:-1] + heights[:-1]:
                out.ue(size - 1)
            out.u(1, 0)
        out.u(3, 0b100)  # across slices; deblocking control, scaling lists
        out.u(1, 1)      # lists may be modified
        out.ue(0)
        out.u(1, self.extension > 0)
        out.u(1, 0)
        return nal(PICTURE_SET, out.finish())

    def tile_of(self, x, y):
        if not self.tiles:
            return 0
        column = sum(x >= sum(self.tiles[0][:i + 1]) for i in range(len(self.tiles[0])))
        row = sum(y >= sum(self.tiles[1][:i + 1]) for i in range(len(self.tiles[1])))
        return row * len(self.tiles[0]) + column

    def scan(self):
        """Tree blocks in coding order (6.5.1)."""
        blocks = [(x, y) for y in range(self.rows) for x in range(self.columns)]
        return sorted(blocks, key=lambda block: self.tile_of(*block))  # stable

    def picture(self, order=0, kind=P, segments=((0, False),), references=None):
        """`segments`: for each, where in coding order it begins, and whether it is dependent.
        `references` writes those of a slice header and says how it goes on."""
        blocks = self.scan()
        starts = [start for start, _ in segments] + [len(blocks)]
        skipped, slice_of, contexts, above = set(), {}, None, {}
        number = -1
        for (start, dependent), end in zip(segments, starts[1:]):
            number += not dependent
            if not dependent or contexts is None:
                contexts = initial_contexts(26)
            data = []  # one substream after the other
            for i in range(start, end):
                x, y = blocks[i]
                slice_of[x, y] = number
                new_tile = i == 0 or self.tile_of(*blocks[i - 1]) != self.tile_of(x, y)
                new_row = self.wavefront and x == 0
                if new_tile:
                    contexts = initial_contexts(26)
                elif new_row:
                    usable = slice_of.get((1, y - 1)) == number
                    contexts = dict(above[y - 1]) if usable else initial_contexts(26)
                if i == start or new_tile or new_row:
                    cabac = Cabac(contexts)
                self.block(cabac, kind, x, y, skipped, slice_of)
                last = i + 1 == end
                cabac.terminate(last)
                if self.wavefront and x == 1:
                    above[y] = dict(cabac.contexts)
                contexts = cabac.contexts
                next_starts = not last and (self.tile_of(*blocks[i + 1]) != self.tile_of(x, y) or
                                            self.wavefront and blocks[i + 1][0] == 0)
                if next_starts:
                    cabac.terminate(1)  # end_of_subset_one_bit
                if last or next_starts:
                    cabac.out.align()
                    data.append(cabac.out.bytes())
            x, y = blocks[start]
            address = y * self.columns + x
            header = self.header(order, kind, address, dependent, references, data)
            payload = header + b"".join(data)
            self.bytes += nal(IDR if kind == I and order == 0 else TRAILING, payload)

    def header(self, order, kind, address, dependent, references, data):
        idr = kind == I and order == 0
        out = Bits()
        out.u(1, address == 0)
        if idr:
            out.u(1, 0)
        out.ue(0)
        if address:
            out.u(1, dependent)
            out.u((self.columns * self.rows - 1).bit_length(), address)
        if not dependent:
            out.u(self.extra_bits, (1 << self.extra_bits) - 1)
            out.ue(kind)
            out.u(1, 1)
            modify = None
            if not idr:
                out.u(self.order_bits, order % (1 << self.order_bits))
                modify = references(out)
            if kind == P:
                active, entries, bits = modify
                out.u(1, active is not None)
                if active is not None:
                    out.ue(active - 1)
                if bits:
                    out.u(1, entries is not None)
                    for entry in entries or ():
                        out.u(bits, entry)
                out.ue(4)  # one merging candidate
            out.se(0)
            out.u(1, 1)  # across slices
        if self.tiles or self.wavefront:
            sizes = [len(escape(b"\1" + part)) - 1 for part in data[:-1]]
            out.ue(len(sizes))
            if sizes:
                out.ue(31)
                for size in sizes:
                    out.u(32, size - 1)
        if self.extension:
            out.ue(self.extension)
            out.u(8 * self.extension, 0)
        return out.finish()

    def block(self, cabac, kind, x, y, skipped, slice_of):
        if kind == P:
            def skips(a, b):
                return (a, b) in skipped and slice_of[a, b] == slice_of[x, y] and \
                    self.tile_of(a, b) == self.tile_of(x, y)
            cabac.code(skips(x - 1, y) + skips(x, y - 1), 1)
            skipped.add((x, y))
            return
        cabac.code("part_mode", 1)
        cabac.terminate(1)  # pcm_flag
        cabac.out.align()
        for bits, count in zip(self.sample_bits, (SIDE * SIDE, SIDE * SIDE // 2)):
            middle, spread = self.random.randrange(1 << bits), self.random.randrange(3)
            for _ in range(count):
                sample = middle + self.random.randint(-spread, spread)
                cabac.out.u(bits, max(0, min((1 << bits) - 1, sample)))
        cabac.restart()


def short_term_set(out, index, before, after):
    """short_term_ref_pic_set() of (distance, used) pairs, without prediction from another set."""
    if index:
        out.u(1, 0)
    out.ue(len(before))
    out.ue(len(after))
    for group in (before, after):
        last = 0
        for distance, used in group:
            out.ue(distance - last - 1)
            out.u(1, used)
            last = distance


def short_term(before, after=(), active=None, entries=None):
    """References written in a slice header of a stream without sets."""
    def write(out):
        out.u(1, 0)
        short_term_set(out, 0, before, after)
        out.ue(0)  # num_long_term_pics
        count = sum(used for _, used in before + tuple(after))
        return active, entries, (count - 1).bit_length()
    return write


def from_sequence_set(stream, index, active=None, entries=None, long_term=()):
    """References by number, with long-term pictures: (lsb, cycles) or an index into the sets'."""
    def write(out):
        out.u(1, 1)
        out.u((len(stream.sets) - 1).bit_length(), index)
        if stream.long_term_orders:
            listed = [place for place in long_term if isinstance(place, int)]
            out.ue(len(listed))
        own = [place for place in long_term if not isinstance(place, int)]
        out.ue(len(own))
        for place in long_term:
            if isinstance(place, int):
                out.u((len(stream.long_term_orders) - 1).bit_length(), place)
                out.u(1, 0)
                continue
            lsb, cycles = place
            out.u(stream.order_bits, lsb)
            out.u(1, 1)
            out.u(1, cycles is not None)
            if cycles is not None:
                out.ue(cycles)
        before, after = stream.sets[index]
        count = sum(used for _, used in before + after) + len(long_term)
        return active, entries, (count - 1).bit_length()
    return write


def tiles():
    # "ColumnWidthInLumaSamples[i] shall be greater than or equal to 256" in Main, rows 64 (A.3.2).
    widths, heights = [16, 18], [4, 5]
    stream = Stream(columns=34, rows=9, sample_bits=(2, 1), tiles=(widths, heights))
    starts = [0, 64, 136, 216]
    stream.picture(kind=I)  # all tiles in one slice
    stream.picture(order=1, references=short_term(((1, 1),), active=1))
    # One segment a tile, every other one dependent.
    segments = [(start, i % 2 == 1) for i, start in enumerate(starts)]
    stream.picture(order=2, kind=I, segments=segments, references=short_term(((1, 1), (2, 1))))
    stream.picture(order=3, segments=segments, references=short_term(((1, 1), (3, 1))))
    # Several segments in a tile.
    segments = sorted(segments + [(3, False), (70, True), (220, True), (300, False)])
    stream.picture(order=4, segments=segments,
                   references=short_term(((2, 1), (4, 1)), entries=(1, 0)))
    return stream


def wavefronts():
    stream = Stream(wavefront=True)
    rows = [(row * stream.columns, row > 0) for row in range(stream.rows)]
    stream.picture(kind=I)
    stream.picture(order=1, references=short_term(((1, 1),), active=1))
    stream.picture(order=2, kind=I, segments=rows, references=short_term(((1, 1),)))
    stream.picture(order=3, segments=rows, references=short_term(((1, 1),), active=1))
    part = [(0, False), (5, True), (8, True), (16, False), (19, False), (24, False)]
    stream.picture(order=4, kind=I, segments=part, references=short_term(((1, 1), (2, 1))))
    stream.picture(order=5, segments=part, references=short_term(((1, 1), (2, 1)), entries=(1, 0)))
    return stream


def headers():
    stream = Stream(extra_bits=2, extension=3)
    slices = [(0, False), (13, False), (20, True), (40, False)]
    for order in range(4):
        stream.picture(order, kind=I, segments=slices,
                       references=short_term(tuple((i + 1, 1) for i in range(order))))
    kept = ((1, 1), (2, 0), (3, 1), (4, 1))
    stream.picture(4, segments=slices, references=short_term(kept, active=3, entries=(2, 2, 0)))
    stream.picture(5, segments=slices,
                   references=short_term(((2, 0), (3, 1), (4, 1), (5, 1)), entries=(1, 0)))
    return stream


def sequence_sets():
    stream = Stream(order_bits=4, sets=(
        (((1, 1),), ()), (((1, 1), (2, 1)), ()), (((1, 1), (2, 0), (3, 1)), ()),
        (((4, 1), (5, 1)), ()), (((2, 1),), ((2, 1),))))
    stream.picture(kind=I)
    stream.picture(1, kind=I, references=from_sequence_set(stream, 0))
    stream.picture(2, kind=I, references=from_sequence_set(stream, 1))
    stream.picture(3, references=from_sequence_set(stream, 2, entries=(1, 0)))
    stream.picture(7, kind=I, references=from_sequence_set(stream, 3))
    stream.picture(5, references=from_sequence_set(stream, 4, entries=(1, 0)))
    return stream


def long_term():
    stream = Stream(sets=(((), ()), (((1, 1),), ())), long_term_orders=(0, 3), order_bits=4)
    stream.picture(kind=I)
    for order in range(1, 4):
        stream.picture(order, kind=I, references=from_sequence_set(stream, 1, long_term=(0,)))
    stream.picture(4, references=from_sequence_set(stream, 1, long_term=(0,), entries=(1, 0)))
    stream.picture(5, kind=I, references=from_sequence_set(stream, 1, long_term=(0, 1)))
    for order in range(12, 60, 7):  # the counts' low bits come round
        cycle = order // 16
        stream.picture(order, references=from_sequence_set(
            stream, 0, long_term=((0, cycle), (5, 0)), active=2,
            entries=(1, 0) if order % 2 else (0, 1)))
    return stream


def far_counts():
    """Counts beyond 16 bits, in strides that the syntax just allows."""
    stream = Stream(sets=(((), ()),), order_bits=16)
    stream.picture(kind=I)
    stream.picture(32767, kind=I,
                   references=from_sequence_set(stream, 0, long_term=((0, 0),)))
    for order in (65534, 98301, 131068, 163835):
        cycle = order >> 16
        stream.picture(order, references=from_sequence_set(
            stream, 0, long_term=((32767, cycle), (0, 0)), active=2,
            entries=(1, 0) if order % 2 else (0, 1)))
    return stream


def main():
    folder = pathlib.Path(sys.argv[1])
    for make in (tiles, wavefronts, headers, sequence_sets, long_term, far_counts):
        (folder / f"{make.__name__}.hevc").write_bytes(make().bytes)


if __name__ == "__main__":
    main()
