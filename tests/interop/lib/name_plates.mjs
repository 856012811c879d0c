// SPDX-License-Identifier: Apache-2.0
// Reads name plates by comparing them with the same names as a browser draws them: not an OCR,
// which guesses words, but a judge of which of some names it is. It tells "é" from "e" and from
// "è".

// Where a tile's plate is, and how large its letters are: the room's canvas has 720 lines, on which
// letters have 36, or an 18th of a large tile.
const PLATE_HEIGHT = 60;
export function plateRect(tile) {
  const margin = (Math.min(tile.width, tile.height) >> 5) & ~1;
  const width = Math.min(tile.width - 2 * margin, 480) & ~1;
  return {
    x: tile.x + margin,
    y: (tile.y + tile.height - margin - PLATE_HEIGHT) & ~1,
    width,
    height: PLATE_HEIGHT
  };
}

export const fontHeight = (tile) => Math.max(36, Math.floor(tile.height / 18));

// Draws each name in white on black, all on the same base line, and cuts them to the rows and
// columns that any of them uses; runs in any page.
function drawNames({names, pixels}) {
  const width = 640;
  const height = 2 * pixels;
  const context = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
  context.font = `600 ${pixels}px "Noto Sans", "DejaVu Sans", sans-serif`;
  const right = Math.ceil(Math.max(...names.map((name) => context.measureText(name).width)));
  const pictures = names.map((name) => {
    context.fillStyle = 'black';
    context.fillRect(0, 0, width, height);
    context.fillStyle = 'white';
    context.fillText(name, 0, 1.4 * pixels);
    const {data} = context.getImageData(0, 0, right, height);
    return Array.from(
        {length: height},
        (_, y) => Array.from({length: right}, (_, x) => data[4 * (y * right + x)]));
  });
  const inked = (y) => pictures.some((rows) => rows[y].some((value) => value > 32));
  return pictures.map((rows) => rows.filter((_, y) => inked(y)));
}

// How the place (x0, y0) of a picture follows the ink: picture = offset + scale * ink, and how
// well. Only `width` columns of the ink are this name's own.
function fit(ink, width, luma, rect, x0, y0) {
  const n = ink.length * width;
  let a = 0, b = 0, aa = 0, bb = 0, ab = 0;
  for (let y = 0; y < ink.length; ++y) {
    for (let x = 0; x < width; ++x) {
      const p = ink[y][x];
      const q = luma[(y0 + y) * rect.width + x0 + x];
      a += p;
      b += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
  }
  const covariance = ab - a * b / n;
  const scale = covariance / (aa - a * a / n);
  const likeness = covariance / Math.sqrt((aa - a * a / n) * (bb - b * b / n) || Infinity);
  return {x0, y0, scale, offset: (b - scale * a) / n, likeness};
}

// Whether the picture has what only the first ink has: 1, or what only the second has: -1.
function preference(ink, other, luma, rect, {x0, y0, scale, offset}) {
  let sum = 0;
  let most = 0;
  for (let y = 0; y < ink.length; ++y) {
    for (let x = 0; x < ink[y].length; ++x) {
      const difference = ink[y][x] - other[y][x];
      const seen = (luma[(y0 + y) * rect.width + x0 + x] - offset) / scale;
      sum += difference * (seen - (ink[y][x] + other[y][x]) / 2);
      most += difference * difference / 2;
    }
  }
  return sum / most;
}

// How well the plate of a tile reads as this name (`likeness`, at most 1), and for each lookalike
// whether the name (1) or the lookalike (-1) is what stands there.
export async function readPlate(page, tile, name, lookalikes) {
  const rect = plateRect(tile);
  const luma = await page.evaluate(({rect}) => window.probe.averageOf(rect, 25), {rect});
  const [ink, ...others] =
      await page.evaluate(drawNames, {names: [name, ...lookalikes], pixels: fontHeight(tile)});
  const width = 1 + Math.max(...ink.map((row) => row.findLastIndex((value) => value > 32)));
  let best = {likeness: -1};
  for (let y = 0; y + ink.length <= rect.height; ++y) {
    for (let x = 0; x <= Math.min(40, rect.width - ink[0].length); ++x) {
      const found = fit(ink, width, luma, rect, x, y);
      if (found.likeness > best.likeness) best = found;
    }
  }
  return {
    likeness: best.likeness,
    preferences: others.map((other) => preference(ink, other, luma, rect, best)),
  };
}
