// Does the example file say all that the first operator's policy says, and nothing that it does not?
import { readFileSync } from 'node:fs';
import { checkPolicy, loadPolicy } from './index.js';

const folder = `${import.meta.dirname}/../../../examples/kiberon`;
const yamlText = readFileSync(`${folder}/policy.yaml`, 'utf8');
const ru = readFileSync(`${folder}/policy.ru.txt`, 'utf8');

describe('the Kiberon policy file', () => {
  it('has no mistake, its text included', () => {
    expect(checkPolicy(yamlText, { texts: { ru } })).toEqual([]);
    expect(loadPolicy(yamlText, { texts: { ru } }).ok).toBe(true);
  });
});
