/** What both simulators count, under one name each. */
import { MEASURES, type Scenario, simulate } from '../../src/engine.js';
import type { Figures } from './simulator/ledgers.js';
import { simulateByTheBook } from './simulator/simulate.js';

const OUTCOMES = ['ok', 'error', 'rejected', 'shed', 'refused', 'timeout', 'cancelled'].map((one) => `outcome_${one}`);
const FATES = ['served_in_time', 'served_late', 'failed', 'rejected', 'shed', 'dropped_at_dequeue']
	.concat(['cancelled_queued', 'cancelled_in_service', 'lost', 'never_arrived'])
	.map((one) => `fate_${one}`);
const NUMBERS = ['2', '3', '4', '5', '6', '7', '8_up'].map((n) => `attempts_${n}`);
const LAYERS = ['1', '2', '3'].map((n) => `retries_layer_${n}`);

export const COUNTS: readonly string[] = [
	...['born', 'succeeded', 'failed', 'saved', 'first_failed', 'attempts', 'first_attempts', 'suppressed'],
	...NUMBERS,
	...LAYERS,
	...OUTCOMES,
	...FATES,
];
/** Sums of microseconds: services under changing speed are rounded by each simulator in its own way. */
export const TIMES: readonly string[] = ['waiting_us', 'busy_us', 'rejecting_us', 'backoff_us'];

export const byTheBook = ({ world }: Scenario, seed: number): Figures => {
	const figures = simulateByTheBook(world, seed);
	return Object.fromEntries([...COUNTS, ...TIMES].map((name) => [name, name in figures ? figures[name] : 0]));
};

export function byTheEngine(scenario: Scenario, seed: number): Figures {
	const { cells, buckets } = simulate(scenario, { seed });
	const sum = (name: string): number => {
		const column = MEASURES.findIndex((measure) => measure.name === name);
		if (column === -1) throw new Error(`the engine counts no ${name}`);
		return Array.from({ length: buckets }, (_, bucket) => cells[bucket * MEASURES.length + column]).reduce(
			(a, b) => a + b,
			0,
		);
	};
	return Object.fromEntries([...COUNTS, ...TIMES].map((name) => [name, sum(name)]));
}
