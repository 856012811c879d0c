// SPDX-License-Identifier: Apache-2.0
// A server that cannot start says why on one line and exits with 1.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import {once} from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {after, before, test} from 'node:test';

import {environment} from './lib/environment.mjs';
import {Program} from './lib/processes.mjs';
import {flagsOf, Server} from './lib/server.mjs';
import {until} from './lib/wait.mjs';

let directory;
const taken = {};

before(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'continuo-'));
  taken.tcp = net.createServer().listen(0, '127.0.0.1');
  taken.udp = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await Promise.all([once(taken.tcp, 'listening'), once(taken.udp, 'listening')]);
});

after(() => {
  taken.tcp.close();
  taken.udp.close();
  fs.rmSync(directory, {recursive: true, force: true});
});

const write = (name, text) => {
  const file = path.join(directory, name);
  fs.writeFileSync(file, text);
  return file;
};
const busyTcp = () => `127.0.0.1:${taken.tcp.address().port}`;
const busyUdp = () => `127.0.0.1:${taken.udp.address().port}`;
const portOf = (address) => new RegExp(`\\b${address.split(':').pop()}\\b`);

async function assertFails(flags, ...reasons) {
  const program = new Program(environment.program('continuod'), flagsOf({
                                'state-dir': path.join(directory, 'state'),
                                http: 'http://127.0.0.1:0',
                                udp: '127.0.0.1:0',
                                metrics: '127.0.0.1:0',
                                ...flags,
                              }));
  const {code} = await until('continuod gives up', () => program.result)
                     .finally(() => program.stop('SIGKILL'));
  assert.equal(code, 1, program.said);
  assert.equal(program.stdout, '', 'it never said that it was ready');
  assert.equal(program.stderr.trim().split('\n').length, 1, program.stderr);
  for (const reason of reasons) assert.match(program.stderr, reason);
}

test(
    'a busy port for pages',
    () => assertFails({http: `http://${busyTcp()}`}, portOf(busyTcp()), /in use/i));
test(
    'a busy port for metrics',
    () => assertFails({metrics: busyTcp()}, portOf(busyTcp()), /in use/i));
test('a busy port for media', () => assertFails({udp: busyUdp()}, portOf(busyUdp()), /in use/i));

// Below a file nobody can make a directory, not even root.
test('a state directory that cannot be written', () => {
  const below = path.join(write('file', ''), 'state');
  return assertFails({'state-dir': below}, /state directory/, new RegExp(below));
});

test('no mixer', () => {
  const nowhere = path.join(directory, 'no-mixer');
  return assertFails({mixer: nowhere}, /mixer/, new RegExp(nowhere), /No such file/);
});

test('an unknown key in the configuration, with its line', () => {
  const config =
      write('unknown.toml', '# a comment\nudp = "127.0.0.1:0"\n\nuddp = "127.0.0.1:0"\n');
  return assertFails({config}, new RegExp(`${config}:4`), /unknown key/, /uddp/);
});
test('a value of the wrong type, with its line', () => {
  const config = write('type.toml', 'udp = 8443\n');
  return assertFails({config, udp: null}, new RegExp(`${config}:1`), /udp/);
});
test('a configuration that is no TOML, with its line', () => {
  const config = write('broken.toml', 'udp = "127.0.0.1:0"\nhttp = \n');
  return assertFails({config}, new RegExp(`${config}:2`));
});
test('a configuration that does not exist', () => {
  const config = path.join(directory, 'none.toml');
  return assertFails({config}, new RegExp(config));
});
test('plain http for other machines', () => assertFails({http: 'http://0.0.0.0:0'}, /loopback/));
test('a flag that there is not', () => assertFails({uddp: '127.0.0.1:0'}, /uddp/));

test('a second server on the same state directory', async () => {
  const first = await Server.start();
  try {
    await assertFails({'state-dir': first.stateDir}, /./);
    await first.createRoom('still-there');
  } finally {
    await first.stop();
  }
});

test('flags override the file, and the server starts', async () => {
  const config = write('good.toml', `http = "http://${busyTcp()}"\nadvertise = ["127.0.0.1"]\n`);
  const server = await Server.start({flags: {config}});
  try {
    assert.equal((await fetch(`${server.pages}/healthz`)).status, 200);
  } finally {
    await server.stop();
  }
});
