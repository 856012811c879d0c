// SPDX-License-Identifier: Apache-2.0
// A crash of the server is an ordinary event: rooms, and the invitations to them, outlive it.
import assert from 'node:assert/strict';
import {after, test} from 'node:test';

import {makePeople, people} from './lib/people.mjs';
import {Headless, partsOf, Server} from './lib/server.mjs';
import {until} from './lib/wait.mjs';

let server;
after(() => server?.stop());

test('rooms survive a kill -9 of continuod, and old invitations still work', async () => {
  await makePeople();
  server = await Server.start();
  await server.createRoom('crisis');
  await server.createRoom('night-shift');
  await server.createRoom('over');
  await server.tool('rooms', 'delete', 'over');
  const link = await server.invite('crisis', people.helene.name);
  const before = new Headless(link, {audio: people.helene.microphone});
  await until('Hélène is in', async () => (await server.names('crisis')).length === 1);

  const mixer = server.mixer();
  await server.kill();
  await until('no mixer outlives its server', () => {
    try {
      process.kill(mixer, 0);
      return false;
    } catch {
      return true;
    }
  });
  await before.program.stop('SIGKILL');
  await server.launch();

  const ids = (await server.rooms()).map(({name}) => name.split('/').pop()).sort();
  assert.deepEqual(ids, ['crisis', 'night-shift']);
  assert.deepEqual(await server.names('crisis'), []);
  const {room, token} = partsOf(link);
  const again =
      new Headless(`${server.pages}/join/${room}#${token}`, {audio: people.helene.microphone});
  await until(
      'Hélène is back', async () => (await server.names('crisis')).includes(people.helene.name));
  await again.leave();
});
