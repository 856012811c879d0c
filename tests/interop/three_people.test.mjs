// SPDX-License-Identifier: Apache-2.0
// Three people in one room with real browsers: one sends VP8, one H.264, one only listens. Then the
// mixer is killed under them. With CONTINUO_TEST_DEVICE their pictures are made on a device, with
// CONTINUO_TEST_CODEC=h264 all of them.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {advancesOf, Browser, closeBrowsers} from './lib/browser.mjs';
import {startOn, STAGES} from './lib/devices.mjs';
import {environment} from './lib/environment.mjs';
import {makePeople, people} from './lib/people.mjs';
import {Server} from './lib/server.mjs';
import {until, watchFor} from './lib/wait.mjs';

const {helene, joao} = people;
const senders = [helene, joao];
let server;
const pages = {};

before(async () => {
  await makePeople();
  server = environment.device ? await startOn([environment.device]) : await Server.start();
  await server.createRoom('crisis');
  const link = (name) => server.invite('crisis', name);
  const join = async (key, name, options) => {
    pages[key] = await Browser.join(await link(name), options);
    await pages[key].waitUntilConnected();
  };
  const codec = environment.heleneCodec;
  await join('helene', helene.name, {person: helene, query: {codec, rendition: 'hd'}});
  await join('joao', joao.name, {person: joao, query: {codec: 'h264', rendition: 'hd'}});
  await join('listener', 'Zoë', {query: {codec, rendition: 'hd'}});
});

after(async () => {
  await closeBrowsers();
  await server?.stop();
});

const each = (action) => Promise.all(Object.entries(pages).map(([key, page]) => action(page, key)));

test('everybody sees a first picture within two seconds of consent', async (t) => {
  await each(async (page, key) => {
    await until(
        `a picture on ${key}'s page`, () => page.evaluate(() => window.probe.firstPictureAt));
    const {openedAt, consentAt, firstPictureAt} = await page.evaluate(() => window.probe);
    const ms = firstPictureAt - (consentAt ?? openedAt);
    t.diagnostic(`${key}: first picture after ${ms.toFixed(0)} ms`);
    assert.ok(ms <= environment.firstPictureMs, `${key}'s first picture took ${ms} ms`);
  });
});

test('whoever comes later sees those who are there within two seconds', async (t) => {
  const there = {joao: [helene], listener: senders};
  for (const [key, persons] of Object.entries(there)) {
    const {openedAt, consentAt} = await pages[key].evaluate(() => window.probe);
    for (const person of persons) {
      const [first] = await until(`${person.name} on ${key}'s page`, async () => {
        const seen = await pages[key].seen(person);
        return seen.length > 0 ? seen : null;
      });
      const ms = first.at - (consentAt ?? openedAt);
      t.diagnostic(`${key} sees ${person.name} after ${ms.toFixed(0)} ms`);
      assert.ok(ms <= environment.firstPictureMs, `${key} saw ${person.name} after ${ms} ms`);
    }
  }
});

test('every page shows every sender live, in the right tile', async (t) => {
  await each(async (page, key) => {
    const rates = await page.liveRates(senders);
    t.diagnostic(`${key}: ${rates.map((rate) => rate.toFixed(1)).join(', ')} pictures per second`);
    for (const rate of rates) assert.ok(rate >= environment.leastAdvances, `${key}: ${rates}`);
    assert.deepEqual(await page.evaluate(() => window.probe.errors), []);
  });
});

test('the device makes all pictures that it can', {skip: !environment.device}, async (t) => {
  const backend = environment.device?.split(':')[0];
  const picturesOf = (labels) => server.metric('continuo_engine_pictures_total', labels);
  for (const stage of STAGES) {
    assert.ok(await picturesOf({stage, backend}) > 0, `${stage} on the device`);
  }
  assert.equal(await picturesOf({stage: 'compose', backend: 'cpu'}), 0);
  assert.equal(await picturesOf({stage: 'decode', backend: 'cpu'}), 0);
  // A picture leaves the device only for an encoder that it lacks: VP8's, here.
  const downloads = await server.metric('continuo_device_downloads_total');
  const inSoftware = await picturesOf({stage: 'encode', backend: 'cpu'});
  t.diagnostic(`${downloads} downloads for ${inSoftware} pictures encoded on the CPU`);
  assert.equal(inSoftware > 0, environment.heleneCodec === 'vp8');
  // All that a mixer counts is read at nearly one moment.
  assert.ok(downloads <= inSoftware * 1.1, `${downloads} downloads`);
});

