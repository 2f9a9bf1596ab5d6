/** Envoy: what the cluster of a route adds to its retries, a circuit breaker that counts them and the ejection of hosts. */
import type { Field } from '../../manifest/field.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { durationOf, protobufDuration } from '../policy/duration-formats.js';
import type { Ledger } from '../policy/ledger.js';
import { either } from '../policy/spellings.js';
import { ejectionOf } from './outlier-detection.js';
import { edgeLines, hostsOf } from './pool.js';
import { concurrencyBudget } from './retry-policy.js';

const DEFAULT_MAX_RETRIES = 3;
const DEFAULT_MIN_CONCURRENCY = 3;
const MAX_COUNT = 4_294_967_295;
/** `outbound|80||shop.default.svc.cluster.local` */
const ISTIO_CLUSTER = /^(?:out|in)bound(?:-vip)?\|/;
const LIKE = 'a duration of protocol buffers, in seconds, such as 10s,';
/** As if one Envoy stood before each pool: with several each has its own. */
const SCOPE = line('scope', 'destination');

/** What a cluster says of the retries towards it, and of its hosts. */
export interface ClusterBounds {
	readonly lines: readonly (Line | null)[];
	readonly edge: readonly Line[];
	readonly nodes: number | null;
	readonly spares: number;
}

/** `budget` nearly always, as a cluster without a circuit breaker has one by default; `breaker` where hosts are ejected. */
export function clusterLines(action: Field, clusters: readonly Field[], ledger: Ledger): ClusterBounds {
	const name = clusterName(action, ledger);
	const cluster = clusters.find((each) => each.get('name').text() === name);
	if (cluster === undefined) {
		const which = name === null ? 'the cluster' : `cluster ${name}`;
		if (name !== null && ISTIO_CLUSTER.test(name)) {
			const text = `${which} is one of Istio's sidecar, and not given: Istio takes Envoy's bound on retries away (2^32-1); no host is ejected`;
			ledger.assumed(action, text);
			return { lines: [], edge: [], nodes: null, spares: 0 };
		}
		const text = `${which} is not given: at most 3 retries at once by default, and no host is ejected`;
		const lines = [concurrencyBudget([line('max', DEFAULT_MAX_RETRIES)], SCOPE, ledger.assumed(action, text))];
		return { lines, edge: [], nodes: null, spares: 0 };
	}
	ledger.read(cluster.get('name'));
	const { nodes, spares } = hostsOf(cluster, ledger);
	const breaker = ejectionOf(cluster, nodes, ledger);
	const edge = edgeLines(cluster, ledger);
	return { lines: [budgetOf(cluster, ledger), breaker], edge, nodes, spares };
}

function clusterName(action: Field, ledger: Ledger): string | null {
	const [one, weighted] = [action.get('cluster'), either(action, 'weighted_clusters')];
	if (one.given) {
		ledger.read(one);
		return one.text();
	}
	const [first] = weighted.get('clusters').items();
	if (first === undefined) return null;
	ledger.assumed(weighted, `of the weighted clusters the first, ${first.get('name').text()}, stands for all`);
	return first.get('name').text();
}

function budgetOf(cluster: Field, ledger: Ledger): Line | null {
	const breakers = either(cluster, 'circuit_breakers');
	const thresholds = breakers.get('thresholds').items();
	const own = thresholds.find((each) => ['DEFAULT', '0'].includes(each.get('priority').text() ?? 'DEFAULT'));
	for (const other of thresholds.filter((each) => each !== own)) {
		const what =
			other.get('priority').text() === 'HIGH' ? 'there are no priorities here' : 'the first of a priority wins';
		ledger.omitted(other, `thresholds of priority ${other.get('priority').text() ?? 'DEFAULT'}: ${what}`);
	}
	if (own === undefined) {
		const note = ledger.assumed(cluster, 'no circuit breaker: at most 3 retries at once by default');
		return concurrencyBudget([line('max', DEFAULT_MAX_RETRIES)], SCOPE, note);
	}
	ledger.read(own.get('priority'));
	for (const key of ['max_connections', 'max_pending_requests', 'max_requests', 'max_connection_pools']) {
		const field = either(own, key);
		if (field.given) ledger.unexpressed(field, `${key}: bounds what is under way, not its retries; it is left out`);
	}
	const most = either(own, 'max_retries');
	const share = either(own, 'retry_budget');
	if (share.given) {
		if (most.given) ledger.understood(most, 'max_retries: the retry_budget beside it overrides it');
		return shareBudget(share, ledger);
	}
	const max = most.whole(0, MAX_COUNT) ?? DEFAULT_MAX_RETRIES;
	if (max === MAX_COUNT) {
		ledger.understood(most, 'max_retries: 2^32-1 is no bound, as Istio writes it');
		return null;
	}
	const note = most.given
		? ledger.understood(
				most,
				`max_retries: ${max} at once, in back-off or in flight; one that is denied uses up an attempt`,
			)
		: ledger.assumed(own, 'no max_retries: 3 at once by default, in back-off or in flight');
	return concurrencyBudget([line('max', max)], SCOPE, note);
}

function shareBudget(budget: Field, ledger: Ledger): Line {
	const percent = either(budget, 'budget_percent').get('value');
	const least = either(budget, 'min_retry_concurrency');
	const interval = either(budget, 'budget_interval');
	const share = percent.within(0, 100) ?? 20;
	const min = least.whole(0, MAX_COUNT) ?? DEFAULT_MIN_CONCURRENCY;
	if (interval.given) {
		const us = durationOf(interval, protobufDuration, LIKE);
		if (us === 0) ledger.understood(interval, 'budget_interval: 0s counts what is under way now');
		else
			ledger.unexpressed(interval, 'budget_interval: what is under way now is counted, not what was in the interval');
	}
	const shareNote = percent.given
		? ledger.understood(percent, `budget_percent: ${share} of what is active or pending`)
		: ledger.assumed(budget, 'no budget_percent: 20 % of what is active or pending by default');
	const leastNote = least.given
		? ledger.understood(least, `min_retry_concurrency: ${min}`)
		: ledger.assumed(budget, 'no min_retry_concurrency: 3 by default');
	const note = ledger.understood(budget, 'retry_budget: of one Envoy before each pool');
	return concurrencyBudget([line('share', `${share}%`, shareNote), line('least', min, leastNote)], SCOPE, note);
}
