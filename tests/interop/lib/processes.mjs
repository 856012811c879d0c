// SPDX-License-Identifier: Apache-2.0
// Programs that a test starts. None outlives it: each is killed with its id when the test ends, and
// by the kernel if the test itself is killed.
import {spawn} from 'node:child_process';
import fs from 'node:fs';

const running = new Set();
const started = [];
const LAST_WORDS = 20_000;

process.on('exit', (code) => {
  for (const child of running) child.kill('SIGKILL');
  // What the programs said explains most failures.
  if (code === 0) return;
  for (const program of started) fs.writeSync(2, `${program.said.slice(-LAST_WORDS)}\n`);
});

// A program and what it says. `exited` settles with {code, signal}.
export class Program {
  constructor(file, args, {quiet = false, env = {}} = {}) {
    const command = fs.existsSync('/usr/bin/setpriv') ?
        ['/usr/bin/setpriv', ['--pdeathsig', 'KILL', file, ...args]] :
        [file, args];
    this.name = [file, ...args].join(' ');
    this.stdout = '';
    this.stderr = '';
    this.child = spawn(
        ...command, {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, ...env}});
    running.add(this.child);
    if (!quiet) started.push(this);
    this.child.stdout.on('data', (text) => {
      this.stdout += text;
    });
    this.child.stderr.on('data', (text) => {
      this.stderr += text;
    });
    this.result = null;
    this.exited = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.stderr += error;
      });
      this.child.on('close', (code, signal) => {
        running.delete(this.child);
        this.result = {code, signal};
        resolve(this.result);
      });
    });
  }

  get pid() {
    return this.child.pid;
  }

  async stop(signal = 'SIGTERM') {
    if (!this.result) this.child.kill(signal);
    return this.exited;
  }

  // What a sanitizer found in the program or in its children.
  get defects() {
    return /^.*(ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:)[^]*/m
        .exec(this.stderr)
        ?.[0];
  }

  get said() {
    return `${this.name} said:\n${this.stdout}${this.stderr}`;
  }
}

// A program that only answers; what it says is the caller's.
export async function run(file, args) {
  const program = new Program(file, args, {quiet: true});
  const {code} = await program.exited;
  return {code, stdout: program.stdout, stderr: program.stderr};
}

// The whole of what a program writes, which must end well.
export async function outputOf(file, args) {
  const program = new Program(file, args);
  const chunks = [];
  program.child.stdout.removeAllListeners('data');
  program.child.stdout.on('data', (chunk) => chunks.push(chunk));
  const {code} = await program.exited;
  if (code !== 0) throw new Error(program.said);
  return Buffer.concat(chunks);
}

// The children of a process whose program has this name, dead ones left out.
export function childrenOf(parent, name) {
  const found = [];
  for (const entry of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = fs.readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [, comm, state, ppid] = /^\d+ \((.*)\) (\S) (\d+) /s.exec(stat);
      if (Number(ppid) === parent && state !== 'Z' && comm === name) found.push(Number(entry));
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}
