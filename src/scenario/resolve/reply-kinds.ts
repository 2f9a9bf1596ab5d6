/** What a failed attempt is answered. */
import type { Reply } from '../../model/reply.js';
import type { ReplyFields } from '../schema/units.js';

export const replyOf = ({ status, retryAfter }: ReplyFields): Reply => ({
	cause: status,
	retryAfterUs: retryAfter === undefined ? null : retryAfter,
});
