// SPDX-License-Identifier: Apache-2.0
// The room's events without a browser: a WebSocket client of the few features that are needed (RFC
// 6455), so that the tests depend on no package for it.
import crypto from 'node:crypto';
import http from 'node:http';

import {partsOf} from './server.mjs';

const TEXT = 1;
const CLOSE = 8;

// The first message of the room that a join link leads to: who is there, and which tile is whose.
export async function roomOf(link) {
  const {origin, room, token} = partsOf(link);
  const request = http.request(`${origin}/rooms/${room}/events`, {
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': crypto.randomBytes(16).toString('base64'),
      'Sec-WebSocket-Protocol': `continuo.v1, ${token}`,
    }
  });
  request.end();
  const socket = await new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', ({statusCode}) => reject(new Error(`events: HTTP ${statusCode}`)));
    request.on('upgrade', (response, stream, head) => {
      if (head.length > 0) stream.unshift(head);
      resolve(stream);
    });
  });
  let bytes = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk]);
      const frame = frameOf(bytes);
      if (!frame) continue;
      if (frame.opcode === CLOSE) throw new Error('events: closed');
      if (frame.opcode === TEXT) return JSON.parse(frame.payload.toString());
      bytes = bytes.subarray(frame.size);
    }
  } finally {
    socket.destroy();
  }
  throw new Error('events: ended');
}

// The first whole frame. Servers do not mask theirs, and ours does not fragment its states.
function frameOf(bytes) {
  if (bytes.length < 4) return null;
  const short = bytes[1] & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return null;
  const length = short === 126 ? bytes.readUInt16BE(2) :
      short === 127            ? Number(bytes.readBigUInt64BE(2)) :
                                 short;
  if (bytes.length < start + length) return null;
  return {
    opcode: bytes[0] & 0xf,
    payload: bytes.subarray(start, start + length),
    size: start + length
  };
}
