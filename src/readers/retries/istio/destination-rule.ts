/** Istio: what a DestinationRule adds to the retries towards its host, a bound on them and the ejection of hosts. */
import { formatDuration, SECOND } from '../../../kernel/units.js';
import type { Field } from '../../manifest/field.js';
import type { Note } from '../../manifest/provenance-notes.js';
import type { Resource } from '../../manifest/resources.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { concurrencyBudget, ejectionLine } from '../envoy/retry-policy.js';
import { durationOf, goDuration } from '../policy/duration-formats.js';
import type { Ledger, WrittenField } from '../policy/ledger.js';
import { choiceLine } from '../policy/load-balancing.js';

const LIKE = 'a duration such as 10s, 250ms or 1m30s';
const MAX_COUNT = 4_294_967_295;
/** A sidecar stands beside each caller. */
const SCOPE = line('scope', 'instance');

interface Destination {
	readonly host: string | null;
	readonly subset: string | null;
}

/** What a rule says of the retries towards its host, and of the pods themselves. */
export interface DestinationBounds {
	readonly lines: readonly (Line | null)[];
	readonly edge: readonly Line[];
}

/** @param from where the destination is written */
export function destinationLines(
	{ host, subset }: Destination,
	rules: readonly Resource[],
	from: WrittenField,
	ledger: Ledger,
): DestinationBounds {
	const rule = rules.find(({ body }) => sameHost(body.dig('spec.host').text(), host));
	if (rule === undefined) {
		ledger.assumed(from, `no DestinationRule for ${host ?? 'it'}: Istio takes Envoy's bound on retries away (2^32-1)`);
		return { lines: [], edge: [] };
	}
	const spec = rule.body.get('spec');
	ledger.read(spec.get('host'));
	const policies = [subsetPolicy(spec, subset, ledger), spec.get('trafficPolicy')].filter(({ given }) => given);
	for (const policy of policies) portLevel(policy, ledger);
	// The policy of a subset overrides, setting by setting, that of the host.
	const first = (key: string): Field | undefined =>
		policies.map((policy) => policy.get(key)).find(({ given }) => given);
	const balancer = first('loadBalancer');
	return {
		lines: [
			boundOf(first('retryBudget'), first('connectionPool'), ledger),
			ejectionOf(first('outlierDetection'), ledger),
		],
		edge: choiceOf(balancer, ledger),
	};
}

/** True where a hash keeps each caller at one pod, its retries too. */
export function hashes({ host, subset }: Destination, rules: readonly Resource[]): boolean {
	const spec = rules.find(({ body }) => sameHost(body.dig('spec.host').text(), host))?.body.get('spec');
	if (spec === undefined) return false;
	const own = spec
		.get('subsets')
		.items()
		.find((each) => subset !== null && each.get('name').text() === subset)
		?.dig('trafficPolicy.loadBalancer');
	const balancer = own?.given === true ? own : spec.dig('trafficPolicy.loadBalancer');
	return balancer.get('consistentHash').given;
}

function choiceOf(balancer: Field | undefined, ledger: Ledger): Line[] {
	if (balancer === undefined) return [];
	const [simple, hash] = [balancer.get('simple'), balancer.get('consistentHash')];
	ledger.read(balancer);
	for (const key of ['localityLbSetting', 'warmup', 'warmupDurationSecs']) {
		const field = balancer.get(key);
		if (field.given) ledger.omitted(field, `loadBalancer.${key}: no counterpart; it is left out`);
	}
	if (hash.given) {
		ledger.whole(hash);
		return [choiceLine('envoy', 'RING_HASH', hash, 'loadBalancer.consistentHash', ledger)];
	}
	const word = simple.text();
	return word === null ? [] : [choiceLine('envoy', word, simple, `loadBalancer.simple: ${word}`, ledger)];
}

/** `reviews` is short for `reviews.default.svc.cluster.local`. */
function sameHost(one: string | null, other: string | null): boolean {
	if (one === null || other === null) return false;
	return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}

/** What the subset says for itself; a field that is missing where it says nothing. */
function subsetPolicy(spec: Field, subset: string | null, ledger: Ledger): Field {
	const subsets = spec.get('subsets').items();
	for (const each of subsets) ledger.read(each.get('name'));
	const chosen = subsets.find((each) => subset !== null && each.get('name').text() === subset);
	for (const each of subsets) {
		const policy = each.get('trafficPolicy');
		if (each !== chosen && policy.given)
			ledger.unexpressed(
				policy,
				`the traffic policy of subset ${each.get('name').text()}, where this route does not lead`,
			);
	}
	return chosen === undefined ? spec.get('no subset') : chosen.get('trafficPolicy');
}

function portLevel(policy: Field, ledger: Ledger): void {
	const ports = policy.get('portLevelSettings');
	if (ports.given)
		ledger.omitted(ports, 'portLevelSettings: ports are not told apart here; the settings above them hold');
}

function boundOf(budget: Field | undefined, pool: Field | undefined, ledger: Ledger): Line | null {
	const http = pool?.get('http');
	if (pool !== undefined) {
		for (const [key, field] of http?.entries() ?? []) {
			if (key !== 'maxRetries')
				ledger.omitted(field, `connectionPool.http.${key}: bounds what is under way, not its retries; it is left out`);
		}
		const tcp = pool.get('tcp');
		if (tcp.given) ledger.omitted(tcp, 'connectionPool.tcp: connections are not modelled');
	}
	const most = http?.get('maxRetries');
	if (budget !== undefined) {
		if (most?.given) ledger.understood(most, 'maxRetries: the retryBudget beside it overrides it');
		return budgetOf(budget, ledger);
	}
	const max = most?.whole(0, MAX_COUNT);
	if (most === undefined || max === undefined || max === null) return null;
	if (max === 0) {
		ledger.understood(most, 'maxRetries: 0 is not set: no bound (2^32-1)');
		return null;
	}
	const note = ledger.understood(most, `maxRetries: ${max} at once of each sidecar, in back-off or in flight`);
	return concurrencyBudget([line('max', max)], SCOPE, note);
}

