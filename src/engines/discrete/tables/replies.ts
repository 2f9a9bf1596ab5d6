/** The replies of a world by number, so that an attempt keeps one in a byte. */
import { assert } from '../../../kernel/errors.js';
import type { Reply } from '../../../model/reply.js';
import { CAUSE, type Cause } from '../../../model/retry/cause.js';

const withoutAnswer = (cause: Cause): Reply => ({ cause, retryAfterUs: null });

/** Numbers of what no answer says. */
export const REPLY = { timeout: 0, refused: 1, reset: 2, suppressed: 3, open: 4 } as const;

export class Replies {
	private readonly list: Reply[] = [
		withoutAnswer('timeout'),
		withoutAnswer('refused'),
		withoutAnswer('reset'),
		withoutAnswer('suppressed'),
		withoutAnswer('open'),
	];

	/** by number: cause, and Retry-After in us where there is one */
	readonly causes = new Uint8Array(256);
	readonly retryAfterUs: (number | null)[] = [];

	constructor() {
		this.list.forEach((reply, number) => {
			this.note(reply, number);
		});
	}

	/** The number of a reply: equal ones have the same. */
	numberOf({ cause, retryAfterUs }: Reply): number {
		const known = this.list.findIndex((reply) => reply.cause === cause && reply.retryAfterUs === retryAfterUs);
		if (known >= 0) return known;
		assert(this.list.length < 256, 'an attempt keeps its reply in a byte');
		const number = this.list.push({ cause, retryAfterUs }) - 1;
		this.note(this.list[number], number);
		return number;
	}

	private note({ cause, retryAfterUs }: Reply, number: number): void {
		this.causes[number] = CAUSE[cause];
		this.retryAfterUs[number] = retryAfterUs;
	}
}
