/**
 * Spring Cloud Gateway: the Retry filter of its routes. Source: RetryGatewayFilterFactory, whose series of 5xx stays in force beside
 * the statuses that are named, and whose exceptions are IOException and TimeoutException by default.
 */
import { eachOf } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { unfolded } from '../policy/dotted-keys.js';
import { durationOf, springDuration } from '../policy/duration-formats.js';
import { block, present, type RetryLayer, time, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { relaxed } from '../policy/spellings.js';
import { type CauseWord, met, NETWORK, SERVER_ERRORS } from '../policy/status-causes.js';

const LIKE = 'a duration such as 50ms, 1s or a number of milliseconds';
const STATUSES: ReadonlyMap<string, CauseWord> = new Map([
	['INTERNAL_SERVER_ERROR', 500],
	['BAD_GATEWAY', 502],
	['SERVICE_UNAVAILABLE', 503],
	['GATEWAY_TIMEOUT', 504],
	['TOO_MANY_REQUESTS', 429],
	...([500, 502, 503, 504, 429] as const).map((code) => [String(code), code] as const),
]);

/** Since 2025 its settings stand below `server.webflux`. */
const gatewayOf = (root: Field): Field => {
	const found = unfolded(root, 'spring').get('spring').get('cloud').get('gateway');
	const moved = found.get('server').get('webflux');
	return moved.given ? moved : found;
};

const routesOf = (root: Field): Field[] => {
	const routes = gatewayOf(root).get('routes');
	return routes.node?.kind === 'list' ? routes.items() : [];
};

const isRetry = (filter: Field): boolean =>
	filter.node?.kind === 'scalar' ? /^Retry\b/.test(filter.text() ?? '') : filter.get('name').text() === 'Retry';

const retriesOf = (route: Field): Field[] => {
	const filters = route.get('filters');
	return filters.node?.kind === 'list' ? filters.items().filter(isRetry) : [];
};

export const isSpringGateway = (root: Field): boolean =>
	root.node?.kind === 'map' && routesOf(root).some((route) => retriesOf(route).length > 0);

export function importSpringGateway(root: Field, ledger: Ledger): RetryLayer[] {
	const client = gatewayOf(root).get('httpclient');
	const response = relaxed(client, 'responseTimeout');
	const layers = eachOf(routesOf(root), (route): RetryLayer[] => {
		const name = route.get('id').text() ?? 'route';
		ledger.read(route.get('id'));
		ledger.whole(route.get('uri'), route.get('predicates'));
		const [filter] = retriesOf(route);
		if (filter === undefined) {
			ledger.understood(route, `route ${name}: no Retry filter; it is left out`);
			return [];
		}
		const note = ledger.understood(filter, `Retry filter of Spring Cloud Gateway's route ${name}`);
		if (filter.node?.kind === 'map') ledger.read(filter.get('name'));
		const lines = present([...retryLines(filter, response, ledger)]);
		return [{ name, file: route.file, note, layer: 'proxy', lines, nodes: null }];
	}).flat();
	ledger.rest(root);
	return layers;
}

function retryLines(filter: Field, response: Field, ledger: Ledger): (Line | null)[] {
	const short = filter.node?.kind === 'scalar' ? /^Retry=(\d+)/.exec(filter.text() ?? '') : null;
	const args = filter.node?.kind === 'map' ? filter.get('args') : filter;
	const at = (name: string): Field => (args.node?.kind === 'map' ? relaxed(args, name) : args);
	const isMap = args.node?.kind === 'map';
	const count = isMap ? at('retries').whole(0, 1_000_000) : short === null ? null : Number(short[1]);
	const attempts = (count ?? 3) + 1;
	const attemptsNote =
		count === null
			? ledger.assumed(filter, 'no retries: 3 by default, which is 4 attempts')
			: ledger.understood(isMap ? at('retries') : filter, `retries: ${count}: ${attempts} attempts`);
	const eachUs = durationOf(response, springDuration, LIKE);
	const on = isMap ? causes(at('statuses'), at('series'), at('exceptions'), filter, ledger) : defaults(filter, ledger);
	const said =
		isMap && at('statuses').given
			? `statuses: ${listOf(at('statuses')).join(', ')}, beside its series and exceptions`
			: 'every 5xx, IOException and TimeoutException, by default';
	const lines = triesLines(
		{
			attempts,
			attemptsNote,
			on: met(on, eachUs !== null),
			from: isMap && at('statuses').given ? at('statuses') : filter,
			said,
		},
		ledger,
	);
	const methods = isMap && at('methods').given ? listOf(at('methods')) : ['GET'];
	const methodsNote =
		isMap && at('methods').given
			? ledger.understood(at('methods'), `methods: ${methods.join(', ')}`)
			: ledger.assumed(filter, 'no methods: GET alone by default');
	return [
		...lines,
		line('methods', methods, methodsNote),
		line('networkMethods', methods),
		isMap
			? backoffOf(at('backoff'), filter, ledger)
			: line('backoff', { growth: 'none' }, ledger.assumed(filter, 'no backoff: retries go at once')),
		eachUs === null
			? null
			: time(
					'timeout',
					eachUs,
					ledger.understood(response, `httpclient.response-timeout: ${response.text()}, of each try`),
				),
	];
}

const listOf = (field: Field): string[] =>
	field.node?.kind === 'list'
		? field.items().map((item) => item.text() ?? '')
		: (field.text() ?? '').split(',').map((each) => each.trim());

const defaults = (filter: Field, ledger: Ledger): CauseWord[] => {
	ledger.read(filter);
	return [...SERVER_ERRORS, ...NETWORK];
};

function causes(statuses: Field, series: Field, exceptions: Field, filter: Field, ledger: Ledger): CauseWord[] {
	const found: CauseWord[] = [];
	for (const name of statuses.given ? listOf(statuses) : []) {
		const word = STATUSES.get(name.toUpperCase());
		if (word === undefined) ledger.unexpressed(statuses, `${name}: no edge here answers it`);
		else found.push(word);
	}
	if (series.given) {
		ledger.understood(series, `series: ${listOf(series).join(', ')}`);
		if (listOf(series).some((each) => each.toUpperCase() === 'SERVER_ERROR')) found.push(...SERVER_ERRORS);
		if (listOf(series).some((each) => each.toUpperCase() === 'CLIENT_ERROR')) found.push(429);
	} else {
		ledger.assumed(filter, 'no series: every 5xx is retried by default, beside the statuses that are named');
		found.push(...SERVER_ERRORS);
	}
	if (exceptions.given)
		ledger.assumed(exceptions, `exceptions: ${listOf(exceptions).join(', ')}: taken for failures of the network`);
	return [...found, ...NETWORK];
}

function backoffOf(backoff: Field, filter: Field, ledger: Ledger): Line {
	if (!backoff.given)
		return line('backoff', { growth: 'none' }, ledger.assumed(filter, 'no backoff: retries go at once'));
	const [first, most, factor, based] = ['firstBackoff', 'maxBackoff', 'factor', 'basedOnPreviousValue'].map((name) =>
		relaxed(backoff, name),
	);
	const [baseUs, capUs] = [durationOf(first, springDuration, LIKE), durationOf(most, springDuration, LIKE)];
	if (baseUs === null || baseUs === 0) throw first.wrong('firstBackoff, above 0,');
	const times = factor.number() ?? 2;
	if (based.given) ledger.understood(based, `basedOnPreviousValue: ${based.text()}: the same delays, without jitter`);
	return line(
		'backoff',
		block(
			line('growth', 'exponential'),
			time('base', baseUs, ledger.understood(first, `firstBackoff: ${first.text()}`)),
			line(
				'multiplier',
				Math.max(1, times),
				factor.given
					? ledger.understood(factor, `factor: ${times}`)
					: ledger.assumed(backoff, 'no factor: 2 by default'),
			),
			capUs === null ? null : time('cap', capUs, ledger.understood(most, `maxBackoff: ${most.text()}`)),
			line('jitter', 'none'),
		),
	);
}
