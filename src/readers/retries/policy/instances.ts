/**
 * How many clients a population has, where an imported policy keeps state in each of them. One bucket for a whole fleet would
 * stop retries that a bucket in every process lets pass, so a number is written even where the source names none.
 */
import { policyFields, RETRY_PRESETS } from '../../../catalog/retries.js';
import { type Line, line, plainOf } from '../../manifest/yaml-writer.js';
import type { RetryLayer } from './layer.js';
import type { Ledger } from './ledger.js';

/** What one process, sidecar or channel is taken to send, in fresh requests per second. */
const RATE_PER_INSTANCE = 10;
const MAX_INSTANCES = 10_000_000;

/** The machines of a policy that have a state, and which scopes of theirs mean one for each client (the first by default). */
const MACHINES = [
	['budget', 'tokens or counts', ['instance']],
	['limiter', 'limit on sends', ['instance']],
	['breaker', 'circuit breaker', ['instance', 'host']],
] as const;

/** What each client keeps for itself, in words; empty where nothing does. */
export function ownState(lines: readonly Line[]): string[] {
	const fields = Object(plainOf(lines));
	const preset = RETRY_PRESETS.get(String(fields.preset));
	const policy = preset === undefined ? fields : { ...policyFields(preset), ...fields };
	return MACHINES.flatMap(([key, what, scopes]) => {
		const machine = Object(policy[key]);
		// Nodes are ejected for all who send to them, whoever has seen them fail.
		if (machine.kind === undefined || machine.kind === 'consecutive-ejection') return [];
		const scope = machine.scope ?? scopes[0];
		return scopes.some((each) => each === scope) ? [what] : [];
	});
}

/**
 * The line `instances`; null where nothing is kept by each client.
 * @param rate fresh requests per second of the population
 */
export function instancesLine(layer: RetryLayer, rate: number, ledger: Ledger): Line | null {
	const state = ownState(layer.lines);
	if (state.length === 0) return null;
	const from = { place: layer.note.at, path: '' };
	const ownStates = `each has its own ${state.join(' and ')}`;
	if (layer.layer === 'proxy')
		return line(
			'instances',
			1,
			ledger.assumed(from, `one proxy stands before all of them: ${ownStates}; say how many`),
		);
	const count = Math.min(MAX_INSTANCES, Math.max(1, Math.round(rate / RATE_PER_INSTANCE)));
	const text = `${count} ${count === 1 ? 'client' : 'clients'}, one for each ${RATE_PER_INSTANCE} requests/s: ${ownStates}; say how many you run`;
	return line('instances', count, ledger.assumed(from, text));
}
