// SPDX-License-Identifier: Apache-2.0
// The join page: takes the invitation from the address, joins, and keeps the call going.
//
// For people: ?lang=fr|en. For people and tests: ?listen=1 (sends nothing), ?codec=vp8|h264,
// ?rendition=hd|sd, ?raw=1 (no echo cancelling or levelling), ?self=0 (no overlay).

import {RoomEvents} from '/web/events.js';
import {LocalMedia} from '/web/media.js';
import {Refused, Session} from '/web/session.js';
import {Stage} from '/web/stage.js';
import {say} from '/web/strings.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15000;

const options = new URLSearchParams(location.search);
const room = decodeURIComponent(location.pathname.split('/').pop());
const stage = new Stage(room);

// `state`: 'starting', 'joining', 'connecting', 'connected', 'lost', 'refused', 'left'.
const call = {
  state: 'starting', pc: null, session: null, events: null, media: null, room: null, error: null,
};
window.continuo = call;

let pause = FIRST_PAUSE_MS;
let retryTimer;

// The token leaves the address bar, and so the history and anybody's view, but survives a reload.
function takeInvitation() {
  const key = `continuo.invitation.${room}`;
  const fresh = location.hash.slice(1);
  if (fresh) {
    sessionStorage.setItem(key, fresh);
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(key);
}
const token = takeInvitation();

function enter(state, text) {
  call.state = state;
  stage.status(text);
  stage.controls({
    joined: ['connecting', 'connected', 'lost'].includes(state),
    media: call.media,
    ended: ['refused', 'left'].includes(state),
  });
}

function showRoom() {
  if (!call.room) return;
  const {canvas, tiles, participants, you} = call.room;
  const mine = options.get('self') === '0' ? null : tiles.find((tile) => tile.participant === you);
  stage.overlay(mine, canvas, call.media);
  stage.rendition(participants.find(({participant}) => participant === you)?.rendition);
}

function takeEvent(message) {
  if (message.type === 'room') {
    const first = call.room === null;
    call.room = message;
    stage.roster(message.participants, message.you, !first);
    showRoom();
    if (call.state === 'connected') stage.status(say.connected);
  } else if (message.type === 'ended') {
    end(say.removed);
  } else if (message.type === 'deleted') {
    end(say.deleted);
  }
}

function drop() {
  clearTimeout(retryTimer);
  call.events?.close();
  call.session?.leave();
  call.events = call.session = call.pc = call.room = null;
}

// For good, until the person says otherwise.
function end(text) {
  drop();
  call.media?.close();
  call.media = null;
  stage.clear();
  stage.trouble('');
  enter('left', text);
}

function tryAgain(text, afterMs = 0) {
  drop();
  enter('lost', text);
  retryTimer = setTimeout(join, Math.max(afterMs, pause));
  pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
}

async function follow(session) {
  const {connectionState} = session.pc;
  if (session !== call.session) return;
  if (connectionState === 'connected') {
    pause = FIRST_PAUSE_MS;
    enter('connected', say.connected);
  } else if (connectionState === 'failed') {
    tryAgain(say.lost);
  } else if (connectionState === 'disconnected') {
    enter('lost', say.lost);
    const alive = await session.alive();
    if (session === call.session && !alive) tryAgain(say.lost);
  }
}

function refuse(error) {
  call.error = error;
  if (!(error instanceof Refused)) return tryAgain(say.lost);  // no way to the server
  if (error.status === 503) return tryAgain(say.refused503, error.retryAfter * 1000);
  drop();
  call.media?.close();
  call.media = null;
  stage.clear();
  enter('refused', '');
  stage.trouble(say[`refused${error.status}`] ?? say.refused);
}

async function join() {
  enter('joining', say.joining);
  const session = new Session({media: call.media, codec: options.get('codec')});
  call.session = session;
  call.pc = session.pc;
  session.pc.addEventListener('connectionstatechange', () => follow(session));
  try {
    await session.join({room, token, rendition: options.get('rendition')});
  } catch (error) {
    if (session === call.session) refuse(error);
    return;
  }
  if (session !== call.session) return;
  call.error = null;
  if (call.state === 'joining') enter('connecting', say.connecting);
  stage.play(session.remote);
  call.events = new RoomEvents({
    room, token, sessionId: session.id, onMessage: takeEvent,
    onLost: () => call.state === 'connected' && stage.status(say.noEvents),
  });
}

async function start() {
  stage.trouble('');
  if (!token) {
    stage.trouble(say.noInvitation);
    return enter('refused', '');
  }
  if (options.get('listen') !== '1') {
    enter('starting', say.asking);
    call.media = new LocalMedia({raw: options.get('raw') === '1'});
    await call.media.open();
    const {audio, video} = call.media;
    stage.trouble(
      !window.isSecureContext ? say.noSecure : !audio && !video ? say.noDevices
        : !video ? say.noCamera : !audio ? say.noMicrophone : '');
  }
  await join();
}

stage.onPress('microphone', () => {
  call.media.setMuted(!call.media.muted);
  enter(call.state, document.getElementById('status').textContent);
});

stage.onPress('camera', async () => {
  try {
    if (call.media.video) call.media.closeCamera();
    else await call.media.openCamera();
    await call.session?.sendVideo(call.media.video);
  } catch {
    stage.trouble(say.noCamera);
  }
  showRoom();
  enter(call.state, document.getElementById('status').textContent);
});

stage.onPress('leave', () => end(say.left));
stage.onPress('rejoin', start);

window.addEventListener('pagehide', drop);
window.addEventListener('pageshow', ({persisted}) => persisted && location.reload());

start();
