/** One traffic whose truth is known, in every format: what is read is right, and what a format does not say is unknown, not zero. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../src/experiment/fit/findings.js';
import { suitingEveryS } from '../../../src/experiment/fit/series.js';
import { ownKind, readAs } from '../../../src/readers/logs/formats/own.js';
import { writeScenario } from '../../../src/readers/logs/scenario/scenario.js';
import { KNOWN_FORMATS } from '../../support/known-traffic.js';
import { collected } from '../../support/logs.js';

const TABLE = readFileSync(join(import.meta.dirname, '../../../docs/formats.md'), 'utf8');

it('docs/formats.md names none that is not tried here', () => {
	const rows = [...TABLE.matchAll(/`log:([\w-]+)`/g)].map(([, name]) => name);
	expect(rows.length).toBeGreaterThan(50);
	expect(rows.filter((name) => KNOWN_FORMATS[name] === undefined)).toEqual([]);
});

describe('one traffic, 20/s, 3 % of it failing, /api/items in 25 ms', () => {
	it.each(Object.entries(KNOWN_FORMATS))('%s', (_, { lines, status, duration, as, logFormat, fields }) => {
		const answers = { as: as === undefined ? null : readAs(as) };
		const collector = collected(lines, 'a.log', undefined, { answers, own: ownKind(logFormat, fields) });
		const found = findingsOf(collector, { everyS: suitingEveryS(collector), ownClasses: false, train: null });
		const { rate, failed, bursts, classes } = found;
		expect(Math.abs(Number(rate.mean) - 20)).toBeLessThan(2);
		if (bursts !== null) expect(bursts.index).toBeLessThan(3);
		const scenario = writeScenario(found, { traffic: 'counts', windowUs: null });
		if (status === false) {
			expect(failed).toBe(null);
			expect(scenario).not.toMatch(/errors: .*# measured/);
			expect(scenario).toMatch(/errors: .*# assumed/);
		} else {
			expect(Math.abs(Number(failed?.share) - 0.03)).toBeLessThan(0.015);
		}
		if (duration === false) return;
		const items = classes.find(({ key }) => key.includes('/api/items'));
		expect(Math.abs(Number(items?.service?.mean.mean) / 25_000 - 1)).toBeLessThan(0.25);
	});
});
