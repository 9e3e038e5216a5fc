import { ed25519Verifier, openNote, parseVkey } from './signed-note.js';

describe('a signed note', () => {
  it('opens: the example of the specification', () => {
    const key = parseVkey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
    const note =
      'This is an example message.\n\n' +
      '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    expect(openNote(note, [ed25519Verifier(key)]).text).toBe('This is an example message.\n');
  });
});
