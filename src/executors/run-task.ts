/** Runs one task, here: every world of its case under one seed, judged and reduced to a digest. Whatever goes wrong is its failure. */
import type { Engine } from '../engines/engine.js';
import { engineFor } from '../engines/engine-for.js';
import type { Case } from '../experiment/task/case.js';
import { digest } from '../experiment/task/digest.js';
import { gateRun, HARMLESS } from '../experiment/task/gate-record.js';
import { judge } from '../experiment/task/judge.js';
import type { Task, TaskFailure, TaskResult } from '../experiment/task/task.js';
import { sameRun } from '../experiment/task/world-identity.js';
import { assert } from '../kernel/errors.js';
import { formatStop } from '../metrics/definitions/format.js';
import type { Outcome, Stop } from '../metrics/outcome.js';
import type { World } from '../model/world.js';
import { runInSlices } from './slices.js';

export const INTERRUPTED: TaskFailure = { kind: 'interrupted', message: 'interrupted before it began' };

/** A run that was stopped leaves no digest: half a window measures something else. @param signal aborted: it is interrupted */
export async function runTask({ of, seed }: Task, signal?: AbortSignal): Promise<TaskResult> {
	if (signal?.aborted) return { failure: INTERRUPTED };
	const outcomes: Outcome[] = [];
	let engine: Engine | null = null;
	try {
		for (const { name, world } of distinctRuns(of).runs) {
			engine = engineFor(world, seed);
			await runInSlices(engine, { wallMs: world.limits.wallMs, startMs: performance.now(), signal });
			const outcome = engine.outcome();
			if (outcome.stopped !== null) return { failure: stopFailure(outcome.stopped, name) };
			outcomes.push(outcome);
		}
		return { digest: digestOf(of, outcomes) };
	} catch (error) {
		return { failure: { kind: 'bug', message: describe(error, engine) } };
	}
}

function digestOf(of: Case, outcomes: readonly Outcome[]) {
	const [outcome] = outcomes;
	const { places } = distinctRuns(of);
	const other = (name: string): Outcome => {
		const place = places.get(name);
		assert(place !== undefined, `the case ${of.label} does not have ${name}`);
		return outcomes[place];
	};
	const judgements = judge(of.expectations, outcome, of.world, other);
	const gate = places.has(HARMLESS) ? gateRun(outcome, other(HARMLESS), of.world) : null;
	return digest(outcome, of.world, judgements, { gate, series: of.series });
}

/** The runs that a task of a case takes, its own world's first. */
export interface DistinctRuns {
	/** name: '' for the own world's, else the first of the others' that it is */
	readonly runs: readonly { readonly name: string; readonly world: World }[];
	/** which of the runs is that of an other, by its name */
	readonly places: ReadonlyMap<string, number>;
}

const known = new WeakMap<Case, DistinctRuns>();

/** Worlds that run alike run once. Found once per case. */
export function distinctRuns(of: Case): DistinctRuns {
	const found = known.get(of);
	if (found !== undefined) return found;
	const runs = [{ name: '', world: of.world }];
	const texts = of.others.length === 0 ? [] : [sameRun(of.world)];
	const places = new Map<string, number>();
	for (const other of of.others) {
		const text = sameRun(other.world);
		const place = texts.indexOf(text);
		places.set(other.name, place === -1 ? runs.push(other) - 1 : place);
		if (place === -1) texts.push(text);
	}
	const distinct = { runs, places };
	known.set(of, distinct);
	return distinct;
}

function stopFailure(stop: Stop, name: string): TaskFailure {
	const message = `${name === '' ? '' : `what it is compared with, ${name}: `}${formatStop(stop)}`;
	const { limit } = stop;
	return limit === 'signal' ? { kind: 'interrupted', message } : { kind: 'limit', limit, message };
}

function describe(error: unknown, engine: Engine | null): string {
	const what = error instanceof Error ? error.message : String(error);
	if (engine === null || what.includes('of simulated time')) return what;
	return `${what} (at ${engine.nowUs} us of simulated time)`;
}
