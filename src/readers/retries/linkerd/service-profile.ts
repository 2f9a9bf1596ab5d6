/**
 * Linkerd's ServiceProfile: a budget over a sliding window, no limit per request and no delay. Source: linkerd2
 * controller/api/destination/profile_translator.go, and tower's budget.
 */
import { formatDuration, formatShare, SECOND } from '../../../kernel/units.js';
import type { Field } from '../../manifest/field.js';
import type { Resource } from '../../manifest/resources.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { durationOf, goDuration } from '../policy/duration-formats.js';
import { block, present, type RetryLayer, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { type CauseWord, SERVER_ERRORS, statuses } from '../policy/status-causes.js';

const LIKE = 'a duration such as 10s, 250ms or 1m';

export const isServiceProfile = ({ kind, group }: Resource): boolean =>
	kind === 'ServiceProfile' && /^$|(?:^|\.)linkerd\.io$/.test(group);

export function profileLayers({ body, name }: Resource, ledger: Ledger): RetryLayer[] {
	const spec = body.get('spec');
	ledger.head(body);
	const budget = budgetOf(spec, ledger);
	const routes = spec.get('routes').items();
	return routes.flatMap((route) => {
		const [label, retryable] = [route.get('name').text() ?? 'route', route.get('isRetryable')];
		ledger.read(route.get('name'));
		const condition = route.get('condition');
		if (!retryable.flag()) {
			ledger.understood(retryable, `${label}: not retryable; it is left out`);
			ledger.whole(condition);
			return [];
		}
		if (condition.given) ledger.whole(condition);
		if (condition.given)
			ledger.assumed(condition, `${label}: the route stands for all requests; its condition is not looked at`);
		const note = ledger.understood(retryable, `route ${label} of Linkerd's profile ${name}`);
		const attemptsNote = ledger.understood(
			retryable,
			'isRetryable: no limit per request, only the budget and the timeout',
		);
		const { words, said } = failuresOf(route, ledger);
		const lines = present([
			...triesLines({ attempts: Number.POSITIVE_INFINITY, attemptsNote, on: words, from: route, said }, ledger),
			line('backoff', { growth: 'none' }, ledger.assumed(route, 'Linkerd retries at once here, without a back-off')),
			wholeOf(route, ledger),
			budget,
		]);
		return [
			{ name: `${name.split('.')[0]}-${label}`, file: body.file, note, layer: 'mesh' as const, lines, nodes: null },
		];
	});
}

/** 5xx, as far as responseClasses say nothing else; failures of the connection are never retried. */
function failuresOf(route: Field, ledger: Ledger): { words: readonly CauseWord[]; said: string } {
	const classes = route.get('responseClasses').items();
	let words: readonly CauseWord[] = SERVER_ERRORS;
	// The first class that fits a status says what it is, so the last is applied first.
	for (const each of classes.toReversed()) {
		const status = each.dig('condition.status');
		const [min, max] = [status.get('min'), status.get('max')];
		const from = min.whole(100, 599) ?? max.whole(100, 599);
		if (from === null) {
			ledger.unexpressed(each, 'a response class without a range of statuses');
			continue;
		}
		const range = statuses(from, max.whole(100, 599) ?? from);
		const failure = each.get('isFailure');
		words = failure.flag() ? [...words, ...range] : words.filter((word) => !range.includes(word));
		ledger.read(min, max);
		ledger.understood(
			each,
			`statuses ${from} to ${max.text() ?? from} ${failure.flag() ? 'are failures' : 'are none'}`,
		);
		ledger.read(failure);
	}
	return { words, said: 'answers that count as failures are retried; failures of the connection never' };
}

function wholeOf(route: Field, ledger: Ledger): Line | null {
	const field = route.get('timeout');
	const us = durationOf(field, goDuration, LIKE);
	if (us === null || us === 0) {
		ledger.understood(route, 'no timeout: Linkerd sets none');
		return null;
	}
	const note = ledger.understood(field, `timeout: ${field.text()} covers all tries`);
	return line('overall', { after: formatDuration(us), checked: 'always' }, note);
}

/** Where the block is present, every member is taken from it: none of them has a default of its own. */
function budgetOf(spec: Field, ledger: Ledger): Line {
	const field = spec.get('retryBudget');
	const [ratio, least, ttl] = [field.get('retryRatio'), field.get('minRetriesPerSecond'), field.get('ttl')];
	const written = {
		ratio: ratio.within(0, 1000),
		least: least.whole(0, 1_000_000),
		ttl: durationOf(ttl, goDuration, LIKE),
	};
	if (!field.given) {
		const note = ledger.assumed(spec, 'no retryBudget: 20 % and 10/s over 10 s by default');
		return budgetLine(['20%', 10, '10s'], [null, null, null], note);
	}
	if (written.ttl === null || written.ttl < SECOND || written.ttl > 60 * SECOND)
		throw ttl.wrong('a ttl from 1s to 60s, which Linkerd demands,');
	const missing = [ratio, least].filter(({ given }) => !given);
	for (const each of missing)
		ledger.assumed(field, `no ${each.path.split('.').at(-1)}: 0, as the block has no defaults of its own`);
	const [share, perSecond] = [zeroed(written.ratio), zeroed(written.least)];
	return budgetLine(
		[formatShare(share), perSecond, formatDuration(written.ttl)],
		[
			ratio.given ? ledger.understood(ratio, `retryRatio: ${ratio.text()}`) : null,
			least.given ? ledger.understood(least, `minRetriesPerSecond: ${least.text()}`) : null,
			ledger.understood(ttl, `ttl: ${ttl.text()}`),
		],
		ledger.understood(field, 'retryBudget: of each proxy and destination'),
	);
}

type RouteNote = ReturnType<Ledger['understood']> | null;

const budgetLine = (
	[ratio, least, ttl]: readonly [string, number, string],
	notes: readonly [RouteNote, RouteNote, RouteNote],
	note: RouteNote,
): Line =>
	line(
		'budget',
		block(
			line('kind', 'ttl-window'),
			line('ratio', ratio, notes[0]),
			line('minPerSecond', least, notes[1]),
			line('ttl', ttl, notes[2]),
			line('credit', 'per-final'),
			line('scope', 'instance'),
		),
		note,
	);

const zeroed = (written: number | null): number => (written === null ? 0 : written);
