/** What a failed attempt is answered. */
import type { Reply } from '../../model/reply.js';
import type { ReplyFields } from '../schema/quantity-fields.js';

export const replyOf = ({ status, retryAfter }: ReplyFields): Reply => ({
	cause: status,
	retryAfterUs: retryAfter === undefined ? null : retryAfter,
});
