/** The replies of a world by number, so that an attempt keeps one in a byte. */
import { assert } from '../../kernel/check.js';
import type { Reply } from '../../model/reply.js';
import type { Cause } from '../../model/retry/cause.js';

const withoutAnswer = (cause: Cause): Reply => ({ cause, retryAfterUs: null });

/** Numbers of what no answer says. */
export const REPLY = { timeout: 0, refused: 1, reset: 2, suppressed: 3, open: 4 } as const;

export class Replies {
	readonly list: Reply[] = [
		withoutAnswer('timeout'),
		withoutAnswer('refused'),
		withoutAnswer('reset'),
		withoutAnswer('suppressed'),
		withoutAnswer('open'),
	];

	/** The number of a reply: equal ones have the same. */
	numberOf({ cause, retryAfterUs }: Reply): number {
		const known = this.list.findIndex((reply) => reply.cause === cause && reply.retryAfterUs === retryAfterUs);
		if (known >= 0) return known;
		assert(this.list.length < 256, 'an attempt keeps its reply in a byte');
		return this.list.push({ cause, retryAfterUs }) - 1;
	}
}
