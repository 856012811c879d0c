// SPDX-License-Identifier: Apache-2.0
// However somebody goes, nobody is left in the roster who is not there.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Browser, closeBrowsers} from './lib/browser.mjs';
import {makePeople, people} from './lib/people.mjs';
import {Server} from './lib/server.mjs';
import {until} from './lib/wait.mjs';

const {helene} = people;
const GONE_WITHIN_MS = 5000;
let server;

before(async () => {
  await makePeople();
  server = await Server.start();
  await server.createRoom('crisis');
});

after(async () => {
  await closeBrowsers();
  await server?.stop();
});

async function join() {
  const browser = await Browser.join(await server.invite('crisis', helene.name), {person: helene});
  await browser.waitUntilConnected();
  await until(
      'Hélène is in the roster', async () => (await server.names('crisis')).includes(helene.name));
  return browser;
}

async function assertGone(t, since) {
  await until(
      'Hélène is gone from the roster', async () => (await server.names('crisis')).length === 0,
      {withinMs: GONE_WITHIN_MS});
  t.diagnostic(`gone after ${Date.now() - since} ms`);
  assert.ok(Date.now() - since <= GONE_WITHIN_MS);
  await until('an empty room has no mixer', () => server.mixer() === undefined);
  await until('no session', async () => await server.metric('continuo_sessions') === 0);
}

test('a closed tab is gone within five seconds', async (t) => {
  const browser = await join();
  const since = Date.now();
  await browser.page.close();
  await assertGone(t, since);
  await browser.close();
});

test('a browser that crashed is gone within five seconds', async (t) => {
  const browser = await join();
  const since = Date.now();
  browser.kill();
  await assertGone(t, since);
  await browser.close();
});

test('whoever is removed by the operator is told so, and stays out', async (t) => {
  const browser = await join();
  const [{name}] = await server.participants('crisis');
  const since = Date.now();
  await server.tool('participants', 'remove', 'crisis', name.split('/').pop());
  await assertGone(t, since);
  await until(
      'the page says so', async () => /removed/i.test(await browser.page.textContent('#status')));
  assert.equal(await browser.state, 'left');
  assert.equal(await browser.evaluate(() => window.probe.connections), 1);
  await browser.close();
});

test('a session that is ended over HTTP is gone for the page, too', async (t) => {
  const browser = await join();
  const url = await browser.evaluate(() => new URL(window.continuo.session.url, location).href);
  const since = Date.now();
  assert.equal((await fetch(url, {method: 'DELETE'})).status, 200);
  await assertGone(t, since);
  await until('the page knows', async () => await browser.state === 'left');
  await browser.close();
});

test('a deleted room ends its calls', async (t) => {
  const browser = await join();
  const since = Date.now();
  await server.tool('rooms', 'delete', 'crisis');
  await until(
      'the page says so', async () => /closed/i.test(await browser.page.textContent('#status')));
  t.diagnostic(`told after ${Date.now() - since} ms`);
  await until('no session', async () => await server.metric('continuo_sessions') === 0);
  assert.deepEqual(await server.rooms(), []);
  await browser.close();
});

test('a page with a bad invitation says so and tries no further', async () => {
  await server.createRoom('crisis');
  const link = await server.invite('crisis', helene.name);
  const browser = await Browser.join(link.slice(0, -6), {person: helene});
  await until(
      'the page says so',
      async () => /not valid/i.test(await browser.page.textContent('#trouble')));
  assert.equal(await browser.state, 'refused');
  assert.deepEqual(await server.names('crisis'), []);
  await browser.close();
});
