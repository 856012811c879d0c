// SPDX-License-Identifier: Apache-2.0
// What the page says, in each language that it speaks.

const english = {
  stage: 'Picture of the room',
  controls: 'Your microphone and camera',
  hear: 'Tap to hear',
  mute: 'Mute microphone',
  unmute: 'Unmute microphone',
  cameraOff: 'Turn camera off',
  cameraOn: 'Turn camera on',
  leave: 'Leave',
  rejoin: 'Join again',
  here: 'Who is here',
  you: (name) => `${name} (you)`,
  listening: (name) => `${name}, listening`,
  joined: (name) => `${name} joined`,
  gone: (name) => `${name} left`,
  privacy: "Encrypted from your device to your organisation's own mixer. Nobody on the way can " +
    'see or hear it.',
  mixer: "The mixer is your organisation's server. It sees and hears everything said here.",
  rendition: (name) => `You receive the ${name.toUpperCase()} picture`,
  asking: 'Waiting for your camera and microphone. Please allow them.',
  joining: 'Joining…',
  connecting: 'Connecting…',
  connected: 'Connected',
  left: 'You left the room.',
  removed: 'You were removed from this room.',
  deleted: 'This room was closed.',
  lost: 'The connection is lost. Trying again…',
  noEvents: 'Connected. The list of people may be out of date.',
  noInvitation: 'This address has no invitation in it. Open the whole link that you were given.',
  noDevices: 'No camera and no microphone can be used. You see and hear the others; ' +
    'they do not see or hear you.',
  noCamera: 'No camera can be used. The others hear you.',
  noMicrophone: 'No microphone can be used. The others see you.',
  noSecure: 'This page was not opened securely, so the browser gives it no camera or microphone.',
  refused401: 'This invitation is not valid or no longer valid. Ask for a new link.',
  refused403: 'This invitation is for another room.',
  refused404: 'This room does not exist, or no longer.',
  refused422: 'This browser and the server have no way of talking to each other in common.',
  refused503: 'The server is full at the moment. Trying again…',
  refused: 'The server did not accept this browser.',
};

const french = {
  stage: 'Image de la salle',
  controls: 'Votre micro et votre caméra',
  hear: 'Toucher pour entendre',
  mute: 'Couper le micro',
  unmute: 'Rétablir le micro',
  cameraOff: 'Couper la caméra',
  cameraOn: 'Allumer la caméra',
  leave: 'Quitter',
  rejoin: 'Rejoindre à nouveau',
  here: 'Qui est là',
  you: (name) => `${name} (vous)`,
  listening: (name) => `${name}, à l’écoute`,
  joined: (name) => `${name} est là`,
  gone: (name) => `${name} est parti`,
  privacy: 'Chiffré de votre appareil jusqu’au mélangeur de votre propre organisation. ' +
    'Personne en chemin ne peut voir ni entendre.',
  mixer: 'Le mélangeur est le serveur de votre organisation. Il voit et entend tout ce qui se dit ici.',
  rendition: (name) => `Vous recevez l’image ${name.toUpperCase()}`,
  asking: 'En attente de votre caméra et de votre micro. Veuillez les autoriser.',
  joining: 'Entrée dans la salle…',
  connecting: 'Connexion…',
  connected: 'Connecté',
  left: 'Vous avez quitté la salle.',
  removed: 'Vous avez été retiré de cette salle.',
  deleted: 'Cette salle a été fermée.',
  lost: 'La connexion est perdue. Nouvel essai…',
  noEvents: 'Connecté. La liste des personnes n’est peut-être plus à jour.',
  noInvitation: 'Cette adresse ne contient pas d’invitation. Ouvrez le lien entier que vous avez reçu.',
  noDevices: 'Ni caméra ni micro utilisables. Vous voyez et entendez les autres ; ' +
    'ils ne vous voient ni ne vous entendent.',
  noCamera: 'Pas de caméra utilisable. Les autres vous entendent.',
  noMicrophone: 'Pas de micro utilisable. Les autres vous voient.',
  noSecure: 'Cette page n’a pas été ouverte de façon sûre : le navigateur ne lui donne ni caméra ni micro.',
  refused401: 'Cette invitation n’est pas ou plus valable. Demandez un nouveau lien.',
  refused403: 'Cette invitation est pour une autre salle.',
  refused404: 'Cette salle n’existe pas ou n’existe plus.',
  refused422: 'Ce navigateur et le serveur n’ont aucun moyen commun de se parler.',
  refused503: 'Le serveur est plein pour le moment. Nouvel essai…',
  refused: 'Le serveur n’a pas accepté ce navigateur.',
};

function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get('lang');
  const wanted = asked ? [asked] : navigator.languages ?? [navigator.language];
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'fr' || language === 'en') return language;
  }
  return 'en';
}

export const language = chosenLanguage();
export const say = language === 'fr' ? french : english;
