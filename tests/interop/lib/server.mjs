// SPDX-License-Identifier: Apache-2.0
// The real continuod on free ports of this machine's loopback, with a state directory of its own,
// and the operator's tool to tell it what to do.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import {environment} from './environment.mjs';
import {childrenOf, Program, run} from './processes.mjs';
import {until} from './wait.mjs';

const READY = /ready: pages (\S+), media udp port (\d+), metrics (\S+), control (\S+)/;

export class Server {
  // Every flag can be overridden or, with null, left out.
  static async start({stateDir, flags = {}, env = {}} = {}) {
    const server = new Server(stateDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'continuo-')));
    server.ownsStateDir = !stateDir;
    await server.launch(flags, env);
    return server;
  }

  constructor(stateDir) {
    this.stateDir = stateDir;
  }

  async launch(flags = {}, env = {}) {
    this.program = new Program(environment.program('continuod'), flagsOf({
                                 'state-dir': this.stateDir,
                                 http: 'http://127.0.0.1:0',
                                 udp: '127.0.0.1:0',
                                 metrics: '127.0.0.1:0',
                                 ...flags,
                               }), {env});
    const ready = await until('continuod is ready', () => {
      if (this.program.result) return {ended: true};
      return READY.exec(this.program.stdout);
    });
    if (ready.ended) throw new Error(`continuod did not start: ${this.program.stderr}`);
    [, this.pages, , this.metricsUrl, this.control] = ready;
  }

  // As a crash would.
  async kill() {
    await this.program.stop('SIGKILL');
  }

  async stop() {
    const {code, signal} = await this.program.stop('SIGTERM');
    if (this.ownsStateDir) fs.rmSync(this.stateDir, {recursive: true, force: true});
    if (code !== 0) throw new Error(`continuod ended with ${code ?? signal}`);
    if (this.program.defects) throw new Error(this.program.defects);
  }

  // The `continuo` tool on this server: its answer as an object.
  async tool(...args) {
    const {code, stdout, stderr} = await this.runTool(...args);
    if (code !== 0) throw new Error(`continuo ${args.join(' ')}: exit code ${code}: ${stderr}`);
    return stdout.trim() ? JSON.parse(stdout) : null;
  }

  runTool(...args) {
    return run(environment.program('continuo'), [...args, '--json', '--control', this.control]);
  }

  createRoom(room) {
    return this.tool('rooms', 'create', room);
  }
  async rooms() {
    return listIn(await this.tool('rooms', 'list'), 'rooms');
  }
  async participants(room) {
    return listIn(await this.tool('participants', 'list', room), 'participants');
  }
  async names(room) {
    return (await this.participants(room)).map((one) => one.displayName ?? one.display_name).sort();
  }

  // A join link.
  async invite(room, name, ...more) {
    return (await this.tool('rooms', 'invite', room, '--as', name, ...more)).url;
  }

  // The process with the codecs of the one room that has people in it.
  mixer() {
    return childrenOf(this.program.pid, 'continuo-mixer')[0];
  }

  // The sum of all samples of a metric whose labels hold the given ones.
  async metric(name, labels = {}) {
    const text = await (await fetch(this.metricsUrl)).text();
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    let sum = 0;
    for (const line of text.split('\n')) {
      const sample = /^(\w+)(\{.*\})? (\S+)$/.exec(line);
      if (sample?.[1] !== name || !wanted.every((label) => sample[2]?.includes(label))) continue;
      sum += Number(sample[3]);
    }
    return sum;
  }
}

export function flagsOf(flags) {
  return Object.entries(flags)
      .filter(([, value]) => value !== null)
      .flatMap(([flag, value]) => [value].flat().flatMap((one) => [`--${flag}`, one]));
}

const listIn = (answer, key) => Array.isArray(answer) ? answer : answer?.[key] ?? [];

// What a join link is made of.
export function partsOf(link) {
  const url = new URL(link);
  return {origin: url.origin, room: url.pathname.split('/').pop(), token: url.hash.slice(1)};
}

// An endpoint without a screen: `continuo join`.
export class Headless {
  constructor(link, flags = {}) {
    this.program = new Program(environment.program('continuo'), ['join', link, ...flagsOf(flags)]);
  }
  // Says goodbye and writes what it has to write.
  async leave() {
    const {code, signal} = await this.program.stop('SIGINT');
    if (code !== 0) throw new Error(`continuo join ended with ${code ?? signal}`);
  }
  async end() {
    return this.program.exited;
  }
}
