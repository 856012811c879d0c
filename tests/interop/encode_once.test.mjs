// SPDX-License-Identifier: Apache-2.0
// What the server is for: a picture is encoded once, however many watch it.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {environment} from './lib/environment.mjs';
import {makePeople, people} from './lib/people.mjs';
import {Headless, Server} from './lib/server.mjs';
import {until, watchFor} from './lib/wait.mjs';

const SECONDS = 6;
const endpoints = [];
let server;

before(async () => {
  await makePeople();
  server = await Server.start();
  await server.createRoom('hall');
});

after(async () => {
  await Promise.all(endpoints.map((endpoint) => endpoint.leave()));
  await server?.stop();
});

async function join(name, flags) {
  endpoints.push(
      new Headless(await server.invite('hall', name), {rendition: 'hd', codec: 'vp8', ...flags}));
  await until(`${name} is in the room`, async () => (await server.names('hall')).includes(name));
}

// Encodes per second of each rendition and pictures sent per second, once all have settled.
async function rates() {
  const read = async () => ({
    at: performance.now(),
    hd: await server.metric('continuo_video_encodes_total', {rendition: 'hd', codec: 'vp8'}),
    all: await server.metric('continuo_video_encodes_total'),
    sent: await server.metric('continuo_video_frames_total', {direction: 'out'}),
  });
  const before = await read();
  await until('the room is being encoded', async () => (await read()).hd > before.hd);
  const from = await read();
  await watchFor(1000 * SECONDS);
  const to = await read();
  const seconds = (to.at - from.at) / 1000;
  return Object.fromEntries(
      ['hd', 'all', 'sent'].map((key) => [key, (to[key] - from[key]) / seconds]));
}

test('eight listeners cost no more encodes than one', async (t) => {
  await join(people.helene.name, {video: people.helene.camera, audio: people.helene.microphone});
  await join('listener 1', {});
  const one = await rates();
  for (let i = 2; i <= 8; ++i) await join(`listener ${i}`, {});
  const eight = await rates();
  for (const [people, rate] of [['one listener', one], ['eight listeners', eight]]) {
    t.diagnostic(
        `${people}: ${rate.hd.toFixed(1)} encodes per second of hd in VP8, ` +
        `${rate.all.toFixed(1)} in all, ${rate.sent.toFixed(1)} pictures sent`);
  }
  assert.ok(
      one.hd >= environment.leastAdvances / 2, `the picture moves: ${one.hd} encodes per second`);
  assert.ok(
      Math.abs(eight.hd / one.hd - 1) <= 0.2, `${one.hd} encodes per second became ${eight.hd}`);
  assert.equal(one.all, one.hd, 'nothing else is encoded with one listener');
  assert.equal(eight.all, eight.hd, 'nothing else is encoded with eight listeners');
  // Nine endpoints instead of two: all of them really get the picture.
  assert.ok(
      eight.sent / one.sent > 3.5, `${one.sent} pictures sent per second became ${eight.sent}`);
});
