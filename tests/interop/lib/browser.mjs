// SPDX-License-Identifier: Apache-2.0
// A person with a browser: a Chromium process of its own, because what its camera and microphone
// give is chosen for a whole process.
import {chromium} from 'playwright-core';

import {counterOf, personOf} from './barcode.mjs';
import {environment} from './environment.mjs';
import {LOOP_FRAMES} from './people.mjs';
import {childrenOf} from './processes.mjs';
import {until, watchFor} from './wait.mjs';

const open = new Set();

export class Browser {
  // Opens a join link. `person` has the camera and microphone; without one it only listens.
  static async join(link, {person = null, query = {}} = {}) {
    const before = new Set(childrenOf(process.pid, 'chromium'));
    const chrome = await chromium.launch({
      executablePath: environment.chromium,
      headless: true,
      chromiumSandbox: process.getuid() !== 0,
      args: [
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        ...(person ?
                [
                  `--use-file-for-fake-video-capture=${person.camera}`,
                  `--use-file-for-fake-audio-capture=${person.microphone}`
                ] :
                []),
        '--allow-loopback-in-peer-connection',
        '--disable-background-networking',
        '--mute-audio',
      ],
    });
    const browser = new Browser();
    browser.chrome = chrome;
    browser.pid = childrenOf(process.pid, 'chromium').find((pid) => !before.has(pid));
    open.add(browser);
    browser.log = [];
    browser.page = await chrome.newPage({viewport: {width: 640, height: 480}});
    browser.page.on('console', (message) => browser.log.push(message.text()));
    browser.page.on('pageerror', (error) => browser.log.push(String(error)));
    await browser.page.addInitScript({path: new URL('./probe.js', import.meta.url).pathname});
    const url = new URL(link);
    const defaults = {lang: 'en', ...(person ? {raw: '1'} : {listen: '1'})};
    for (const [key, value] of Object.entries({...defaults, ...query})) {
      url.searchParams.set(key, value);
    }
    browser.goneToAt = Date.now();
    await browser.page.goto(url.href);
    return browser;
  }

  evaluate(...args) {
    return this.page.evaluate(...args);
  }

  get state() {
    return this.evaluate(() => window.continuo.state);
  }

  async waitUntilConnected() {
    await until('the page is connected', async () => await this.state === 'connected')
        .catch(async (error) => {
          throw new Error(
              `${error.message}; status "${await this.page.textContent('#status')}", ` +
              `"${await this.page.textContent('#trouble')}"; console: ${this.log.join('\n')}`);
        });
  }

  // The participant number of a name, once it has a tile here.
  async tileOf(name) {
    return until(
        `a tile for ${name}`,
        () => this.evaluate(
            (wanted) => window.continuo.room?.tiles.find((tile) => tile.name === wanted), name));
  }

  // What was seen of a person's tile since `since`: {at, counter}. Somebody else there is an error.
  async seen(person, since = 0) {
    const {participant} = await this.tileOf(person.name);
    const seen = await this.evaluate(
        ({participant, since}) =>
            window.probe.seen.filter((one) => one.participant === participant && one.at >= since),
        {participant, since});
    for (const {barcode} of seen) {
      if (personOf(barcode) !== person.number || counterOf(barcode) >= LOOP_FRAMES) {
        throw new Error(`the tile of ${person.name} showed barcode ${barcode}`);
      }
    }
    return seen.map(({at, barcode}) => ({at, counter: counterOf(barcode)}));
  }

  // Pictures per second of each person's tile, watched for a few seconds at a time until all are
  // fast enough, because the first seconds of a call and a busy machine prove nothing.
  async liveRates(persons, {least = environment.leastAdvances, seconds = 3, attempts = 6} = {}) {
    let rates;
    for (let attempt = 0; attempt < attempts; ++attempt) {
      const since = await this.evaluate(() => performance.timeOrigin + performance.now());
      await watchFor(1000 * seconds);
      rates = [];
      for (const person of persons) {
        const seen = (await this.seen(person, since)).filter(({at}) => at < since + 1000 * seconds);
        rates.push(advancesOf(seen.map(({counter}) => counter)) / seconds);
      }
      if (Math.min(...rates) >= least) break;
    }
    return rates;
  }

  async listen() {
    // Sound needs a gesture on a page that only listens; a person would press the button too.
    if (await this.page.isVisible('#hear')) await this.page.click('#hear');
    const state = await this.evaluate(() => window.probe.listen());
    if (state !== 'running') throw new Error(`the page's sound is ${state}`);
  }

  // The level of each person's tone in dB: the median of three seconds.
  async toneLevels(persons) {
    const heard = persons.map(() => []);
    for (let i = 0; i < 12; ++i) {
      await watchFor(250);
      const levels =
          await this.evaluate((all) => window.probe.levels(all), persons.map(({hertz}) => hertz));
      levels.forEach((level, index) => heard[index].push(level));
    }
    return heard.map((levels) => levels.sort((a, b) => a - b)[levels.length >> 1]);
  }

  // As a crash or a pulled plug would: no goodbye.
  kill() {
    process.kill(this.pid, 'SIGKILL');
  }

  async close() {
    open.delete(this);
    await this.chrome.close().catch(() => {});
  }
}

export async function closeBrowsers() {
  for (const browser of [...open]) await browser.close();
}

// How often a looped camera moved on. A step back that is no new round of the loop is an error:
// pictures in the wrong order.
export function advancesOf(counters) {
  let advances = 0;
  for (let i = 1; i < counters.length; ++i) {
    const step = (counters[i] - counters[i - 1] + LOOP_FRAMES) % LOOP_FRAMES;
    if (step > LOOP_FRAMES / 2) throw new Error(`picture ${counters[i]} after ${counters[i - 1]}`);
    ++advances;
  }
  return advances;
}
