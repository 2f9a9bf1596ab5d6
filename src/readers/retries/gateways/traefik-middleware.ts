/**
 * Traefik: the retry middleware. `attempts` counts the first; it tries again only where a server could not be reached, before anything
 * was sent. Source: pkg/middlewares/retry/retry.go, whose multiplier makes the last delay twice the first.
 */
import { eachOf } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import type { Resource } from '../../manifest/resources.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { durationOf, goDuration } from '../policy/duration-formats.js';
import { block, type RetryLayer, time, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { type CauseWord, statuses } from '../policy/status-causes.js';

const LIKE = 'a duration such as 100ms';

interface Found {
	readonly name: string;
	readonly retry: Field;
}

export const isTraefikResource = ({ kind, group, body }: Resource): boolean =>
	kind === 'Middleware' &&
	/^traefik\./.test(group) &&
	body.get('spec').node?.kind === 'map' &&
	body.dig('spec.retry').given;

/** `http.middlewares` of a dynamic configuration file. */
const middlewaresOf = (root: Field): Found[] => {
	if (root.node?.kind !== 'map' || root.get('http').node?.kind !== 'map') return [];
	const all = root.get('http').get('middlewares');
	if (all.node?.kind !== 'map') return [];
	return all
		.entries()
		.filter(([, each]) => each.node?.kind === 'map' && each.get('retry').given)
		.map(([name, each]) => ({ name, retry: each.get('retry') }));
};

export const isTraefikFile = (root: Field): boolean => middlewaresOf(root).length > 0;

export function importTraefik(
	documents: readonly Field[],
	resources: readonly Resource[],
	ledger: Ledger,
): RetryLayer[] {
	const mine = resources.filter(isTraefikResource);
	for (const { body } of mine) ledger.head(body);
	const found = [
		...mine.map(({ name, body }) => ({ name, retry: body.dig('spec.retry') })),
		...documents.flatMap(middlewaresOf),
	];
	const layers = eachOf(found, ({ name, retry }): RetryLayer => {
		const note = ledger.understood(retry, `retry middleware ${name} of Traefik`);
		return { name, file: retry.file, note, layer: 'proxy', lines: linesOf(retry, ledger), nodes: null };
	});
	for (const document of documents) ledger.rest(document);
	return layers;
}

function linesOf(retry: Field, ledger: Ledger): Line[] {
	const [count, first] = [retry.get('attempts'), retry.get('initialInterval')];
	const attempts = count.whole(1, 1_000_000);
	if (attempts === null) throw count.wrong('attempts, 1 or more,');
	const attemptsNote = ledger.understood(count, `attempts: ${attempts}, the first included`);
	const status = retry.get('status');
	const codes = status.given ? status.items().flatMap((item) => rangeOf(item)) : [];
	const unreached = 'only where a server could not be reached, before anything was sent';
	const said = status.given
		? `status: ${status
				.items()
				.map((item) => item.text())
				.join(', ')}, and where a server could not be reached`
		: `${unreached}; answers are not retried`;
	const tries = triesLines(
		{
			attempts,
			attemptsNote,
			on: ['refused', ...codes],
			from: status.given ? status : retry,
			said,
			assumed: status.given,
		},
		ledger,
	);
	const baseUs = durationOf(first, goDuration, LIKE);
	if (baseUs === null || baseUs === 0 || attempts === 1) {
		const text = first.given
			? `initialInterval: ${first.text()}: retries go at once`
			: 'no initialInterval: retries go at once';
		return [
			...tries,
			line('backoff', { growth: 'none' }, ledger.understood(first.given ? first : retry, text)),
			repick(retry, ledger),
		];
	}
	return [
		...tries,
		line(
			'backoff',
			block(
				line('growth', 'exponential'),
				time('base', baseUs, ledger.understood(first, `initialInterval: ${first.text()}`)),
				line(
					'multiplier',
					Number((2 ** (1 / (attempts - 1))).toPrecision(6)),
					ledger.understood(retry, 'it grows to twice the first over all attempts'),
				),
				line('jitter', { scale: [0.5, 1.5] }, ledger.understood(retry, 'half of each delay more or less')),
			),
		),
		repick(retry, ledger),
	];
}

/** `503` or `500-599` */
function rangeOf(item: Field): CauseWord[] {
	const found = /^(\d{3})(?:-(\d{3}))?$/.exec(item.text() ?? '');
	if (found === null) throw item.wrong('a code or a range such as 500-599');
	return statuses(Number(found[1]), Number(found[2] ?? found[1]));
}

const repick = (from: Field, ledger: Ledger): Line =>
	line('target', 'repick', ledger.assumed(from, 'each try asks the load balancer of the service once more'));
