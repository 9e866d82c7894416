#!/usr/bin/env node
// Validates AG-UI events, one JSON object per line, on standard input or in the files named:
//   node test/validate-events.mjs [file …]
// Prints every event that is not one, and a count. Exit code 1 if there is any, or none at all to validate.
import { readFileSync } from 'node:fs';
import { faultsOf } from './strict-schema.js';

const files = process.argv.slice(2);
let events = 0;
let invalid = 0;

for (const file of files.length > 0 ? files : [0]) {
  readFileSync(file, 'utf8').split('\n').forEach((line, at) => {
    if (line.trim() === '') return;
    events++;
    const faults = faultsOfLine(line);
    if (faults.length === 0) return;
    invalid++;
    console.log(`${file === 0 ? 'stdin' : file}:${at + 1}: ${faults.join('; ')}\n  ${line}`);
  });
}

console.log(`${events} events, ${invalid} invalid`);
process.exitCode = invalid > 0 || events === 0 ? 1 : 0;

/** @returns {string[]} */
function faultsOfLine(/** @type {string} */ line) {
  try {
    return faultsOf(JSON.parse(line));
  } catch (error) {
    return [String(error)];
  }
}
