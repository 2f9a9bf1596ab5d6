/** The catalogue of retry policies for programs: a JSON document and a table. Times in seconds, null where there is no number. */
import type { DelayRange } from '../../model/retry/backoff/range.js';
import { csv } from '../files/csv.js';
import type { Json } from '../files/json.js';
import { budgetInShort, budgetSentences } from './budget-text.js';
import { copiesText, outageEnds } from './outage-text.js';
import type { PolicySheet } from './sheet.js';

/** JSON has no infinity: what is unlimited is told in words. */
const count = (value: number | null): Json => (value === null || Number.isFinite(value) ? value : 'unlimited');
const seconds = (us: number): number => us / 1e6;

const delayJson = ({ leastUs, greatestUs, meanUs }: DelayRange): Json => ({
	least: seconds(leastUs),
	greatest: seconds(greatestUs),
	mean: seconds(meanUs),
});

/** What a list says of a policy. */
export function policyRow(sheet: PolicySheet): { readonly [key: string]: Json } {
	const { preset, attempts, delays } = sheet;
	return {
		id: preset.id,
		name: preset.name,
		family: preset.family,
		version: preset.versionRead,
		attempts: count(attempts),
		delays: delays.map(delayJson),
		budget: budgetInShort(sheet),
		confidence: preset.confidence,
		optIn: !preset.enabledByDefault,
	};
}

/** All that is known of one policy. */
export function policyJson(sheet: PolicySheet): Json {
	const { preset, fields, caveats, inAll, atOnce, hanging, minute, cause, gated } = sheet;
	const tries = (span: PolicySheet['atOnce']): Json =>
		span === null ? null : { fewest: count(span.fewest), most: count(span.most) };
	return {
		...policyRow(sheet),
		policy: fields as Json,
		arithmetic: {
			failure: cause,
			backoff: inAll === null ? null : delayJson(inAll),
			sendsWhenAllFailAtOnce: tries(atOnce),
			outageEnds: outageEnds(sheet),
			onlyWithRetryAfter: [...gated],
			copies: copiesText(sheet),
			sendsWhenAllHang:
				hanging === null
					? null
					: { try: hanging.tryUs === null ? null : seconds(hanging.tryUs), sends: tries(hanging.tries) },
			sendsInAMinute: tries(minute),
			budget: budgetSentences(sheet),
		},
		caveats: [...caveats],
		notes: [...preset.notes],
		sources: preset.source.map(({ pkg, path, version }) => `${pkg} ${path} @ ${version}`),
	};
}

const RETRIES = [0, 1, 2, 3];

/** One row per policy: its delays are the least and the greatest before the first four retries, in seconds. */
export function policiesCsv(sheets: readonly PolicySheet[]): string {
	const columns = RETRIES.flatMap((i) => [`retry${i + 1}_least_s`, `retry${i + 1}_greatest_s`]);
	const header = ['id', 'family', 'version', 'attempts', ...columns, 'budget', 'confidence', 'opt_in'];
	return csv([
		header,
		...sheets.map((sheet) => {
			const { preset, attempts, delays } = sheet;
			const range = (i: number): (number | null)[] =>
				i < delays.length ? [seconds(delays[i].leastUs), seconds(delays[i].greatestUs)] : [null, null];
			return [
				preset.id,
				preset.family,
				preset.versionRead,
				attempts === null || Number.isFinite(attempts) ? attempts : 'unlimited',
				...RETRIES.flatMap(range),
				budgetInShort(sheet),
				preset.confidence,
				preset.enabledByDefault ? 'false' : 'true',
			];
		}),
	]);
}
