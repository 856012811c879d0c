// SPDX-License-Identifier: Apache-2.0
// What must not work says why, in a sentence, and leaves nothing behind.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {claimsOf, identityOf, macced, privateKeyOf, sign, unsigned} from './lib/invitations.mjs';
import {partsOf, Server} from './lib/server.mjs';
import {until} from './lib/wait.mjs';

let server;
let token;

before(async () => {
  server = await Server.start();
  await server.createRoom('crisis');
  await server.createRoom('other');
  ({token} = partsOf(await server.invite('crisis', 'Hélène Dupré')));
});

after(() => server?.stop());

// The offer of a client that can do nothing but this codec.
function offerOf(kind, codec) {
  return [
    'v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0',
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 100`, 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=ice-ufrag:user',
    'a=ice-pwd:passwordpasswordpassword', `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
    'a=setup:actpass', 'a=rtcp-mux', 'a=sendrecv', `a=rtpmap:100 ${codec}`, ''
  ].join('\r\n');
}
const goodOffer = offerOf('video', 'VP8/90000');

async function post(
    {room = 'crisis', bearer = token, offer = goodOffer, type = 'application/sdp'} = {}) {
  const headers = {'Content-Type': type};
  if (bearer !== null) headers.Authorization = `Bearer ${bearer}`;
  const response =
      await fetch(`${server.pages}/rooms/${room}/session`, {method: 'POST', headers, body: offer});
  return {status: response.status, headers: response.headers, text: await response.text()};
}

// A refusal that a person can read, and no session, participant or mixer because of it.
async function assertRefused(request, status, reason) {
  const {status: got, text} = await post(request);
  assert.equal(got, status, text);
  assert.match(text, reason);
  assert.match(text, /^[^\n{<]+\.?\n?$/, 'one plain line');
  assert.equal(await server.metric('continuo_sessions'), 0);
  assert.deepEqual(await server.participants('crisis'), []);
  assert.equal(server.mixer(), undefined);
}

// What was ended is gone as soon as the network thread has heard of it.
const assertNoSession = () =>
    until('no session', async () => await server.metric('continuo_sessions') === 0);

describe('an invitation', () => {
  const forged = () => ({...claimsOf(token), name: 'Somebody Else'});
  const anybody = privateKeyOf(crypto.randomBytes(32));
  const identity = () => identityOf(`${server.stateDir}/identity.key`);

  test('is needed', () => assertRefused({bearer: null}, 401, /invitation/i));
  test(
      'is refused when it is no token',
      () => assertRefused({bearer: 'let-me-in'}, 401, /invitation/i));
  test(
      'is refused when it is for another room', () => assertRefused({room: 'other'}, 403, /room/i));
  test(
      'is refused when it is cut',
      () => assertRefused({bearer: token.slice(0, -4)}, 401, /invitation/i));
  test(
      'is refused when another key signed it',
      () => assertRefused({bearer: sign(forged(), anybody)}, 401, /invitation/i));
  test('is refused when its text was changed', () => {
    const [header, , signature] = token.split('.');
    const text = Buffer.from(JSON.stringify(forged())).toString('base64url');
    return assertRefused({bearer: `${header}.${text}.${signature}`}, 401, /invitation/i);
  });
  test(
      'is refused when nobody signed it',
      () => assertRefused({bearer: unsigned(forged())}, 401, /invitation/i));
  test(
      'is refused when it has a MAC for a signature',
      () => assertRefused({bearer: macced(forged(), identity())}, 401, /invitation/i));
  test('is refused when it has expired', () => {
    const hourAgo = Math.floor(Date.now() / 1000) - 3600;
    const expired = {...claimsOf(token), iat: hourAgo - 3600, exp: hourAgo};
    return assertRefused({bearer: sign(expired, identity())}, 401, /expired/i);
  });
  test('is accepted as Node signs it with the server\'s own key', async () => {
    const {status, headers} = await post({bearer: sign(claimsOf(token), identity())});
    assert.equal(status, 201);
    const ended = await fetch(new URL(headers.get('Location'), server.pages), {method: 'DELETE'});
    assert.equal(ended.status, 200);
    await assertNoSession();
  });
});

describe('an offer', () => {
  const fill = 'a=x-fill:0123456789\r\n';
  test(
      'is refused when it is too large',
      () => assertRefused({offer: goodOffer + fill.repeat(10_000)}, 413, /large/i));
  test('is refused when it is no SDP', () => assertRefused({offer: 'Good morning'}, 400, /./));
  test('is refused when it is empty', () => assertRefused({offer: ''}, 400, /offer/i));
  test(
      'is refused when it is something else',
      () => assertRefused({type: 'application/json', offer: '{}'}, 415, /application\/sdp/));
  test(
      'is refused when it has no codec that we do',
      () =>
          assertRefused({offer: offerOf('video', 'AV2/90000')}, 422, /codec|usable|audio|video/i));
  test(
      'is refused when it is for data only',
      () => assertRefused(
          {
            offer: goodOffer.replace(/m=.*/, 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel')
                       .replace(/a=rtpmap.*/, 'a=sctp-port:5000'),
          },
          422, /./));
  test(
      'is refused without BUNDLE',
      () => assertRefused({offer: goodOffer.replace('a=group:BUNDLE 0\r\n', '')}, 422, /bundle/i));
  test('is refused for a room that does not exist', async () => {
    await server.createRoom('gone');
    const {token: old} = partsOf(await server.invite('gone', 'Zoë'));
    await server.tool('rooms', 'delete', 'gone');
    await assertRefused({room: 'gone', bearer: old}, 404, /room/i);
  });
});

describe('a session', () => {
  test('that was ended is over, twice', async () => {
    const {status, headers} = await post();
    assert.equal(status, 201);
    const url = new URL(headers.get('Location'), server.pages);
    assert.equal((await fetch(url)).status, 204);
    assert.equal((await fetch(url, {method: 'DELETE'})).status, 200);
    assert.equal((await fetch(url)).status, 404);
    assert.equal((await fetch(url, {method: 'DELETE'})).status, 404);
    await assertNoSession();
  });
  test('cannot be ended by whoever does not know its address', async () => {
    const {headers} = await post();
    const url = new URL(headers.get('Location'), server.pages);
    const wrong = new URL(`${url.pathname.slice(0, -1)}~`, url);
    assert.equal((await fetch(wrong, {method: 'DELETE'})).status, 404);
    assert.equal((await fetch(url)).status, 204);
    await fetch(url, {method: 'DELETE'});
  });
});
