// SPDX-License-Identifier: Apache-2.0
// How loud each person's tone is in recorded sound.

// The level of one frequency in dB relative to a full-scale sine, over the whole of `samples`
// (-1 to 1), by a Hann-windowed single-bin DFT: leakage of other tones stays far below 20 dB.
export function toneLevel(samples, sampleRate, hertz) {
  const omega = (2 * Math.PI * hertz) / sampleRate;
  let real = 0;
  let imaginary = 0;
  for (let n = 0; n < samples.length; ++n) {
    const windowed = samples[n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / samples.length));
    real += windowed * Math.cos(omega * n);
    imaginary += windowed * Math.sin(omega * n);
  }
  const amplitude = (4 * Math.hypot(real, imaginary)) / samples.length;
  return 20 * Math.log10(Math.max(amplitude, 1e-9));
}
