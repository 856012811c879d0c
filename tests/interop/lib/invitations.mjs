// SPDX-License-Identifier: Apache-2.0
// Invitations made without the server, by Node's own Ed25519 and JSON Web Tokens (RFC 7519, 8037).
import crypto from 'node:crypto';
import fs from 'node:fs';

const base64url = (text) => Buffer.from(text).toString('base64url');

export function privateKeyOf(seed) {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return crypto.createPrivateKey({key: pkcs8, format: 'der', type: 'pkcs8'});
}

// What a server signs with.
export function identityOf(file) {
  const seed = fs.readFileSync(file, 'utf8').trim().split(' ').pop();
  return privateKeyOf(Buffer.from(seed, 'base64url'));
}

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

export function sign(claims, key) {
  const text = `${base64url(JSON.stringify({alg: 'EdDSA', typ: 'JWT'}))}.${
      base64url(JSON.stringify(claims))}`;
  return `${text}.${base64url(crypto.sign(null, Buffer.from(text), key))}`;
}

// The classic forgeries of RFC 8725 section 2.1: no signature at all, and a MAC with the public
// key.
export function unsigned(claims) {
  return `${base64url(JSON.stringify({alg: 'none', typ: 'JWT'}))}.${
      base64url(JSON.stringify(claims))}.`;
}
export function macced(claims, key) {
  const {x} = crypto.createPublicKey(key).export({format: 'jwk'});
  const text = `${base64url(JSON.stringify({alg: 'HS256', typ: 'JWT'}))}.${
      base64url(JSON.stringify(claims))}`;
  const mac = crypto.createHmac('sha256', Buffer.from(x, 'base64url')).update(text).digest();
  return `${text}.${base64url(mac)}`;
}
