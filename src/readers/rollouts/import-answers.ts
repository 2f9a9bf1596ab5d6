/** What an author answers where a manifest cannot: flags of `retrystorm import`. */

import { EXIT, UserError } from '../../kernel/errors.js';
import { parseDuration, parseShare } from '../../kernel/units.js';
import type { Numerator } from '../promql/known-counters.js';

export interface Answers {
	/** what a metric counts, by its name */
	readonly metrics: ReadonlyMap<string, Numerator>;
	/** values of template arguments that the cluster fills in */
	readonly args: ReadonlyMap<string, string>;
	/** how long a person takes to approve */
	readonly approvalUs: number;
	/** share of the requests that a header or cookie match, or a load test, stands for */
	readonly matched: number;
	/** how long a pod takes to start */
	readonly startUpUs: number;
	/** whom a metric looks at, by its name */
	readonly scopes: ReadonlyMap<string, 'rollout' | 'global'>;
	/** true for what the flag says, false for what stands in without it */
	readonly said: { readonly approval: boolean; readonly matched: boolean; readonly startUp: boolean };
}

export const COUNTS: readonly Numerator[] = ['failures', 'errors', 'retries', 'slow'];

/** @throws UserError (exit 2) for a flag that cannot be read */
export function readAnswers(flags: {
	readonly map?: readonly string[];
	readonly arg?: readonly string[];
	readonly approval?: string;
	readonly matched?: string;
	readonly startUp?: string;
	readonly scope?: readonly string[];
}): Answers {
	const { map = [], arg = [], scope = [], approval, matched, startUp } = flags;
	const metrics = pairs('--map', map, `NAME=${COUNTS.join('|')}`).map(([name, value]) => {
		const what = COUNTS.find((each) => each === value);
		if (what === undefined) throw unreadable('--map', `${name}=${value}`, `NAME=${COUNTS.join('|')}`);
		return [name, what] as const;
	});
	const scopes = pairs('--scope', scope, 'NAME=rollout|global').map(([name, value]) => {
		if (value !== 'rollout' && value !== 'global')
			throw unreadable('--scope', `${name}=${value}`, 'NAME=rollout|global');
		return [name, value] as const;
	});
	return {
		metrics: new Map(metrics),
		args: new Map(pairs('--arg', arg, 'NAME=VALUE')),
		approvalUs: flag('--approval', () => parseDuration(approval ?? '10m')),
		matched: flag('--matched', () => parseShare(matched ?? '5%')),
		startUpUs: flag('--start-up', () => parseDuration(startUp ?? '10s')),
		scopes: new Map(scopes),
		said: { approval: approval !== undefined, matched: matched !== undefined, startUp: startUp !== undefined },
	};
}

function pairs(name: string, values: readonly string[], like: string): [string, string][] {
	return values.map((value) => {
		const cut = value.lastIndexOf('=');
		if (cut < 1) throw unreadable(name, value, like);
		return [value.slice(0, cut), value.slice(cut + 1)];
	});
}

function flag<T>(name: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof UserError) throw new UserError(`error: ${name}: ${error.message}`, EXIT.usage);
		throw error;
	}
}

const unreadable = (name: string, value: string, like: string): UserError =>
	new UserError(`error: ${name}: found ${JSON.stringify(value)}, ${like} would do`, EXIT.usage);
