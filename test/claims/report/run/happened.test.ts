/** The sentence and the figures at the head of a page: unknown is said, never a verdict. */
import { describe, expect, it } from 'vitest';
import { loadScenario, simulate } from '../../../../src/index.js';
import { happened, keyFigures } from '../../../../src/report/run/happened.js';
import { headline } from '../../../../src/report/run/headline.js';

const BLIP = `name: blip
duration: 90s
traffic: { rate: 100/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 3 } } }
faults: { f: { at: 40s, for: 5s, errors: 100% } }
verdicts: { recovered: { window: 10s }, collapsed: { last: 10s, below: 50% } }
`;

function opening(...set: string[]) {
	const scenario = loadScenario(BLIP, { file: 'a.yaml', set });
	const outcome = simulate(scenario);
	const head = headline(outcome, scenario.world);
	const figures = keyFigures(outcome, scenario.world, head).map(({ value }) => value);
	return { sentence: happened(outcome, scenario.world, head), figures };
}

describe('the opening of a page', () => {
	it('says when failures rose and when the service recovered', () => {
		expect(opening().sentence).toMatch(
			/^Failures rose at \+40s and the service recovered at \+45s\. \d+ requests were lost/,
		);
	});

	it('judges no recovery where the run ends too early', () => {
		const { sentence, figures } = opening('duration=50s');
		expect(sentence).toContain('whether the service recovered is not judged');
		expect(figures[2]).toBe('not judged');
	});

	it('gives a peak of coarse time buckets as a bound', () => {
		expect(opening().figures[1]).toMatch(/^x3/);
		expect(opening('record.bucket=30s').figures[1]).toMatch(/^at least x1\.3/);
	});

	it('claims no impact of nothing', () => {
		expect(opening('faults=null').sentence).toMatch(/^No change, fault or marked traffic disturbed this run/);
	});
});
