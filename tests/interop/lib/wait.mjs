// SPDX-License-Identifier: Apache-2.0
import {setTimeout as sleep} from 'node:timers/promises';

import {environment} from './environment.mjs';

// Asks `condition` until it gives something true, and gives that. After `withinMs` an error that
// says what was waited for and what the last answer was. What the condition throws counts as "not
// yet".
export async function until(
    what, condition, {withinMs = environment.patienceMs, everyMs = 50} = {}) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    let answer;
    try {
      answer = await condition();
    } catch (error) {
      answer = error;
    }
    if (answer && !(answer instanceof Error)) return answer;
    if (Date.now() >= deadline) {
      throw new Error(`${what}: not within ${withinMs} ms; last: ${answer?.stack ?? answer}`);
    }
    await sleep(everyMs);
  }
}

// Watches for as long as a measurement has to last.
export const watchFor = sleep;
