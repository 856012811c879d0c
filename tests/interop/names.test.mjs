// SPDX-License-Identifier: Apache-2.0
// The picture that a listener gets says who is who, accents included.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Browser, closeBrowsers} from './lib/browser.mjs';
import {readPlate} from './lib/name_plates.mjs';
import {makePeople, people} from './lib/people.mjs';
import {Headless, Server} from './lib/server.mjs';
import {until} from './lib/wait.mjs';

// Each with what it could be taken for: accents lost, changed, or read in another encoding.
const lookalikes = {
  'Hélène Dupré': [
    'Helene Dupre', 'Hélene Dupré', 'Helène Dupré', 'Hèlène Dupré', 'Hélène Dupre', 'Hélène Duprè',
    'HÃ©lÃ¨ne DuprÃ©', 'H?l?ne Dupr?'
  ],
  'Helene Dupre': ['Hélène Dupré', 'Hélene Dupré', 'Hélène Dupre', 'Helene Dupré'],
  'Mirela Țăran': ['Mirela Taran', 'Mirela Țaran', 'Mirela Tăran', 'Mirela Ţâran', 'Mirela ??ran'],
};
const endpoints = [];
let server;
let listener;

before(async () => {
  await makePeople();
  server = await Server.start();
  await server.createRoom('names');
  const cameras = Object.values(people);
  for (const [index, name] of Object.keys(lookalikes).entries()) {
    const {camera, microphone} = cameras[index];
    endpoints.push(
        new Headless(await server.invite('names', name), {video: camera, audio: microphone}));
    await until(
        `${name} is in the room`, async () => (await server.names('names')).length === index + 1);
  }
  listener = await Browser.join(await server.invite('names', 'Zoë'), {query: {rendition: 'hd'}});
  await listener.waitUntilConnected();
});

after(async () => {
  await closeBrowsers();
  await Promise.all(endpoints.map((endpoint) => endpoint.leave()));
  await server?.stop();
});

for (const [name, others] of Object.entries(lookalikes)) {
  test(`the plate says ${name}, and not something like it`, async (t) => {
    const tile = await listener.tileOf(name);
    // The first pictures of a call are coarse.
    const {likeness, preferences} = await until(`a legible ${name}`, async () => {
      const read = await readPlate(listener, tile, name, others);
      if (read.likeness < 0.8) throw new Error(JSON.stringify(read));
      return read;
    });
    t.diagnostic(
        `${name}: likeness ${likeness.toFixed(3)}; ` +
        others.map((other, index) => `not ${other}: ${preferences[index].toFixed(2)}`).join(', '));
    others.forEach(
        (other, index) => assert.ok(preferences[index] > 0.5, `the plate may say ${other}`));
  });
}
