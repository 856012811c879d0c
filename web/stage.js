// SPDX-License-Identifier: Apache-2.0
// What is on the screen. Knows the elements of join.html; decides nothing.

import {language, say} from '/web/strings.js';

const element = (id) => document.getElementById(id);

export class Stage {
  constructor(roomName) {
    document.documentElement.lang = language;
    document.title = `${roomName} · Continuo`;
    element('room').textContent = roomName;
    for (const node of document.querySelectorAll('[data-text]')) {
      node.textContent = say[node.dataset.text];
    }
    for (const node of document.querySelectorAll('[data-label]')) {
      node.setAttribute('aria-label', say[node.dataset.label]);
    }
    this.picture = element('picture');
    this.names = new Map();
    element('hear').addEventListener('click', () => this.hear());
  }

  onPress(id, action) { element(id).addEventListener('click', action); }

  status(text) { element('status').textContent = text; }

  // Something is wrong, or nothing is ('').
  trouble(text) {
    element('trouble').textContent = text;
    element('trouble').hidden = text === '';
  }

  async play(stream) {
    this.picture.srcObject = stream;
    this.picture.muted = false;
    try {
      await this.picture.play();
    } catch (error) {
      if (error.name !== 'NotAllowedError') return;  // replaced by another stream, say
      // Sound needs a gesture here; the picture does not.
      element('hear').hidden = false;
      this.picture.muted = true;
      this.picture.play().catch(() => {});
    }
  }

  hear() {
    this.picture.muted = false;
    this.picture.play().catch(() => {});
    element('hear').hidden = true;
  }

  clear() {
    this.picture.srcObject = null;
    element('hear').hidden = true;
    element('self').hidden = true;
    element('rendition').textContent = '';
    this.roster([], null, false);
  }

  controls({joined, media, ended}) {
    const microphone = element('microphone');
    microphone.disabled = !joined || !media?.audio;
    microphone.textContent = media?.muted ? say.unmute : say.mute;
    const camera = element('camera');
    camera.disabled = !joined || !media;
    camera.textContent = media && !media.video ? say.cameraOn : say.cameraOff;
    element('leave').disabled = ended;
    element('rejoin').hidden = !ended;
  }

  // Lays the camera's own picture over its tile: nobody sees himself late.
  overlay(tile, canvas, media) {
    const self = element('self');
    self.hidden = !tile || !media?.video;
    if (self.hidden) return;
    const preview = element('preview');
    if (preview.srcObject !== media.stream) preview.srcObject = media.stream;
    element('self-name').textContent = tile.name;
    self.style.left = `${100 * tile.x / canvas.width}%`;
    self.style.top = `${100 * tile.y / canvas.height}%`;
    self.style.width = `${100 * tile.width / canvas.width}%`;
    self.style.height = `${100 * tile.height / canvas.height}%`;
  }

  roster(participants, you, announce) {
    const names = new Map(participants.map(({participant, name}) => [participant, name]));
    if (announce) {
      const news = [];
      for (const [id, name] of names) if (!this.names.has(id)) news.push(say.joined(name));
      for (const [id, name] of this.names) if (!names.has(id)) news.push(say.gone(name));
      if (news.length > 0) element('announcer').textContent = news.join('. ');
    }
    this.names = names;
    element('roster').replaceChildren(...participants.map((participant) => {
      const item = document.createElement('li');
      const listens = !participant.sends_audio && !participant.sends_video;
      item.textContent = participant.participant === you ? say.you(participant.name)
        : listens ? say.listening(participant.name) : participant.name;
      return item;
    }));
  }

  rendition(name) { element('rendition').textContent = name ? say.rendition(name) : ''; }
}
