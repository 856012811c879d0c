// SPDX-License-Identifier: Apache-2.0
// The people of the tests and what their cameras and microphones give: a real face with a barcode
// across its top, a real voice with a steady tone under it. Where there are no clips, a moving
// pattern and pink noise take the place of face and voice. Made once, kept in the build directory.
//
// Run as a program it only makes them.
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

import {barcodeOf, drawBarcode} from './barcode.mjs';
import {environment} from './environment.mjs';

const WIDTH = 640;
const HEIGHT = 360;
const FRAMES_PER_SECOND = 30;
// Loops of four seconds: all tones are whole numbers of hertz, so that theirs has no seam.
const SECONDS = 4;
export const LOOP_FRAMES = FRAMES_PER_SECOND * SECONDS;
// Whoever changes how the media is made changes this, so that old files are not used.
const VERSION = 2;

// No tone is a low harmonic of another, and all survive the narrowest speech codec.
export const people = {
  helene: {number: 1, name: 'Hélène Dupré', hertz: 440, face: 'book', voice: 'aew_a0001'},
  joao: {number: 2, name: 'João Núñez', hertz: 1010, face: 'student', voice: 'axb_a0004'},
  mirela: {number: 3, name: 'Mirela Țăran', hertz: 1490, face: 'school', voice: 'axb_a0005'},
};
for (const [key, person] of Object.entries(people)) {
  person.camera = path.join(environment.fixtureDir, `${key}-${VERSION}.y4m`);
  person.microphone = path.join(environment.fixtureDir, `${key}-${VERSION}.wav`);
}

function ffmpeg(args) {
  const child =
      spawn('ffmpeg', ['-nostdin', '-v', 'error', ...args], {stdio: ['ignore', 'pipe', 'pipe']});
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => code === 0 ? resolve() : reject(new Error(`ffmpeg: ${errors}`)));
  });
  return {output: child.stdout, ended};
}

// A file that a test finds is always whole: it gets its name last.
async function makeOnce(file, make) {
  if (fs.existsSync(file)) return;
  fs.mkdirSync(path.dirname(file), {recursive: true});
  const unfinished = `${file}.${process.pid}.part`;
  await make(unfinished);
  fs.renameSync(unfinished, file);
}

async function makeCamera(person, file) {
  const clip = path.join(environment.mediaDir, 'webcam', `${person.face}.mkv`);
  const source = fs.existsSync(clip) ? ['-stream_loop', '-1', '-i', clip] : [
    '-f', 'lavfi', '-i',
    `testsrc2=size=${WIDTH}x${HEIGHT}:rate=${FRAMES_PER_SECOND},hue=h=${90 * person.number}`
  ];
  const fit = `fps=${FRAMES_PER_SECOND},` +
      `scale=${WIDTH}:${HEIGHT}:force_original_aspect_ratio=increase,crop=${WIDTH}:${HEIGHT},` +
      'scale=out_range=tv,format=yuv420p';
  const {output, ended} =
      ffmpeg([...source, '-an', '-vf', fit, '-frames:v', `${LOOP_FRAMES}`, '-f', 'rawvideo', '-']);
  const luma = WIDTH * HEIGHT;
  const frame = Buffer.alloc(luma * 3 / 2);
  const out = fs.openSync(file, 'w');
  fs.writeSync(out, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n`);
  let filled = 0;
  let counter = 0;
  for await (const chunk of output) {
    for (let used = 0; used < chunk.length;) {
      const take = Math.min(frame.length - filled, chunk.length - used);
      chunk.copy(frame, filled, used, used + take);
      used += take;
      filled += take;
      if (filled < frame.length) continue;
      drawBarcode(barcodeOf(person.number, counter++), frame, WIDTH, HEIGHT);
      for (const plane of [luma, luma * 5 / 4]) {
        frame.fill(128, plane, plane + WIDTH / 2 * (HEIGHT / 12));  // black and white, not coloured
      }
      fs.writeSync(out, 'FRAME\n');
      fs.writeSync(out, frame);
      filled = 0;
    }
  }
  fs.closeSync(out);
  await ended;
  if (counter !== LOOP_FRAMES) throw new Error(`${clip}: ${counter} frames`);
}

async function makeMicrophone(person, file) {
  const speech = path.join(environment.mediaDir, 'speech', `cmu_arctic_us_${person.voice}.wav`);
  const voice = fs.existsSync(speech) ?
      ['-stream_loop', '-1', '-i', speech] :
      ['-f', 'lavfi', '-i', 'anoisesrc=color=pink:amplitude=0.05:seed=1'];
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=${person.hertz}:sample_rate=48000`];
  const {output, ended} = ffmpeg([
    '-y', ...voice, ...tone, '-filter_complex',
    '[0:a]aresample=48000,volume=0.4[voice];[1:a]volume=1.2[tone];' +
        '[voice][tone]amix=inputs=2:duration=longest:normalize=0',
    '-t', `${SECONDS}`, '-ac', '1', '-c:a', 'pcm_s16le', '-f', 'wav', file
  ]);
  output.resume();
  await ended;
}

export async function makePeople() {
  for (const person of Object.values(people)) {
    await makeOnce(person.camera, (file) => makeCamera(person, file));
    await makeOnce(person.microphone, (file) => makeMicrophone(person, file));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await makePeople();
