/** What a policy makes of an outage, in sentences: sends per request, and what of its own stops them. */
import { formatDuration, formatFactor } from '../../kernel/units.js';
import { formatSpan } from '../../metrics/definitions/format.js';
import type { TryRange } from '../../model/retry/outage-arithmetic.js';
import { breakerOpens, budgetBurst, hedgeOf, isRecord } from './outage-reach.js';
import type { PolicySheet } from './sheet.js';

/** "x3", "x1 to x4" */
export function triesText({ fewest, most }: TryRange): string {
	const show = (tries: number): string => (Number.isFinite(tries) ? formatFactor(tries) : 'unlimited');
	return fewest === most ? show(most) : `${show(fewest)} to ${show(most)}`;
}

/** @returns null where the author has to say how often it tries */
export function outageText(sheet: PolicySheet): string | null {
	const { atOnce, gated, on } = sheet;
	if (atOnce === null) return null;
	const free = on.filter((cause) => !gated.includes(cause));
	const which = gated.length === 0 || free.length === 0 ? '' : ` (${free.join(', ')})`;
	const bare =
		gated.length === 0 ? [] : [`x1 where it is answered ${gated.join(', ')} without a Retry-After, which it needs`];
	const sends = `${triesText(atOnce)} sends per request where every try fails at once${which}`;
	return [[sends, ...outageEnds(sheet)].join(', '), ...bare].join('; ');
}

/** What a preset's own machines do to a storm of its retries; none where it makes no retries. */
export function outageEnds({ atOnce, fields }: PolicySheet): string[] {
	if (atOnce === null || atOnce.most <= 1) return [];
	const opens = breakerOpens(fields);
	return [
		...(opens === null ? [] : [`until its breaker opens, after ${failures(opens.failures)} ${opens.of}`]),
		...budgetEnds(atOnce, fields),
	];
}

const failures = (n: number): string => `${n} ${n === 1 ? 'failure' : 'failures'}`;

function budgetEnds({ most }: TryRange, fields: PolicySheet['fields']): string[] {
	const { budget } = fields;
	if (!isRecord(budget) || budget.max === 'unlimited') return [];
	if (most === 1 + budgetBurst(fields)) return ['the most that its budget lets one client make in a row'];
	if (budget.kind === 'concurrency') return [`while no more than ${budget.max} retries are under way`];
	return ['while its budget lasts'];
}

/** @returns null where nothing but the caller ends a try */
export function hangText({ hanging, fields }: PolicySheet): string | null {
	if (hanging === null) return null;
	const { tryUs, tries } = hanging;
	if (tryUs === null) return `${triesText(tries)} sends per request where no copy is answered`;
	const go = hedgeOf(fields) === null ? 'tries that start' : 'copies that go';
	const why = tries.most === 1 ? 'a hang is not retried' : `${go} before it gives up`;
	return `${triesText(tries)} sends per request where every try hangs for ${formatSpan(tryUs)}: ${why}`;
}

/** When the copies of a hedged call go; null where none do. */
export function copiesText({ fields }: PolicySheet): string | null {
	const hedge = hedgeOf(fields);
	if (hedge === null) return null;
	const { total, delayUs } = hedge;
	const instants = Array.from({ length: total - 1 }, (_, k) => formatDuration(delayUs * (k + 1)));
	const next = isRecord(fields.hedge) && fields.hedge.onFailure === 'next';
	const also = next ? '; at once where one fails with what it retries' : '';
	return `the first, then ${instants.join(', ')} after it while none is answered${also}`;
}

/** What a preset makes of failures that need a Retry-After; null where none does. */
export function gatedText({ gated, fields }: PolicySheet): string | null {
	if (gated.length === 0) return null;
	const most = isRecord(fields.retryAfter) ? fields.retryAfter.opensUpTo : undefined;
	const longer = most === undefined ? '' : `, or with more than ${most},`;
	return `after ${gated.join(', ')} it waits what that says; without it${longer} it does not retry`;
}
