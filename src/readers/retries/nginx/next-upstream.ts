/** The words of `proxy_next_upstream`, for NGINX itself and for the gateways that are built on it. */
import type { Ledger, WrittenField } from '../policy/ledger.js';
import { type CauseWord, statuses } from '../policy/status-causes.js';

/** Methods that go to the next server without `non_idempotent`. */
export const IDEMPOTENT = ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'];

export function causesOf(word: string, from: WrittenField, ledger: Ledger): readonly CauseWord[] {
	if (word === 'error') return ['refused', 'reset'];
	if (word === 'timeout') return ['timeout'];
	if (word === 'non_idempotent') return [];
	const status = /^http_(\d{3})$/.exec(word);
	const found = status === null ? [] : statuses(Number(status[1]));
	if (found.length === 0) ledger.unexpressed(from, `${word}: no edge here answers so`);
	return found;
}
