/**
 * Envoy: the retry policies of a RouteConfiguration, with the timeouts of their routes and the clusters they lead to. The
 * innermost policy replaces those around it completely: nothing is merged.
 */
import { formatDuration, MILLISECOND, SECOND } from '../../../kernel/units.js';
import { eachOf, together } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import type { Note } from '../../manifest/provenance-notes.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { durationOf, protobufDuration } from '../policy/duration-formats.js';
import { present, type RetryLayer, time, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { either, mapsIn } from '../policy/spellings.js';
import { met } from '../policy/status-causes.js';
import { clusterLines } from './clusters.js';
import { hasHosts, hasPolicy, isCluster } from './envoy-markers.js';
import { DEFAULT_BASE_US, envoyBackoff, retryOn, tokensOf } from './retry-policy.js';

const DEFAULT_TIMEOUT_US = 15 * SECOND;
const MAX_COUNT = 1_000_000;
const LIKE = 'a duration of protocol buffers, in seconds, such as 0.25s,';

/** A route with what applies to it. */
interface Route {
	readonly name: string;
	/** the action: timeout, retry_policy, hedge_policy, cluster */
	readonly action: Field;
	readonly policy: Field;
	readonly hedge: Field;
}

/** @param documents all that are given: clusters may stand in other files than routes */
export function importEnvoy(documents: readonly Field[], ledger: Ledger): RetryLayer[] {
	const clusters = documents.flatMap((root) => mapsIn(root, isCluster));
	const routes = documents.flatMap((root) => mapsIn(root, hasHosts)).flatMap((config) => routesOf(config, ledger));
	const loose = documents.filter((root) => mapsIn(root, hasHosts).length === 0);
	const alone = loose.flatMap((root) => mapsIn(root, hasPolicy)).map((action) => loneRoute(action));
	const layers = eachOf([...routes, ...alone], (route) => layerOf(route, clusters, ledger));
	for (const root of documents) ledger.rest(root);
	return layers;
}

const loneRoute = (action: Field): Route => ({
	name: action.get('cluster').text() ?? 'route',
	action,
	policy: either(action, 'retry_policy'),
	hedge: either(action, 'hedge_policy'),
});

/** The routes of a configuration that have a policy, their own or their host's. */
function routesOf(config: Field, ledger: Ledger): Route[] {
	return either(config, 'virtual_hosts')
		.items()
		.flatMap((host) => {
			const [hostPolicy, hostHedge] = [either(host, 'retry_policy'), either(host, 'hedge_policy')];
			const routes = host.get('routes').items();
			ledger.read(host.get('name'));
			return routes.flatMap((route, i) => {
				const action = route.get('route');
				if (!action.given) return [];
				const [own, ownHedge] = [either(action, 'retry_policy'), either(action, 'hedge_policy')];
				const label = route.get('name').text();
				const name = `${host.get('name').text() ?? 'host'}-${label ?? (routes.length > 1 ? i + 1 : 'route')}`;
				ledger.read(route.get('name'));
				const policy = own.given ? own : hostPolicy;
				if (own.given && hostPolicy.given)
					ledger.understood(own, "the route's own retry_policy replaces the one of its host completely");
				if (!policy.given) {
					ledger.understood(action, `${name}: no retry_policy, so Envoy retries nothing here; it is left out`);
					return [];
				}
				return [{ name, action, policy, hedge: ownHedge.given ? ownHedge : hostHedge }];
			});
		});
}

function layerOf(route: Route, clusters: readonly Field[], ledger: Ledger): RetryLayer {
	const { name, action, policy } = route;
	const note = ledger.understood(policy, `retry policy of Envoy's route ${name}`);
	const [{ tries, timeouts, hedges }, ...others] = together(
		() => triesAndTimeouts(route, ledger),
		() => backoffOf(policy, ledger),
		() => clusterLines(action, clusters, ledger),
		() => rateLimited(policy, ledger),
		() => targetOf(policy, ledger),
	);
	const [backoff, bounds, limited, target] = others;
	const lines = present([...tries, backoff, ...timeouts, ...bounds.lines, limited, hedges, target]);
	for (const [field, text] of [
		['per_try_idle_timeout', 'an answer comes whole here, so no try falls silent in the middle of it'],
		['retriable_request_headers', 'requests carry no headers here, so all of them are retried'],
		['retriable_headers', 'answers carry no headers here'],
		['retry_priority', 'there are no priorities between nodes here'],
		['retry_options_predicates', 'what a retry changes of a request has no counterpart'],
	] as const) {
		const given = either(policy, field);
		if (given.given) ledger.omitted(given, `${field}: ${text}`);
	}
	return {
		name,
		file: policy.file,
		note,
		layer: 'proxy',
		lines,
		nodes: bounds.nodes,
		spares: bounds.spares,
		edge: bounds.edge,
	};
}

/** What hangs is tried again, or has a copy sent beside it, only where each try has a limit of its own. */
function triesAndTimeouts(route: Route, ledger: Ledger): { tries: Line[]; timeouts: Line[]; hedges: Line | null } {
	const { policy, hedge } = route;
	const timeouts = timeoutsOf(route, ledger);
	const perTry = timeouts.some(({ key }) => key === 'timeout');
	return { tries: triesOf(policy, perTry, ledger), timeouts, hedges: hedgeOf(hedge, policy, perTry, ledger) };
}

function triesOf(policy: Field, perTry: boolean, ledger: Ledger): Line[] {
	const [on, retries] = [either(policy, 'retry_on'), either(policy, 'num_retries')];
	const codesField = either(policy, 'retriable_status_codes');
	const codes = codesField.items().flatMap((item) => item.whole(100, 599) ?? []);
	const { words, listed } = retryOn(on, tokensOf(on.text() ?? ''), codes, ledger);
	if (codesField.given) {
		const said = `retriable_status_codes: ${codes.join(', ')}`;
		if (listed) ledger.understood(codesField, said);
		else
			ledger.unexpressed(codesField, `${said}: without the word retriable-status-codes in retry_on Envoy ignores them`);
	}
	const count = retries.whole(0, MAX_COUNT);
	const attemptsNote =
		count === null
			? ledger.assumed(policy, 'num_retries is not written: 1 by default, which is two attempts')
			: ledger.understood(retries, `num_retries: ${count} counts retries: ${count + 1} attempts`);
	const said = on.given ? `retry_on: ${on.text()}` : 'no retry_on: Envoy retries nothing';
	return triesLines({ attempts: (count ?? 1) + 1, attemptsNote, on: met(words, perTry), from: on, said }, ledger);
}

function backoffOf(policy: Field, ledger: Ledger): Line {
	const field = either(policy, 'retry_back_off');
	const [base, cap] = [either(field, 'base_interval'), either(field, 'max_interval')];
	if (!field.given) {
		const note = ledger.assumed(policy, 'no retry_back_off: 25 ms, doubling up to 250 ms, by default');
		return envoyBackoff(DEFAULT_BASE_US, 10 * DEFAULT_BASE_US, { base: note, cap: null });
	}
	const written = durationOf(base, protobufDuration, LIKE);
	if (written === null || written === 0) throw base.wrong('base_interval, above 0s,');
	const baseUs = wholeMs(written);
	const capWritten = durationOf(cap, protobufDuration, LIKE);
	if (capWritten !== null && wholeMs(capWritten) < baseUs)
		throw cap.wrong('max_interval of at least base_interval, as Envoy demands it,');
	const rounded = written < MILLISECOND ? ', which Envoy rounds up to 1 ms' : '';
	return envoyBackoff(baseUs, capWritten === null ? 10 * baseUs : wholeMs(capWritten), {
		base: ledger.understood(base, `base_interval: ${base.text()}${rounded}; windows double from it`),
		cap:
			capWritten === null
				? ledger.assumed(field, 'no max_interval: ten times the base by default')
				: ledger.understood(cap, `max_interval: ${cap.text()}`),
	});
}

/** Envoy counts whole milliseconds, of which the least is one. */
const wholeMs = (us: number): number => Math.max(1, Math.floor(us / MILLISECOND)) * MILLISECOND;

function timeoutsOf({ action, policy }: Route, ledger: Ledger): Line[] {
	const [whole, each] = [action.get('timeout'), either(policy, 'per_try_timeout')];
	const wholeUs = durationOf(whole, protobufDuration, LIKE) ?? DEFAULT_TIMEOUT_US;
	const eachUs = durationOf(each, protobufDuration, LIKE);
	const lines: Line[] = [];
	if (eachUs !== null && eachUs > 0) {
		if (wholeUs > 0 && eachUs >= wholeUs) {
			const text = `per_try_timeout: ${each.text()} is not below the route's timeout of ${formatDuration(wholeUs)}: Envoy ignores it, and a try that hangs is never retried`;
			ledger.understood(each, text);
		} else lines.push(time('timeout', eachUs, ledger.understood(each, `per_try_timeout: ${each.text()}`)));
	} else if (!each.given) {
		ledger.understood(policy, 'no per_try_timeout: a try that hangs takes up the whole timeout and is never retried');
	}
	if (wholeUs === 0) {
		ledger.understood(whole, 'timeout: 0s switches it off');
		return lines;
	}
	const note: Note = whole.given
		? ledger.understood(whole, `timeout: ${whole.text()} covers all tries and back-offs`)
		: ledger.assumed(action, 'no timeout: 15 s by default, over all tries and back-offs');
	return [...lines, line('overall', { after: formatDuration(wholeUs), checked: 'always' }, note)];
}

/** Retry-After and its kin, which Envoy heeds where the policy names the headers. */
function rateLimited(policy: Field, ledger: Ledger): Line | null {
	const field = either(policy, 'rate_limited_retry_back_off');
	if (!field.given) return null;
	const [headers, most] = [either(field, 'reset_headers'), either(field, 'max_interval')];
	const cap = durationOf(most, protobufDuration, LIKE) ?? 300 * SECOND;
	const names = headers.items().map((header) => {
		ledger.read(header.get('name'), header.get('format'));
		return header.get('name').text() ?? 'unnamed';
	});
	if (most.given) ledger.understood(most, `max_interval: ${most.text()}; above it Envoy falls back to its back-off`);
	ledger.assumed(headers, `reset_headers: ${names.join(', ')}; any of them is taken for Retry-After`);
	const note = ledger.assumed(field, 'what a header says is waited for exactly; Envoy draws U(v, 1.5 v)');
	return line('retryAfter', { mode: 'replace', over: 'backoff', cap: formatDuration(cap) }, note);
}

function hedgeOf(hedge: Field, policy: Field, perTry: boolean, ledger: Ledger): Line | null {
	if (!hedge.given) return null;
	for (const dead of ['initial_requests', 'additional_request_chance']) {
		const field = either(hedge, dead);
		if (field.given) ledger.understood(field, `${dead}: not implemented by Envoy; it does nothing`);
	}
	const onTimeout = either(hedge, 'hedge_on_per_try_timeout');
	if (!onTimeout.flag()) {
		ledger.understood(onTimeout, 'hedge_on_per_try_timeout is not set: nothing is hedged');
		return null;
	}
	if (!perTry) {
		ledger.unexpressed(onTimeout, 'hedge_on_per_try_timeout: no per_try_timeout applies, so it never hedges');
		return null;
	}
	const total = (either(policy, 'num_retries').whole(0, MAX_COUNT) ?? 1) + 1;
	if (total === 1) {
		ledger.understood(
			onTimeout,
			'hedge_on_per_try_timeout: num_retries is 0, so there is nothing to send beside a try',
		);
		return null;
	}
	const note = ledger.understood(
		onTimeout,
		'hedge_on_per_try_timeout: at its timeout a try goes on, and the next is sent beside it',
	);
	return line('hedge', { kind: 'on-per-try-timeout', total }, note);
}

function targetOf(policy: Field, ledger: Ledger): Line {
	const [predicates, most] = [
		either(policy, 'retry_host_predicate'),
		either(policy, 'host_selection_retry_max_attempts'),
	];
	if (most.given)
		ledger.unexpressed(most, 'how often a host is picked anew is not counted here: it is always another one');
	if (!predicates.given) {
		const note = ledger.understood(policy, 'no retry_host_predicate: a retry may meet the same host');
		return line('target', 'repick', note);
	}
	const names = predicates.items().map((predicate) => {
		ledger.read(predicate.get('name'));
		ledger.whole(either(predicate, 'typed_config'));
		return predicate.get('name').text() ?? 'unnamed';
	});
	const previous = names.some((name) => name.includes('previous_hosts'));
	const others = names.filter((name) => !name.includes('previous_hosts'));
	if (others.length > 0) ledger.unexpressed(predicates, `retry_host_predicate ${others.join(', ')}: no counterpart`);
	if (!previous) return line('target', 'repick');
	return line(
		'target',
		'avoid-previous',
		ledger.understood(predicates, 'retry_host_predicate: previous hosts are avoided'),
	);
}
