/**
 * What is asked, and of whom. A world and a seed travel together as a trial, a case and a seed as a task; whoever
 * computes gives the answers in the order asked.
 */
import type { Outcome, Stop } from '../../metrics/outcome.js';
import type { World } from '../../model/world.js';
import type { Case } from './case.js';
import type { Digest } from './digest.js';

/** One run whose outcome is wanted in full. */
export interface Trial {
	/** for progress and messages */
	readonly label: string;
	readonly world: World;
	readonly seed: number;
}

/** Who computes trials. */
export type Executor = (trials: readonly Trial[]) => Promise<readonly Outcome[]>;

/** One replication of a case: all its runs under one seed. Case and seed alone decide the result. */
export interface Task {
	readonly of: Case;
	readonly seed: number;
}

export type TaskResult = { readonly digest: Digest } | { readonly failure: TaskFailure };

/** Why a task has no digest; the others of its experiment go on. */
export interface TaskFailure {
	/** bug: it threw, or its thread died · limit: a run passed a named limit · interrupted: a signal came before its end */
	readonly kind: 'bug' | 'limit' | 'interrupted';
	/** for people, with the simulated time where there is one */
	readonly message: string;
	/** which limit, for kind `limit`: all but `wall` come again under the same seed */
	readonly limit?: Exclude<Stop['limit'], 'signal'>;
}

/** Whether its experiment is partial: a run was stopped, and nothing was wrong with it. */
export const isCut = ({ kind }: Pick<TaskFailure, 'kind'>): boolean => kind !== 'bug';

/** Told of each result as it comes, in no particular order. @param from memory: it was not run now, but known from before */
export type OnResult = (index: number, result: TaskResult, from: 'run' | 'memory') => void;

/** Who computes tasks: in this process, in threads, out of a journal. It does not fail for what a task does. */
export type Laboratory = (tasks: readonly Task[], onResult?: OnResult) => Promise<readonly TaskResult[]>;
