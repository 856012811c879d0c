// SPDX-License-Identifier: Apache-2.0
// The frame number as people's cameras show it: two rows of 16 cells, the highest bit at the left,
// white for 1, the lower row the upper one's complement. Across the top sixth of the picture, where
// no name plate is drawn. probe.js reads the same off pages.

const CELLS = 16;
const BLACK = 16;
const WHITE = 235;
// A cell whose middle is between these is neither.
const DARKEST = 100;
const BRIGHTEST = 150;

// The number says who and when, so that a tile cannot show somebody else unnoticed.
const COUNTER_BITS = 12;
export const barcodeOf = (person, counter) => (person << COUNTER_BITS) | counter;
export const personOf = (barcode) => barcode >> COUNTER_BITS;
export const counterOf = (barcode) => barcode & ((1 << COUNTER_BITS) - 1);

// Draws into the luma plane of a picture, `luma[height][width]`.
export function drawBarcode(number, luma, width, height) {
  const rowHeight = Math.floor(height / 12);
  for (let cell = 0; cell < CELLS; ++cell) {
    const one = (number >> (CELLS - 1 - cell)) & 1;
    const from = Math.floor((width * cell) / CELLS);
    const to = Math.floor((width * (cell + 1)) / CELLS);
    for (let y = 0; y < 2 * rowHeight; ++y) {
      luma.fill((y < rowHeight) === Boolean(one) ? WHITE : BLACK, y * width + from, y * width + to);
    }
  }
}

// Reads the number off a tile of a picture whose luma is `luma[y * stride + x]`; null when the
// cells are not clearly black and white or the rows disagree.
export function readBarcode(luma, stride, tile) {
  const rowHeight = tile.height / 12;
  const rows = [0, 1].map((row) => {
    let number = 0;
    for (let cell = 0; cell < CELLS; ++cell) {
      const x = tile.x + (tile.width * (cell + 0.25)) / CELLS;
      const y = tile.y + rowHeight * (row + 0.25);
      let sum = 0;
      let count = 0;
      for (let v = Math.ceil(y); v < y + rowHeight / 2; ++v) {
        for (let u = Math.ceil(x); u < x + tile.width / CELLS / 2; ++u, ++count) {
          sum += luma[v * stride + u];
        }
      }
      const mean = sum / count;
      if (mean > DARKEST && mean < BRIGHTEST) return null;
      number = (number << 1) | (mean >= BRIGHTEST ? 1 : 0);
    }
    return number;
  });
  return rows[0] !== null && rows[0] === (~rows[1] & 0xffff) ? rows[0] : null;
}
