// SPDX-License-Identifier: Apache-2.0
// The room's events: whole states, one after each change. Media does not depend on them, so a lost
// WebSocket is opened again, ever more slowly, while the call goes on.

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15000;

export class RoomEvents {
  constructor({room, token, sessionId, onMessage, onLost}) {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.url = `${scheme}://${location.host}/rooms/${encodeURIComponent(room)}/events` +
      `?session=${encodeURIComponent(sessionId)}`;
    this.protocols = ['continuo.v1', token];
    this.onMessage = onMessage;
    this.onLost = onLost;
    this.pause = FIRST_PAUSE_MS;
    this.closed = false;
    this.open();
  }

  open() {
    this.socket = new WebSocket(this.url, this.protocols);
    this.socket.addEventListener('message', ({data}) => {
      this.pause = FIRST_PAUSE_MS;
      if (!this.closed) this.onMessage(JSON.parse(data));
    });
    this.socket.addEventListener('close', () => {
      if (this.closed) return;
      this.onLost();
      this.timer = setTimeout(() => this.open(), this.pause * (0.75 + Math.random() / 2));
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
    });
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket.close();
  }
}