test('each gets the codec that it sends', async () => {
  const codecs = async (page) => page.evaluate(async () => {
    const stats = [...(await window.continuo.pc.getStats()).values()];
    const codecOf = (type) => {
      const stream = stats.find((one) => one.type === type && one.kind === 'video');
      return stats.find((one) => one.id === stream.codecId).mimeType;
    };
    return [codecOf('outbound-rtp'), codecOf('inbound-rtp')];
  });
  const helenes = `video/${environment.heleneCodec.toUpperCase()}`;
  assert.deepEqual(await codecs(pages.helene), [helenes, helenes]);
  assert.deepEqual(await codecs(pages.joao), ['video/H264', 'video/H264']);
});

test('everybody hears the others, and nobody himself', async (t) => {
  await each(async (page, key) => {
    await page.listen();
    const [first, second] = await until(`${key} hears the others`, async () => {
      const levels = await page.toneLevels(senders);
      const heard = senders.every((person, index) => people[key] === person || levels[index] > -50);
      return heard ? levels : null;
    });
    t.diagnostic(
        `${key}: ${helene.hertz} Hz at ${first.toFixed(1)} dB, ` +
        `${joao.hertz} Hz at ${second.toFixed(1)} dB`);
    if (key === 'helene')
      assert.ok(first <= second - 20, 'Hélène hears herself');
    else if (key === 'joao')
      assert.ok(second <= first - 20, 'João hears himself');
    else
      assert.ok(Math.abs(first - second) < 12, 'the listener hears one much louder than the other');
  });
});

test('the mixer is killed: no page reconnects, the picture is back in two seconds', async (t) => {
  await each((page) => page.evaluate(() => {
    window.probe.pcBefore = window.continuo.pc;
  }));
  const killed = server.mixer();
  assert.ok(killed, 'continuod has a mixer');
  const killedAt = Date.now();
  process.kill(killed, 'SIGKILL');
  await until('another mixer', () => server.mixer() && server.mixer() !== killed);
  await watchFor(environment.pictureBackMs + 3000);

  await each(async (page, key) => {
    const {connections, states, samePc, state} =
        await page.evaluate(() => ({
                              connections: window.probe.connections,
                              states: window.probe.states,
                              samePc: window.continuo.pc === window.probe.pcBefore,
                              state: window.continuo.state,
                            }));
    assert.deepEqual(states.filter(({at}) => at >= killedAt), [], `${key}: connection states`);
    assert.equal(connections, 1, `${key}: connections made`);
    assert.ok(samePc && state === 'connected', `${key}: ${state}`);

    for (const person of senders) {
      const seen = await page.seen(person, killedAt - 1000);
      assert.ok(seen[0].at < killedAt, `${key}: ${person.name} was there`);
      // The longest time without news, from before the kill until now.
      const times = [...seen.map(({at}) => at), Date.now()];
      const outage = Math.max(...times.slice(1).map((at, index) => at - times[index]));
      const liveAt = killedAt + environment.pictureBackMs;
      const back = seen.filter(({at}) => at >= liveAt && at < liveAt + 2000);
      const rate = advancesOf(back.map(({counter}) => counter)) / 2;
      t.diagnostic(
          `${key} missed ${person.name} for ${outage.toFixed(0)} ms at most; ` +
          `two seconds after the kill ${rate} pictures per second`);
      assert.ok(outage <= environment.pictureBackMs, `${key}: no ${person.name} for ${outage} ms`);
      assert.ok(rate >= environment.leastAdvances / 2, `${key}: ${person.name} at ${rate}`);
    }
    const rates = await page.liveRates(senders);
    assert.ok(Math.min(...rates) >= environment.leastAdvances, `${key}: ${rates}`);
  });
});
