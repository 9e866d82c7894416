import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { VectorRun } from './vector-run.js';

const directory = new URL('../../../tests/vectors/', import.meta.url);

/** `{"$repeat": [text, times]}` stands for a long string. */
const unfold = (/** @type {string} */ _, /** @type {any} */ value) => value?.$repeat ? value.$repeat[0].repeat(value.$repeat[1]) : value;

for (const file of readdirSync(directory).filter(name => name.endsWith('.json'))) {
  describe(file, () => {
    for (const vector of JSON.parse(readFileSync(new URL(file, directory), 'utf8'), unfold).cases)
      test(vector.name, () => new VectorRun(vector).run());
  });
}
