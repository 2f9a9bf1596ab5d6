/** Why it went as it did: what every gate saw against its limit, and which population and layer made the retries. */
import { total, wholeRun } from '../metrics/figures.js';
import type { Outcome } from '../metrics/outcome.js';
import type { World } from '../model/world.js';

/** All looks of one check at one stage, in order. */
export interface GateReadings {
	readonly name: string;
	readonly looks: readonly {
		readonly atUs: number;
		readonly seen: number | null;
		readonly limit: number | null;
		readonly samples: number | null;
		readonly what: string;
	}[];
}

/** Retries that one layer of one population decided, or of all that stand at one depth where populations were not told apart. */
export interface RetryRow {
	readonly population: string;
	/** share of the requests, as the scenario has it; null for several */
	readonly trafficShare: number | null;
	/** name, and place in the stack: 1 is the innermost */
	readonly layer: string;
	readonly depth: number;
	readonly retries: number;
	/** of all retries */
	readonly share: number;
}

export function gateReadings({ decisions }: Outcome): GateReadings[] {
	const groups = new Map<string, GateReadings['looks'][number][]>();
	for (const { atUs, rollout, stage, by, check, seen, limit, samples, what } of decisions) {
		if (seen === null && limit === null) continue;
		const which = check === null || check === by ? by : `${by} ${check}`;
		const name = [rollout, stage, which].filter((part) => part !== '').join(' / ');
		const known = groups.get(name);
		const look = { atUs, seen, limit, samples, what };
		if (known === undefined) groups.set(name, [look]);
		else known.push(look);
	}
	return [...groups].map(([name, looks]) => ({ name, looks }));
}

export function retryRows(outcome: Outcome, world: World): RetryRow[] {
	const whole = wholeRun(outcome);
	const all =
		(total(outcome, whole, 'attempts') ?? Number.NaN) - (total(outcome, whole, 'first_attempts') ?? Number.NaN);
	const told = outcome.places.every(({ population }) => population !== undefined);
	const rows: RetryRow[] = [];
	const depths = Math.max(0, ...world.populations.map(({ layers }) => layers.length));
	const push = (
		depth: number,
		population: string,
		trafficShare: number | null,
		layer: string,
		retries: number | null,
	): void => {
		if (retries === null) return;
		rows.push({ population, trafficShare, layer, depth: depth + 1, retries, share: all > 0 ? retries / all : 0 });
	};
	for (let depth = 0; depth < depths; depth++) {
		const having = world.populations.filter(({ layers }) => depth < layers.length);
		const measure = `retries_layer_${depth + 1}`;
		if (!told && having.length > 1) {
			const names = [...new Set(having.map(({ layers }) => layers[depth].name))].join(' or ');
			push(depth, having.map(({ name }) => name).join(', '), null, names, total(outcome, whole, measure));
			continue;
		}
		for (const { name, share, layers } of having) {
			const where = told ? { population: name } : {};
			push(depth, name, share, layers[depth].name, total(outcome, { ...whole, where }, measure));
		}
	}
	return rows.toSorted((a, b) => b.retries - a.retries);
}
