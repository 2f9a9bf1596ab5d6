/**
 * What the changes that run on a node do to an attempt (MODEL sections 6 and 14). One uniform decides all of it: where it
 * falls below the first probability that happens, and else what is left of it, stretched to a uniform again, decides the next.
 */
import type { Change } from '../../../../src/model/change.js';
import type { Reply } from '../../../../src/model/reply.js';
import type { RequestClass } from '../../../../src/model/world.js';
import type { Attempt } from '../attempt.js';
import type { Health } from './health.js';

export interface Service {
	/** the answer where it fails; null: it succeeds */
	readonly failure: Reply | null;
	/** on the service time */
	readonly factor: number;
	/** the change that crashes the node, or null */
	readonly crashedBy: Change | null;
}

/** Whether a change shows itself on a request: by class, home region, platform and its share of the requests. */
export function matches(change: Change, index: number, { request }: Attempt): boolean {
	const allowed = (mask: readonly boolean[] | null, at: number): boolean => mask === null || mask[at];
	if (!allowed(change.classes, request.requestClass) || !allowed(change.regions, request.region)) return false;
	return (
		allowed(change.platforms, request.platform) &&
		(change.requestShare >= 1 || request.shareLuck[index] < change.requestShare)
	);
}

/** Deals one uniform out to several events, one after the other. */
function dealer(uniform: number): (probability: number) => boolean {
	let left = uniform;
	return (probability) => {
		if (left < probability) {
			left /= probability;
			return true;
		}
		left = (left - probability) / (1 - probability);
		return false;
	};
}

/** At admission: the change that sheds the attempt, or null. */
export function shedBy(changes: readonly Change[], { uniform }: Attempt): Change | null {
	const strikes = dealer(uniform);
	return changes.find((change) => strikes(change.shedProbability)) ?? null;
}

/** At the start of service: what the class, the faults and the changes make of it. */
export function serviceOf(
	changes: readonly Change[],
	of: RequestClass,
	health: Health,
	{ uniform }: Attempt,
	crashes: (probability: number) => boolean,
): Service {
	const strikes = dealer(uniform);
	for (const change of changes) strikes(change.shedProbability);
	const struck = changes.filter((change) => strikes(change.failProbability));
	const factor = changes.reduce((all, one) => all * (struck.includes(one) ? one.errorCostFactor : one.costFactor), 1);
	const crashedBy = changes.find(({ crash }) => crash !== null && crashes(crash.probability)) ?? null;
	const failing = struck.find(({ failOpen }) => !failOpen);
	if (failing !== undefined) return { failure: failing.failReply, factor, crashedBy };
	if (strikes(of.errorProbability)) return { failure: of.errorReply, factor, crashedBy };
	const fault = health.errors.find(({ probability }) => strikes(probability));
	return { failure: fault === undefined ? null : fault.reply, factor, crashedBy };
}
