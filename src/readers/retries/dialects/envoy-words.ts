/** What the products that configure an Envoy share: its words for what is retried, its back-off, and limits on a try and on all. */
import { formatDuration } from '../../../kernel/units.js';
import type { Field } from '../../manifest/field.js';
import type { Note } from '../../manifest/provenance-notes.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { DEFAULT_BASE_US, envoyBackoff, retryOn } from '../envoy/retry-policy.js';
import { durationOf, goDuration } from '../policy/duration-formats.js';
import { time, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { met } from '../policy/status-causes.js';

const LIKE = 'a duration such as 250ms, 2s or 1m30s';

/** A policy in the words of one product, taken apart. */
export interface EnvoyWords {
	/** the block that holds it */
	readonly from: Field;
	/** how many retries; the field, and what is taken where it is missing */
	readonly retries: Field;
	readonly byDefault: number;
	/** words of Envoy, and where they stand */
	readonly tokens: readonly string[];
	readonly codes: readonly number[];
	readonly on: Field;
	readonly said: string;
	readonly perTry: Field;
	readonly whole: Field;
	/** base and cap; missing fields where it writes none */
	readonly backoff: { readonly base: Field; readonly cap: Field } | null;
}

/** Lines of a layer: tries, back-off, and limits. */
export function envoyLines(words: EnvoyWords, ledger: Ledger): Line[] {
	const { from, retries, byDefault, tokens, codes, on, said, perTry, whole } = words;
	const written = retries.whole(0, 1_000_000);
	const count = written ?? byDefault;
	const name = retries.path.split('.').at(-1) ?? 'retries';
	const attemptsNote =
		written === null
			? ledger.assumed(from, `no ${name}: ${count} by default, which is ${count + 1} attempts`)
			: ledger.understood(retries, `${name}: ${count} counts retries: ${count + 1} attempts`);
	const eachUs = durationOf(perTry, goDuration, LIKE);
	const wholeUs = durationOf(whole, goDuration, LIKE);
	const limited = eachUs !== null && eachUs > 0;
	const source = on.given ? on : from;
	const found = retryOn(source, tokens, codes, ledger).words;
	const lines = triesLines(
		{
			attempts: count + 1,
			attemptsNote,
			on: met(found, limited),
			from: source,
			said,
			assumed: !on.given,
		},
		ledger,
	);
	lines.push(backoffOf(words, ledger));
	if (limited)
		lines.push(
			time(
				'timeout',
				eachUs,
				ledger.understood(perTry, `${perTry.path.split('.').at(-1)}: ${perTry.text()}, of each try`),
			),
		);
	else if (perTry.given) ledger.understood(perTry, `${perTry.text()} switches it off`);
	if (wholeUs !== null && wholeUs > 0)
		lines.push(
			line(
				'overall',
				{ after: formatDuration(wholeUs), checked: 'always' },
				ledger.understood(whole, `${whole.path.split('.').at(-1)}: ${whole.text()} covers all tries`),
			),
		);
	else if (whole.given) ledger.understood(whole, `${whole.text()} switches it off`);
	return lines;
}

function backoffOf({ from, backoff }: EnvoyWords, ledger: Ledger): Line {
	const baseUs = backoff === null ? null : durationOf(backoff.base, goDuration, LIKE);
	if (backoff === null || baseUs === null || baseUs < 1_000) {
		const note: Note = ledger.assumed(from, 'no back-off is written: 25 ms, doubling up to 250 ms, as Envoy has it');
		return envoyBackoff(DEFAULT_BASE_US, 10 * DEFAULT_BASE_US, { base: note, cap: null });
	}
	const capUs = durationOf(backoff.cap, goDuration, LIKE);
	return envoyBackoff(baseUs, capUs === null ? 10 * baseUs : Math.max(baseUs, capUs), {
		base: ledger.understood(backoff.base, `baseInterval: ${backoff.base.text()}; windows double from it`),
		cap:
			capUs === null
				? ledger.assumed(from, 'no maxInterval: ten times the base by default')
				: ledger.understood(backoff.cap, `maxInterval: ${backoff.cap.text()}`),
	});
}

/** `connectFailure` is `connect-failure`. */
export const kebab = (text: string): string => text.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
