/** Scenarios of k6 as traffic: the area below each rate is the number of requests, and what has no rate is told. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ImportResult, importManifests } from '../../../src/readers/import.js';
import { readAnswers } from '../../../src/readers/rollouts/import-answers.js';

const TEXT = readFileSync(join(import.meta.dirname, '../../fixtures/import/load-tests/k6.json'), 'utf8');
const imported = (text: string, base: string | null = null): ImportResult =>
	importManifests([{ file: 'm.json', text }], base === null ? null : { file: 'b.yaml', text: base }, readAnswers({}));
const countsOf = ({ text }: ImportResult): number[] => parse(text).traffic.counts.values;
const sum = (values: readonly number[]): number => values.reduce((total, n) => total + n, 0);

it('a steady rate and a climb add up', () => {
	const result = imported(TEXT);
	expect(result.errors).toEqual([]);
	const counts = countsOf(result);
	expect(counts).toHaveLength(60);
	// 10/s for 60 s, a triangle up to 40/s over 20 s, and 40/s for 10 s.
	expect(sum(counts)).toBe(600 + 400 + 400);
	expect(counts.slice(0, 20).every((n) => n === 10)).toBe(true);
	expect(counts.slice(40, 50).every((n) => n === 50)).toBe(true);
});

it('a script is read by its options, at its lines', () => {
	const script = `import http from 'k6/http';\nexport const options = {\n  // steady\n  scenarios: { a: { executor: 'constant-arrival-rate', rate: 5, duration: '30s', preAllocatedVUs: 2 } },\n};\nexport default function () { http.get('http://a'); }\n`;
	const result = imported(script);
	expect(sum(countsOf(result))).toBe(150);
	expect(result.notes.some(({ at }) => at === 'm.json:4')).toBe(true);
});

it('virtual users have no rate: left out, and refused where there is nothing else', () => {
	const users = TEXT.replace('"constant-arrival-rate"', '"constant-vus"');
	expect(sum(countsOf(imported(users)))).toBe(800);
	expect(imported(users).notes.some(({ text }) => /steady: constant-vus: virtual users send as fast/.test(text))).toBe(
		true,
	);
	expect(() => imported(users.replace('"ramping-arrival-rate"', '"ramping-vus"'))).toThrow(
		/none of which has an arrival rate/,
	);
});

it('lies in the traffic of a scenario as a variant', () => {
	const base =
		'name: b\nduration: 60s\ntraffic: { rate: 10/s }\nedge: { service: 10ms }\nclients: { a: { timeout: 1s } }\n';
	const result = imported(TEXT, base);
	expect(result.errors).toEqual([]);
	expect(parse(result.text).variants.k6.traffic).toMatchObject({ rate: null, counts: { every: '1s' } });
});

it('numbers that are expressions are refused at their place', () => {
	expect(() => imported(TEXT.replace('"rate": 600', '"rate": "__ENV.RATE"'))).toThrow(
		/rate: found "__ENV.RATE": a number would do/,
	);
});
