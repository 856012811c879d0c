// SPDX-License-Identifier: Apache-2.0
// This side's camera and microphone. Each may be missing or refused without losing the other.

const VIDEO = {width: {ideal: 640}, height: {ideal: 360}, frameRate: {ideal: 30}};

export class LocalMedia {
  // With `raw` the browser leaves the sound as it is: for measuring, not for talking.
  constructor({raw}) {
    const processed = !raw;
    this.audioConstraints = {
      echoCancellation: processed, noiseSuppression: processed, autoGainControl: processed,
    };
    this.stream = new MediaStream();
    this.muted = false;
  }

  get audio() { return this.stream.getAudioTracks()[0] ?? null; }
  get video() { return this.stream.getVideoTracks()[0] ?? null; }

  // Both in one question to the person where possible; else whichever there is.
  async open() {
    if (!navigator.mediaDevices) return;
    const attempts = [
      {audio: this.audioConstraints, video: VIDEO},
      {audio: this.audioConstraints},
      {video: VIDEO},
    ];
    for (const constraints of attempts) {
      try {
        const opened = await navigator.mediaDevices.getUserMedia(constraints);
        for (const track of opened.getTracks()) this.stream.addTrack(track);
        return;
      } catch (error) {
        console.warn('getUserMedia', Object.keys(constraints).join('+'), error.name);
      }
    }
  }

  setMuted(muted) {
    this.muted = muted;
    if (this.audio) this.audio.enabled = !muted;
  }

  // Off gives the device back, so that its light goes out.
  closeCamera() {
    const track = this.video;
    if (!track) return;
    track.stop();
    this.stream.removeTrack(track);
  }

  async openCamera() {
    const opened = await navigator.mediaDevices.getUserMedia({video: VIDEO});
    this.stream.addTrack(opened.getVideoTracks()[0]);
  }

  close() {
    for (const track of this.stream.getTracks()) {
      track.stop();
      this.stream.removeTrack(track);
    }
  }
}