function budgetOf(budget: Field, ledger: Ledger): Line {
	const [percent, least, interval] = [
		budget.get('percent'),
		budget.get('minRetryConcurrency'),
		budget.get('budgetInterval'),
	];
	const [share, min] = [percent.within(0, 100) ?? 20, least.whole(0, MAX_COUNT) ?? 3];
	if (interval.given && durationOf(interval, goDuration, LIKE) !== 0)
		ledger.unexpressed(interval, 'budgetInterval: what is under way now is counted, not what was in the interval');
	else if (interval.given) ledger.understood(interval, 'budgetInterval: 0 counts what is under way now');
	const shareNote = percent.given
		? ledger.understood(percent, `percent: ${share} of what is active or pending`)
		: ledger.assumed(budget, 'no percent: 20 % by default');
	const minNote = least.given
		? ledger.understood(least, `minRetryConcurrency: ${min}`)
		: ledger.assumed(budget, 'no minRetryConcurrency: 3 by default');
	const note = ledger.understood(budget, 'retryBudget: of each sidecar');
	return concurrencyBudget([line('share', `${share}%`, shareNote), line('least', min, minNote)], SCOPE, note);
}

/** Istio sets Envoy's panic threshold to 0 where nobody asks for more. */
const NO_PANIC = 0;

/** Without it no host is ejected; with it each of its fields has a default. */
function ejectionOf(field: Field | undefined, ledger: Ledger): Line | null {
	if (field === undefined) return null;
	const [any, gateway] = [field.get('consecutive5xxErrors'), field.get('consecutiveGatewayErrors')];
	for (const key of ['splitExternalLocalOriginErrors', 'consecutiveLocalOriginFailures']) {
		const given = field.get(key);
		if (given.given)
			ledger.unexpressed(given, `${key}: failures of the network and of the answer are counted together here`);
	}
	const old = field.get('consecutiveErrors');
	if (old.given)
		ledger.unexpressed(old, 'consecutiveErrors: the name of Istio up to 1.5, which newer versions do not read');
	const counted = failuresOf(any, gateway, field, ledger);
	if (counted === null) return null;
	const [interval, base, percent, healthy] = [
		field.get('interval'),
		field.get('baseEjectionTime'),
		field.get('maxEjectionPercent'),
		field.get('minHealthPercent'),
	];
	const least = healthy.whole(0, 100);
	const said = (given: Field, key: string, byDefault: string) =>
		given.given
			? ledger.understood(given, `${key}: ${given.text()}`)
			: ledger.assumed(field, `no ${key}: ${byDefault} by default`);
	const timed = (ours: string, given: Field, key: string, byDefaultUs: number): Line =>
		line(
			ours,
			formatDuration(durationOf(given, goDuration, LIKE) ?? byDefaultUs),
			said(given, key, formatDuration(byDefaultUs)),
		);
	return ejectionLine(
		{
			failures: line('failures', counted.failures, counted.note),
			sweep: timed('sweep', interval, 'interval', 10 * SECOND),
			base: timed('base', base, 'baseEjectionTime', 30 * SECOND),
			max: null,
			ejected: line('maxShare', `${percent.whole(0, 100) ?? 10}%`, said(percent, 'maxEjectionPercent', '10')),
			panic: line('panic', `${least === null ? NO_PANIC : least}%`, said(healthy, 'minHealthPercent', '0')),
		},
		ledger.understood(field, 'outlierDetection: each sidecar judges each host; it counts every try'),
	);
}

/** Istio puts one of the two in force, or both; 0 switches one off. */
function failuresOf(any: Field, gateway: Field, from: Field, ledger: Ledger): { failures: number; note: Note } | null {
	const failures = any.whole(0, MAX_COUNT) ?? 5;
	const written = gateway.whole(0, MAX_COUNT);
	const gateways = written === null ? 0 : written;
	if (failures > 0) {
		if (gateway.given && gateways > 0 && gateways < failures)
			ledger.unexpressed(
				gateway,
				`consecutiveGatewayErrors: ${gateways} ejects sooner for 502, 503, 504 and the network; here every failure counts towards consecutive5xxErrors (${failures}) alone`,
			);
		else if (gateway.given)
			ledger.understood(gateway, `consecutiveGatewayErrors: ${gateways} adds nothing to ${failures} of any kind`);
		const note = any.given
			? ledger.understood(any, `consecutive5xxErrors: ${failures}`)
			: ledger.assumed(from, 'no consecutive5xxErrors: 5 by default');
		return { failures, note };
	}
	ledger.understood(any, 'consecutive5xxErrors: 0 ejects nobody for it');
	if (gateways === 0) {
		if (gateway.given) ledger.understood(gateway, 'consecutiveGatewayErrors: 0 ejects nobody for it');
		return null;
	}
	const text = `consecutiveGatewayErrors: ${gateways} of 502, 503, 504 and the network; here an answer 500 counts as well`;
	return { failures: gateways, note: ledger.assumed(gateway, text) };
}
