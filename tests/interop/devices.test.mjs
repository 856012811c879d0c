// SPDX-License-Identifier: Apache-2.0
// A device that is not there costs nothing but a line in the log: rooms are made on the CPU, and
// everybody who asks is told so.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {makePeople, people} from './lib/people.mjs';
import {Headless, Server} from './lib/server.mjs';
import {until} from './lib/wait.mjs';

const NOWHERE = '/dev/dri/renderD999';
const {helene, joao} = people;
const endpoints = [];
let server;

before(async () => {
  await makePeople();
  server = await Server.start({flags: {device: NOWHERE}});
  await server.createRoom('crisis');
});

after(async () => {
  await Promise.all(endpoints.map((endpoint) => endpoint.leave()));
  await server?.stop();
});

const devices = async () => (await server.tool('devices', 'list')).devices;
const engine = async () => (await server.tool('rooms', 'get', 'crisis')).engine;
const refusals = () => server.program.stderr.match(/device\.refused.*/g) ?? [];

test('the server starts, and says on one line why the device is not used', async () => {
  const refused = await until('the device is refused', async () => {
    const [, device] = await devices();
    return device.state === 'refused' ? device : null;
  });
  assert.equal(refused.name, 'devices/renderD999');
  assert.match(refused.reason, /vaapi: .+; vpl: .+/);
  assert.equal(refusals().length, 1);
  assert.match(refusals()[0], /renderD999/);
  assert.equal(
      await server.metric('continuo_device_state', {device: 'renderD999', state: 'refused'}), 1);
});

test('a room is made on the CPU, and metrics and the operator\'s view say so', async () => {
  for (const person of [helene, joao]) {
    endpoints.push(new Headless(
        await server.invite('crisis', person.name),
        {video: person.camera, audio: person.microphone, codec: 'h264'}));
  }
  const working = await until('all stages work', async () => {
    const now = await engine();
    return now.decode.length && now.compose.length && now.encode.length ? now : null;
  });
  assert.deepEqual(
      working,
      {device: 'cpu', decode: ['cpu'], compose: ['cpu'], encode: ['cpu'], deviceFailure: ''});
  assert.equal(await server.metric('continuo_room_device', {room: 'crisis', device: 'cpu'}), 1);
  for (const stage of ['decode', 'compose', 'encode']) {
    const labels = {room: 'crisis', stage, backend: 'cpu'};
    assert.ok(await server.metric('continuo_room_stage_pictures', labels) > 0, stage);
    const totals = {stage, backend: 'cpu'};
    assert.ok(await server.metric('continuo_engine_pictures_total', totals) > 0, stage);
  }
  assert.equal(await server.metric('continuo_engine_pictures_total', {backend: 'vaapi'}), 0);
});

test('nobody can be moved to it, and it can be tested again', async () => {
  const moved = await server.runTool('rooms', 'move', 'crisis', '--device', 'renderD999');
  assert.equal(moved.code, 1);
  assert.match(moved.stderr, /^continuo: The device is not ready: refused: vaapi: .*\n$/i);
  const tested = await server.runTool('devices', 'test', NOWHERE);
  assert.equal(tested.code, 1);
  assert.match(tested.stderr, /not used: vaapi: /);
  assert.equal(refusals().length, 2);
  assert.deepEqual(await server.names('crisis'), [helene.name, joao.name].sort());
});

test('moving a room to where it is disturbs nobody', async () => {
  const mixer = server.mixer();
  for (const device of ['auto', 'cpu']) {
    const room = await server.tool('rooms', 'move', 'crisis', '--device', device);
    assert.equal(room.engine.device, 'cpu');
  }
  assert.equal(server.mixer(), mixer);
});

test('what a room leaves behind is no series', async () => {
  await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.leave()));
  await until('the room is empty', async () => (await server.names('crisis')).length === 0);
  const text = await (await fetch(server.metricsUrl)).text();
  assert.ok(!text.includes('room="crisis"'));
  assert.equal(await server.metric('continuo_device_rooms'), 0);
});
