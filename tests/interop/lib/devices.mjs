// SPDX-License-Identifier: Apache-2.0
// Servers whose rooms are on the software devices of tests/softva.
import assert from 'node:assert/strict';

import {environment} from './environment.mjs';
import {Server} from './server.mjs';
import {until} from './wait.mjs';

export const STAGES = ['decode', 'compose', 'encode'];

// A server that may use these devices, once they have proved themselves.
export async function startOn(devices, flags = {}) {
  const server = await Server.start({
    flags: {device: devices, 'device-deadline-ms': environment.deviceDeadlineMs, ...flags},
    env: environment.softva,
  });
  for (const device of devices) await untilReady(server, device);
  return server;
}

export async function deviceOf(server, spec) {
  return (await server.tool('devices', 'list')).devices.find((one) => one.spec === spec);
}

export const untilReady = (server, spec) => until(`${spec} is ready`, async () => {
  const {state, reason} = await deviceOf(server, spec);
  assert.equal(state, 'ready', reason);
  return true;
});

export async function engineOf(server, room) {
  return (await server.tool('rooms', 'get', room)).engine;
}

// All stages of the room run there, and nowhere else.
export const untilAllOn = (server, room, spec) => until(`${room} is on ${spec}`, async () => {
  const engine = await engineOf(server, room);
  assert.equal(engine.device, spec);
  for (const stage of STAGES) assert.deepEqual(engine[stage], [spec.split(':')[0]], stage);
  return engine;
});
