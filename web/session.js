// SPDX-License-Identifier: Apache-2.0
// One call: an RTCPeerConnection and the session that the server made for it, by WHIP's HTTP rules.

export class Refused extends Error {
  constructor(response) {
    super(`HTTP ${response.status}`);
    this.status = response.status;
    this.retryAfter = Number(response.headers.get('Retry-After')) || 0;
  }
}

function prefer(transceiver, codec) {
  const codecs = RTCRtpReceiver.getCapabilities('video').codecs;
  const wanted = codecs.filter(({mimeType}) => mimeType.toLowerCase() === `video/${codec}`);
  const rtx = codecs.filter(({mimeType}) => mimeType.toLowerCase() === 'video/rtx');
  if (wanted.length > 0) transceiver.setCodecPreferences([...wanted, ...rtx]);
}

export class Session {
  // `media` is what is sent, or null to listen only.
  constructor({media, codec}) {
    this.url = null;
    this.ended = false;
    this.remote = new MediaStream();
    // The server is where the offer is answered from: there is nobody else to ask for a way.
    this.pc = new RTCPeerConnection({iceServers: [], bundlePolicy: 'max-bundle'});
    this.pc.addEventListener('track', ({track}) => this.remote.addTrack(track));
    const add = (kind, track) => this.pc.addTransceiver(track ?? kind, {
      direction: track ? 'sendrecv' : media && kind === 'video' ? 'sendrecv' : 'recvonly',
      streams: media ? [media.stream] : [],
    });
    add('audio', media?.audio);
    this.videoTransceiver = add('video', media?.video);
    if (codec) prefer(this.videoTransceiver, codec);
  }

  get id() { return this.url ? this.url.split('/').pop() : null; }

  // Throws Refused, or what fetch() throws when there is no way to the server.
  async join({room, token, rendition}) {
    await this.pc.setLocalDescription();
    const query = rendition ? `?rendition=${encodeURIComponent(rendition)}` : '';
    const response = await fetch(`/rooms/${encodeURIComponent(room)}/session${query}`, {
      method: 'POST',
      headers: {'Content-Type': 'application/sdp', 'Authorization': `Bearer ${token}`},
      body: this.pc.localDescription.sdp,
    });
    if (response.status !== 201) throw new Refused(response);
    this.url = response.headers.get('Location');
    const sdp = await response.text();
    if (this.ended) return this.leave();
    await this.pc.setRemoteDescription({type: 'answer', sdp});
  }

  async sendVideo(track) {
    await this.videoTransceiver.sender.replaceTrack(track);
  }

  // False once the server knows it no more; true also when the server cannot be asked.
  async alive() {
    if (!this.url) return false;
    try {
      return (await fetch(this.url, {cache: 'no-store'})).status !== 404;
    } catch {
      return true;
    }
  }

  // Works while the page is going away, too.
  leave() {
    this.ended = true;
    if (this.url) fetch(this.url, {method: 'DELETE', keepalive: true}).catch(() => {});
    this.url = null;
    this.pc.close();
  }
}
