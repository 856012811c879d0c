// SPDX-License-Identifier: Apache-2.0
// Where the programs under test, the media and the browser are; and how fast they can be expected
// to be. Everything comes from the environment, with defaults for a run by hand.
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

const binDir = path.resolve(process.env.CONTINUO_BIN_DIR ?? path.join(checkout, 'build/dev/bin'));

const softvaDir = path.resolve(process.env.CONTINUO_SOFTVA_DIR ?? path.join(binDir, '../softva'));

// A build with sanitizers is several times slower. What is heard, who is where and what is refused
// stays the same there; only frame rates and times are relaxed.
const sanitized = process.env.CONTINUO_SANITIZED === '1';

export const environment = {
  program: (name) => path.join(binDir, name),
  fixtureDir:
      path.resolve(process.env.CONTINUO_FIXTURE_DIR ?? path.join(binDir, '../tests/interop/media')),
  mediaDir: path.resolve(process.env.CONTINUO_MEDIA ?? path.join(checkout, '../shared/media')),
  // Where a test's rooms are made, "vaapi:/dev/dri/renderD128"; nothing for the CPU.
  device: process.env.CONTINUO_TEST_DEVICE ?? null,
  // What Hélène sends, and she and the listener are sent, in the main job; a device may lack VP8.
  heleneCodec: process.env.CONTINUO_TEST_CODEC ?? 'vp8',
  // When a call into a device counts as one that hangs, where that is not what is tested: a device in
  // software takes its time on a busy machine. Where it is: what a server does by itself.
  deviceDeadlineMs: sanitized ? 3000 : 1000,
  hangDeadlineMs: sanitized ? 3000 : 300,
  // What makes two GPUs of tests/softva appear to a program.
  softva: {
    LD_PRELOAD: path.join(softvaDir, 'libsoftva_i915.so'),
    LIBVA_DRIVERS_PATH: softvaDir,
    LIBVA_DRIVER_NAME: 'soft',
    LIBVA_MESSAGING_LEVEL: '0',
  },
  chromium: process.env.CONTINUO_CHROMIUM ?? '/usr/bin/chromium',
  sanitized,
  // Pictures per second that every tile must show, of the 25 that the room draws.
  leastAdvances: sanitized ? 10 : 20,
  // What the specification promises a person, in milliseconds.
  firstPictureMs: sanitized ? 5_000 : 2_000,
  pictureBackMs: sanitized ? 5_000 : 2_000,
  // How long to wait for what has no time of its own: a busy machine is not a failure.
  patienceMs: sanitized ? 90_000 : 30_000,
};
