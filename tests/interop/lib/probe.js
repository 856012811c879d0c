// SPDX-License-Identifier: Apache-2.0
// Runs in the page before its own scripts and writes down what a person there would see and hear.
// Changes nothing of what the page does. Times are milliseconds since 1970, as in the test.
'use strict';

(() => {
  const CELLS = 16;
  const DARKEST = 100;
  const BRIGHTEST = 150;
  const now = () => performance.timeOrigin + performance.now();

  const probe = window.probe = {
    openedAt: performance.timeOrigin,
    consentAt: null,
    firstPictureAt: null,
    connections: 0,
    states: [],  // {at, state} of every RTCPeerConnection
    pictures: 0,
    seen: [],  // {at, participant, barcode} whenever a tile shows another barcode than before
    errors: [],
  };

  const devices = navigator.mediaDevices;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints);
    probe.consentAt ??= now();
    return stream;
  };

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      ++probe.connections;
      this.addEventListener(
          'connectionstatechange',
          () => probe.states.push({at: now(), state: this.connectionState}));
    }
  };

  function readBarcode(luma, offset, stride, width, rowHeight) {
    const rows = [];
    for (let row = 0; row < 2; ++row) {
      let number = 0;
      for (let cell = 0; cell < CELLS; ++cell) {
        const fromX = Math.ceil(width * (cell + 0.25) / CELLS);
        const toX = width * (cell + 0.75) / CELLS;
        const fromY = Math.ceil(rowHeight * (row + 0.25));
        const toY = rowHeight * (row + 0.75);
        let sum = 0;
        let count = 0;
        for (let y = fromY; y < toY; ++y) {
          for (let x = fromX; x < toX; ++x, ++count) sum += luma[offset + y * stride + x];
        }
        const mean = sum / count;
        if (mean > DARKEST && mean < BRIGHTEST) return null;
        number = number << 1 | (mean >= BRIGHTEST ? 1 : 0);
      }
      rows.push(number);
    }
    return rows[0] === (~rows[1] & 0xffff) ? rows[0] : null;
  }

  // The luma of a part of a picture: only that is copied out of it.
  async function lumaOf(frame, rect) {
    const bytes = new Uint8Array(frame.allocationSize({rect}));
    const [{offset, stride}] = await frame.copyTo(bytes, {rect});
    return {bytes, offset, stride};
  }

  // Null while the element has no picture to give, which happens around the first one.
  function pictureOf(video) {
    try {
      return new VideoFrame(video);
    } catch (error) {
      if (error.name === 'InvalidStateError') return null;
      throw error;
    }
  }

  const even = (n) => n & ~1;
  const lastBarcode = new Map();

  async function readTiles(video, at) {
    const room = window.continuo?.room;
    if (!room) return;
    const frame = pictureOf(video);
    if (!frame) return;
    try {
      const scale = frame.codedWidth / room.canvas.width;
      for (const tile of room.tiles) {
        const rect = {
          x: even(tile.x * scale),
          y: even(tile.y * scale),
          width: even(tile.width * scale),
          height: even(tile.height * scale / 6),
        };
        const {bytes, offset, stride} = await lumaOf(frame, rect);
        const barcode = readBarcode(bytes, offset, stride, rect.width, tile.height * scale / 12);
        if (barcode === null || barcode === lastBarcode.get(tile.participant)) continue;
        lastBarcode.set(tile.participant, barcode);
        probe.seen.push({at, participant: tile.participant, barcode});
      }
    } finally {
      frame.close();
    }
  }

  function follow(video) {
    const onPicture = () => {
      const at = now();
      probe.firstPictureAt ??= at;
      ++probe.pictures;
      readTiles(video, at)
          .catch((error) => probe.errors.push(String(error)))
          .finally(() => video.requestVideoFrameCallback(onPicture));
    };
    video.requestVideoFrameCallback(onPicture);
  }
  document.addEventListener('DOMContentLoaded', () => follow(document.getElementById('picture')));

  // The mean luma of a part of the canvas over `count` pictures, rounded: what moves fades, what
  // stands still stays.
  probe.averageOf = async (rect, count) => {
    const video = document.getElementById('picture');
    let sum = null;
    for (let i = 0; i < count; ++i) {
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      const frame = new VideoFrame(video);
      const {bytes, offset, stride} = await lumaOf(frame, rect);
      frame.close();
      sum ??= new Float32Array(rect.width * rect.height);
      for (let y = 0; y < rect.height; ++y) {
        for (let x = 0; x < rect.width; ++x)
          sum[y * rect.width + x] += bytes[offset + y * stride + x];
      }
    }
    return Array.from(sum, (value) => Math.round(value / count));
  };

  let analyser;
  // Begins to hear what the room sends.
  probe.listen = async () => {
    const context = new AudioContext({sampleRate: 48000});
    await context.resume();
    analyser = context.createAnalyser();
    analyser.fftSize = 32768;
    analyser.smoothingTimeConstant = 0;
    context.createMediaStreamSource(document.getElementById('picture').srcObject).connect(analyser);
    return context.state;
  };
  // The levels of these frequencies over the last 0.7 s, in dB.
  probe.levels = (frequencies) => {
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(spectrum);
    return frequencies.map((hertz) => {
      const bin = Math.round(hertz * analyser.fftSize / analyser.context.sampleRate);
      return Math.max(...spectrum.subarray(bin - 2, bin + 3), -150);
    });
  };
})();
