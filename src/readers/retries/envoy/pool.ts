/** Envoy: the hosts of a cluster, which one is chosen, and the checks that take one out. */
import { MILLISECOND, SECOND } from '../../../kernel/units.js';
import type { Field } from '../../manifest/field.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { durationOf, protobufDuration } from '../policy/duration-formats.js';
import { failoverLine } from '../policy/health-checks.js';
import type { Ledger } from '../policy/ledger.js';
import { choiceLine } from '../policy/load-balancing.js';
import { either } from '../policy/spellings.js';

const FIRST_PRIORITY = 0;
const LIKE = 'a duration of protocol buffers, in seconds, such as 5s,';

/** Endpoints that are listed: those of the first priority, and behind them the spares of all others. */
export interface Hosts {
	/** null where none is listed */
	readonly nodes: number | null;
	readonly spares: number;
}

export function hostsOf(cluster: Field, ledger: Ledger): Hosts {
	const load = either(cluster, 'load_assignment');
	if (!load.given) return NONE;
	const [main, ...others] = [...groupsOf(load)].sort(([a], [b]) => a - b);
	ledger.read(load, either(load, 'cluster_name'));
	if (main === undefined) return NONE;
	const later = others.filter(([priority]) => priority !== main[0]);
	for (const [priority, group] of later)
		ledger.assumed(
			group,
			`priority ${priority}: spares, which serve here once no host of priority ${main[0]} is left; Envoy shifts a part to them already when fewer than 72 % are healthy`,
		);
	const countOf = ([, group]: [number, Field]): number => {
		const list = either(group, 'lb_endpoints');
		ledger.whole(list);
		ledger.read(group, either(group, 'priority'));
		return list.items().length;
	};
	const sum = (groups: readonly [number, Field][]): number =>
		groups.map(countOf).reduce((total, count) => total + count, 0);
	const nodes = sum(groupsOf(load).filter(([priority]) => priority === main[0]));
	const spares = sum(later);
	if (nodes === 0) return NONE;
	ledger.understood(load, `load_assignment: ${nodes} ${nodes === 1 ? 'host' : 'hosts'}`);
	return { nodes, spares };
}

const NONE: Hosts = { nodes: null, spares: 0 };

const groupsOf = (load: Field): [number, Field][] =>
	load
		.get('endpoints')
		.items()
		.map((group) => {
			const priority = either(group, 'priority').whole(0, 128);
			return [priority === null ? FIRST_PRIORITY : priority, group];
		});

/** `choice` and `failover` of the edge, where the cluster writes them. */
export function edgeLines(cluster: Field, ledger: Ledger): Line[] {
	const policy = either(cluster, 'lb_policy');
	const word = policy.text();
	const choice = word === null ? [] : [choiceLine('envoy', word, policy, `lb_policy: ${word}`, ledger)];
	return [...choice, ...failover(cluster, ledger)];
}

/** The first check that finds out soonest stands for all. */
function failover(cluster: Field, ledger: Ledger): Line[] {
	const [first, ...others] = either(cluster, 'health_checks').items();
	if (first === undefined) return [];
	for (const other of others) ledger.omitted(other, 'health_checks: the first of several is read');
	const [interval, threshold] = [either(first, 'interval'), either(first, 'unhealthy_threshold')];
	const intervalUs = durationOf(interval, protobufDuration, LIKE) ?? SECOND;
	const fall = threshold.whole(1, 1_000_000) ?? 1;
	ledger.read(interval, threshold);
	for (const [key, text] of [
		['timeout', 'how long a check may take: it fails at once here'],
		['healthy_threshold', 'a host that is back is used at once here'],
		['unhealthy_interval', 'a host that is back is used at once here'],
		['no_traffic_interval', 'hosts are checked as if they had traffic'],
		['interval_jitter', 'no jitter of checks here'],
		['reuse_connection', 'no counterpart'],
		['http_health_check', 'what a check asks for: it fails where the host is gone'],
		['tcp_health_check', 'what a check asks for: it fails where the host is gone'],
		['grpc_health_check', 'what a check asks for: it fails where the host is gone'],
	] as const) {
		const field = either(first, key);
		if (field.given) ledger.omitted(field, `health_checks.${key}: ${text}`);
	}
	const said = `health_checks: every ${interval.text() ?? '1s'}, unhealthy_threshold ${fall}`;
	const check = { intervalUs: Math.max(MILLISECOND, intervalUs), fall, said };
	return [failoverLine(check, first, ledger, panicOf(cluster, ledger))];
}

/** With fewer hosts in rotation Envoy sends to all of them again; 50 % by default, and 0 for never. */
export function panicOf(cluster: Field, ledger: Ledger): Line {
	const common = either(cluster, 'common_lb_config');
	const field = either(common, 'healthy_panic_threshold');
	const percent = field.get('value').within(0, 100);
	ledger.read(common, field, field.get('value'));
	const note =
		percent === null
			? ledger.assumed(
					cluster,
					'no healthy_panic_threshold: with fewer than 50 % of the hosts in rotation all are sent to again',
				)
			: ledger.understood(field, `healthy_panic_threshold: ${percent}`);
	return line('panic', `${percent ?? 50}%`, note);
}
