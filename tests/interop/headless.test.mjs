// SPDX-License-Identifier: Apache-2.0
// `continuo join --record`: an endpoint without a screen writes what it is sent into a file.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';

import {counterOf, personOf, readBarcode} from './lib/barcode.mjs';
import {environment} from './lib/environment.mjs';
import {makePeople, people} from './lib/people.mjs';
import {outputOf, run} from './lib/processes.mjs';
import {roomOf} from './lib/room_events.mjs';
import {Headless, Server} from './lib/server.mjs';
import {toneLevel} from './lib/tones.mjs';
import {until} from './lib/wait.mjs';

const {helene, joao, mirela} = people;
const SECONDS = 8;
const endpoints = [];
let server;

before(async () => {
  await makePeople();
  server = await Server.start();
  await server.createRoom('archive');
});

after(async () => {
  await Promise.all(endpoints.map((endpoint) => endpoint.leave()));
  await server?.stop();
});

async function join(person, flags) {
  const endpoint = new Headless(
      await server.invite('archive', person.name),
      {video: person.camera, audio: person.microphone, ...flags});
  await until(`${person.name} is in the room`, async () => {
    if (endpoint.program.result) throw new Error(endpoint.program.said);
    return (await server.names('archive')).includes(person.name);
  });
  return endpoint;
}

for (const codec of ['vp8', 'h264']) {
  test(`a recording in ${codec} holds the others' pictures and voices`, async (t) => {
    const file = path.join(server.stateDir, `${codec}.mkv`);
    if (endpoints.length === 0) {
      endpoints.push(await join(helene, {codec: 'vp8'}), await join(joao, {codec: 'h264'}));
    }
    const recorder = await join(mirela, {codec, record: file, duration: `${SECONDS}s`});
    const {tiles} = await until('everybody has a tile', async () => {
      const room = await roomOf(await server.invite('archive', 'nobody'));
      return room.tiles.length === 3 ? room : null;
    });
    const {code} = await recorder.end();
    assert.equal(code, 0, recorder.program.said);
    t.diagnostic(recorder.program.stdout.trim());

    const probed =
        await run('ffprobe', ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file]);
    assert.equal(probed.code, 0, probed.stderr);
    const {streams, format} = JSON.parse(probed.stdout);
    const video = streams.find(({codec_type}) => codec_type === 'video');
    const audio = streams.find(({codec_type}) => codec_type === 'audio');
    assert.equal(streams.length, 2);
    assert.deepEqual([video.codec_name, video.width, video.height], [codec, 1280, 720]);
    assert.equal(audio.codec_name, 'opus');
    const duration = Number(format.duration);
    assert.ok(duration > SECONDS / 2 && duration < SECONDS + 1, `${duration} s of recording`);

    const luma = await outputOf('ffmpeg', [
      '-nostdin', '-v', 'error', '-i', file, '-map', '0:v', '-fps_mode', 'passthrough', '-f',
      'rawvideo', '-pix_fmt', 'gray', '-'
    ]);
    const area = video.width * video.height;
    for (const person of [helene, joao]) {
      const tile = tiles.find(({name}) => name === person.name);
      const counters = new Set();
      let advances = 0;
      let last = null;
      for (let at = 0; at + area <= luma.length; at += area) {
        const barcode = readBarcode(luma.subarray(at, at + area), video.width, tile);
        // Until all three were there, this place of the picture was somebody else's.
        if (barcode === null || personOf(barcode) !== person.number || barcode === last) continue;
        last = barcode;
        ++advances;
        counters.add(counterOf(barcode));
      }
      t.diagnostic(`${person.name}: ${advances} advances in ${duration} s`);
      assert.ok(
          advances / duration >= environment.leastAdvances * 0.75, `${person.name}: ${advances}`);
      assert.ok(counters.size > 20, `${person.name}: ${counters.size} different pictures`);
    }

    const bytes = await outputOf('ffmpeg', [
      '-nostdin', '-v', 'error', '-i', file, '-map', '0:a', '-ss', '2', '-f', 'f32le', '-ac', '1',
      '-ar', '48000', '-'
    ]);
    const sound = new Float32Array(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~3)));
    const [first, second, own] =
        [helene, joao, mirela].map(({hertz}) => toneLevel(sound, 48000, hertz));
    t.diagnostic(`tones: ${[first, second, own].map((level) => level.toFixed(1)).join(', ')} dB`);
    assert.ok(Math.min(first, second) > -45, 'the others are heard');
    assert.ok(own <= Math.min(first, second) - 20, 'the one who records does not hear herself');
    fs.rmSync(file);
    await until(
        `${mirela.name} is gone`,
        async () => !(await server.names('archive')).includes(mirela.name));
  });
}
