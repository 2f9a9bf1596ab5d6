/**
 * What gateways built on NGINX share (ingress-nginx, Kong): `proxy_next_upstream` with a balancer of their own, which picks a server
 * for every try, so that the number of tries is not bounded by the number of servers.
 */
import { formatDuration } from '../../../kernel/units.js';
import type { Field } from '../../manifest/field.js';
import type { Note } from '../../manifest/provenance-notes.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { causesOf, IDEMPOTENT } from '../nginx/next-upstream.js';
import { time, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';

export interface NextServer {
	/** where a note of a default stands */
	readonly from: Field;
	/** sends, the first included; Infinity = unlimited */
	readonly attempts: number;
	readonly attemptsNote: Note;
	/** words of proxy_next_upstream, and where they stand */
	readonly words: readonly string[];
	readonly on: Field;
	readonly readUs: number;
	readonly readNote: Note;
	/** looked at before each try; null for none */
	readonly overall: { readonly us: number; readonly note: Note } | null;
}

export function nextServerLines(found: NextServer, ledger: Ledger): Line[] {
	const { from, attempts, attemptsNote, words, on, readUs, readNote, overall } = found;
	const timeout = time('timeout', readUs, readNote);
	const where = on.given ? on : from;
	if (words.includes('off') || attempts === 1) {
		const text = words.includes('off') ? 'off: nothing is retried' : 'one try: nothing is retried';
		return [line('attempts', 1, ledger.understood(where, text)), timeout];
	}
	const said = `${on.given ? '' : 'by default: '}next upstream on ${words.join(' ')}`;
	const causes = words.flatMap((word) => causesOf(word, where, ledger));
	const tries = triesLines({ attempts, attemptsNote, on: causes, from: where, said, assumed: !on.given }, ledger);
	if (tries.length === 1) return [...tries, timeout];
	const note = ledger.understood(where, 'another server is picked at once');
	const methods = words.includes('non_idempotent')
		? []
		: [
				line(
					'methods',
					IDEMPOTENT,
					ledger.understood(where, 'no non_idempotent: POST, LOCK and PATCH go to one server, once they were sent'),
				),
				line('networkMethods', IDEMPOTENT),
			];
	return [
		...tries,
		...methods,
		line('backoff', { growth: 'none' }, note),
		timeout,
		...(overall === null
			? []
			: [line('overall', { after: formatDuration(overall.us), checked: 'before-try' }, overall.note)]),
		line(
			'target',
			'repick',
			ledger.assumed(from, 'its balancer picks a server for every try, and may pick the same one again'),
		),
	];
}
