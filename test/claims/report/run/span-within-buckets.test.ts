/** A span that begins or ends within a time bucket: its figure is decided only where it comes to the same either way. */
import { describe, expect, it } from 'vitest';
import { judge, loadScenario, simulate } from '../../../../src/index.js';
import { QUANTITIES } from '../../../../src/metrics/definitions/metrics.js';

const COARSE = `name: co
duration: 90s
record: { bucket: 60s }
traffic: { rate: 100/s }
edge: { service: { exponential: 20ms }, workers: 8, queue: 100 }
clients: { apps: { timeout: 1s, retry: { attempts: 2 } } }
faults: { f: { at: 70s, for: 30s, errors: 100% } }
`;

const judged = (expectation: string, ...set: string[]) => {
	const scenario = loadScenario(`${COARSE}expect: [ { ${expectation} } ]\n`, { file: 'a.yaml', set });
	const outcome = simulate(scenario);
	return { scenario, ...judge(scenario.expectations, outcome, scenario.world, () => outcome)[0] };
};

describe('a span that no time bucket holds exactly', () => {
	it.each([
		['that: unavailable, over: "70s..90s", above: 99%', '10s'],
		['that: unavailable, over: "60s..70s", below: 1%', '10s'],
		['that: lost, over: "30s..75s", below: 5%', '15s'],
		['that: goodput, over: "70s..90s", below: 1/s', '10s'],
		['that: amplification, over: "70s..90s", above: x1.9', '10s'],
	])('leaves %s undecided', (expectation, needed) => {
		const { verdict, text } = judged(expectation);
		expect(verdict).toBe('undecided');
		expect(text).toContain(`within time buckets of 60s; buckets of at most ${needed} would decide`);
	});

	it.each([['that: unavailable, over: "70s..90s", above: 99%'], ['that: unavailable, over: "60s..70s", below: 1%']])(
		'is decided in buckets that do: %s',
		(expectation) => {
			expect(judged(expectation, 'record.bucket=10s').verdict).toBe('pass');
		},
	);

	it.each([
		// Nothing failed in any bucket that it touches.
		['that: unavailable, over: "10s..50s", below: 1%', 'pass'],
		['that: amplification, over: "10s..50s", below: x1.1', 'pass'],
		['that: unavailable, over: "10s..50s", above: 1%', 'fail'],
		// The last bucket ends with the run.
		['that: unavailable, over: "60s..90s", below: 1%', 'fail'],
		// More failed in the whole bucket than those in the other could make up for.
		['that: unavailable, over: "0s..70s", below: 30%', 'pass'],
		['that: pushes, over: "10s..50s", equals: 0', 'pass'],
	])('decides what comes to the same either way: %s, %s', (expectation, verdict) => {
		expect(judged(expectation).verdict).toBe(verdict);
	});

	it('is warned of with its length', () => {
		const { scenario } = judged('that: unavailable, over: "70s..90s", above: 99%');
		expect(scenario.warnings.map(({ message }) => message).join(' ')).toContain(
			'70s..90s is read in whole buckets of 60s: 20s become 30s; buckets of at most 10s would be exact',
		);
	});

	it.each([
		[
			'at: 85s',
			'85s is read in its whole time bucket, 60s long, which begins 25s earlier; buckets of at most 5s begin there',
		],
		['at: 60s', null],
	])('says which time bucket %s is read in', (at, warned) => {
		const { scenario } = judged(`that: unavailable, ${at}, above: 1%`);
		const read = scenario.warnings.map(({ message }) => message).filter((message) => message.includes('is read in'));
		expect(read).toEqual(warned === null ? [] : [warned]);
	});

	it('is read as each quantity declares: entries of a log by their instants, states never by parts', () => {
		const use = (name: string) => QUANTITIES.find((one) => one.name === name)?.spanUse;
		expect(['pushes', 'gate-looks', 'adoption', 'goodput', 'lost', 'time-to-recover'].map(use)).toEqual([
			'log',
			'log',
			'states',
			'time-means',
			'counts',
			'run',
		]);
	});
});
