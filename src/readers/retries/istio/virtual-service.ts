/**
 * Istio: the retries of a VirtualService's routes, with what the DestinationRule of their host adds. Source: istio
 * pilot/pkg/networking/core/route/retry/retry.go and cluster_traffic_policy.go.
 */

import { formatDuration, MILLISECOND } from '../../../kernel/units.js';
import { eachOf, together } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import type { Resource } from '../../manifest/resources.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { DEFAULT_BASE_US, envoyBackoff, retryOn, tokensOf } from '../envoy/retry-policy.js';
import { durationOf, goDuration } from '../policy/duration-formats.js';
import { present, type RetryLayer, time, triesLines } from '../policy/layer.js';
import type { Ledger, WrittenField } from '../policy/ledger.js';
import { met } from '../policy/status-causes.js';
import { destinationLines, hashes } from './destination-rule.js';

const DEFAULT_RETRIES = 2;
/** Since 1.24, with an empty list of status codes: no answer of HTTP is retried. */
const DEFAULT_ON = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';
const LIKE = 'a duration such as 2s, 250ms or 1m30s';

export const isVirtualService = ({ kind, group }: Resource): boolean =>
	kind === 'VirtualService' && /^$|(?:^|\.)istio\.io$/.test(group);
export const isDestinationRule = ({ kind, group }: Resource): boolean =>
	kind === 'DestinationRule' && /^$|(?:^|\.)istio\.io$/.test(group);

export function importIstio(resources: readonly Resource[], ledger: Ledger): RetryLayer[] {
	const rules = resources.filter(isDestinationRule);
	const services = resources.filter(isVirtualService);
	const layers = eachOf(services, (service) => serviceLayers(service, rules, ledger)).flat();
	if (layers.length === 0 && rules.length > 0) layers.push(meshDefault(rules[0], rules, ledger));
	for (const { body } of resources.filter((each) => isVirtualService(each) || isDestinationRule(each))) {
		ledger.head(body);
		ledger.rest(body);
	}
	return layers;
}

function serviceLayers(service: Resource, rules: readonly Resource[], ledger: Ledger): RetryLayer[] {
	const spec = service.body.get('spec');
	for (const other of ['tcp', 'tls']) {
		const given = spec.get(other);
		if (given.given) ledger.omitted(given, `${other}: connections are not retried here, requests are`);
	}
	const routes = spec.get('http').items();
	return eachOf(routes, (route, i) => {
		const label = route.get('name').text() ?? (routes.length > 1 ? String(i + 1) : null);
		ledger.read(route.get('name'));
		const name = label === null ? service.name : `${service.name}-${label}`;
		const retries = route.get('retries');
		const from: WrittenField = retries.given ? retries : route;
		const note = ledger.understood(from, `retries of Istio's route ${name}, as the sidecar of the caller makes them`);
		const destination = destinationOf(route, ledger);
		const [own, whole, bounds] = together(
			() => retryLines(route, retries, hashes(destination, rules), ledger),
			() => wholeTimeout(route, ledger),
			() => destinationLines(destination, rules, from, ledger),
		);
		const lines = present([...own, whole, ...bounds.lines]);
		return { name, file: route.file, note, layer: 'mesh' as const, lines, nodes: null, edge: bounds.edge };
	});
}

/** With a consistent hash Istio writes no predicate of previous hosts: the hash of a retry is that of its request. */
const hashedTarget = (from: WrittenField, ledger: Ledger): Line =>
	line(
		'target',
		'same',
		ledger.understood(
			from,
			'consistentHash: no previous-hosts predicate is written, so that a retry meets the same pod',
		),
	);

/** A DestinationRule alone: the retries are those of the mesh. */
function meshDefault(rule: Resource, rules: readonly Resource[], ledger: Ledger): RetryLayer {
	const spec = rule.body.get('spec');
	const host = spec.get('host').text();
	const note = ledger.assumed(spec, `no VirtualService is given: ${rule.name} is met with the retries of the mesh`);
	const bounds = destinationLines({ host, subset: null }, rules, spec, ledger);
	const tries = defaults(spec, hashes({ host, subset: null }, rules), ledger);
	const lines = present([...tries, ...bounds.lines]);
	return { name: rule.name, file: rule.body.file, note, layer: 'mesh', lines, nodes: null, edge: bounds.edge };
}

/** Where a route leads: the first of its destinations stands for all. */
function destinationOf(route: Field, ledger: Ledger): { host: string | null; subset: string | null } {
	const targets = route.get('route').items();
	const [first] = targets;
	if (first === undefined) return { host: null, subset: null };
	const { destination, host, subset } = {
		destination: first.get('destination'),
		host: first.dig('destination.host'),
		subset: first.dig('destination.subset'),
	};
	ledger.read(destination, host, subset, destination.get('port'));
	if (targets.length > 1)
		ledger.assumed(route.get('route'), `of ${targets.length} destinations the first, ${host.text()}, stands for all`);
	return { host: host.text(), subset: subset.text() };
}

function retryLines(route: Field, retries: Field, hashed: boolean, ledger: Ledger): (Line | null)[] {
	const attempts = retries.get('attempts');
	const count = attempts.whole(0, 1_000_000);
	if (!retries.given) return defaults(route, hashed, ledger);
	if (count === 0 || count === null) return [line('attempts', 1, retriesOff(retries, attempts, ledger))];
	const attemptsNote = ledger.understood(
		attempts,
		`attempts: ${count} counts retries: ${count + 1} sends; the sidecar of the callee may retry on top of it`,
	);
	const on = retries.get('retryOn');
	const { words, said } = wordsOf(retries, on, ledger);
	const each = perTry(route, retries, ledger);
	const tries = {
		attempts: count + 1,
		attemptsNote,
		on: met(words, each !== null),
		from: on.given ? on : retries,
		said,
	};
	return [...triesLines(tries, ledger), backoffOf(retries, ledger), each, targetOf(retries, hashed, ledger)];
}

/** Retries switched off; beside another field Istio refuses that. */
function retriesOff(retries: Field, attempts: Field, ledger: Ledger): ReturnType<Ledger['understood']> {
	const others = retries.entries().filter(([key]) => key !== 'attempts');
	for (const [key, field] of others)
		ledger.unexpressed(field, `${key}: beside attempts 0, which is no retry at all; Istio refuses the two together`);
	if (attempts.given) return ledger.understood(attempts, 'attempts: 0 switches retries off, those of the mesh too');
	return ledger.understood(retries, 'a retries block without attempts: 0, which switches retries off');
}

/** What the mesh does where a route says nothing. */
function defaults(route: Field, hashed: boolean, ledger: Ledger): Line[] {
	const note = ledger.assumed(route, 'no retries block: 2 retries, the default of the mesh');
	const { words } = retryOn(route, tokensOf(DEFAULT_ON), [], ledger);
	const said = `by default ${DEFAULT_ON}: no status of HTTP is retried`;
	return [
		...triesLines({ attempts: DEFAULT_RETRIES + 1, attemptsNote: note, on: words, from: route, said }, ledger),
		envoyBackoff(DEFAULT_BASE_US, 10 * DEFAULT_BASE_US, { base: note, cap: null }),
		hashed
			? hashedTarget(route, ledger)
			: line('target', 'avoid-previous', ledger.assumed(route, 'previous hosts are avoided by default')),
	];
}

/** Istio takes bare status codes out of the list and appends the word that makes Envoy heed them. */
function wordsOf(
	retries: Field,
	on: Field,
	ledger: Ledger,
): { words: ReturnType<typeof retryOn>['words']; said: string } {
	const tokens = tokensOf(on.text() ?? '');
	if (tokens.length === 0) {
		const { words } = retryOn(retries, tokensOf(DEFAULT_ON), [], ledger);
		const said = `no retryOn: the default, ${DEFAULT_ON}: no status of HTTP is retried`;
		return { words, said };
	}
	const codes = tokens.filter((token) => /^\d+$/.test(token)).map(Number);
	const words = tokens.filter((token) => !/^\d+$/.test(token));
	const all = codes.length > 0 ? [...words, 'retriable-status-codes'] : words;
	const said = `retryOn: ${on.text()}${codes.length > 0 ? '; bare codes become retriable_status_codes' : ''}`;
	return { words: retryOn(on, [...new Set(all)], codes, ledger).words, said };
}

function backoffOf(retries: Field, ledger: Ledger): Line {
	const field = retries.get('backoff');
	const us = durationOf(field, goDuration, LIKE);
	if (us === null) {
		const note = ledger.assumed(retries, 'no backoff: 25 ms, doubling up to 250 ms, by default');
		return envoyBackoff(DEFAULT_BASE_US, 10 * DEFAULT_BASE_US, { base: note, cap: null });
	}
	const baseUs = Math.max(MILLISECOND, us);
	const note = ledger.understood(field, `backoff: ${field.text()} is the base; windows double up to ten times it`);
	return envoyBackoff(baseUs, 10 * baseUs, { base: note, cap: null });
}

function perTry(route: Field, retries: Field, ledger: Ledger): Line | null {
	const field = retries.get('perTryTimeout');
	const us = durationOf(field, goDuration, LIKE);
	if (us === null) {
		ledger.understood(retries, 'no perTryTimeout: a try that hangs takes up the whole timeout and is never retried');
		return null;
	}
	if (us < MILLISECOND) throw field.wrong('a duration of at least 1ms');
	const wholeUs = durationOf(route.get('timeout'), goDuration, LIKE);
	if (wholeUs !== null && wholeUs > 0 && us >= wholeUs) {
		ledger.understood(field, `perTryTimeout: ${field.text()} is not below the timeout of the route: Envoy ignores it`);
		return null;
	}
	return time('timeout', us, ledger.understood(field, `perTryTimeout: ${field.text()}`));
}

/** Without one there is none: Istio writes 0, and not the 15 s of Envoy. */
function wholeTimeout(route: Field, ledger: Ledger): Line | null {
	const field = route.get('timeout');
	const us = durationOf(field, goDuration, LIKE);
	if (us === null) {
		ledger.understood(route, 'no timeout: Istio switches off the 15 s of Envoy, and nothing ends a call that hangs');
		return null;
	}
	if (us === 0) {
		ledger.understood(field, 'timeout: 0s switches it off');
		return null;
	}
	const note = ledger.understood(field, `timeout: ${field.text()} covers all tries and back-offs`);
	return line('overall', { after: formatDuration(us), checked: 'always' }, note);
}

function targetOf(retries: Field, hashed: boolean, ledger: Ledger): Line {
	const [ignore, remote] = [retries.get('retryIgnorePreviousHosts'), retries.get('retryRemoteLocalities')];
	if (remote.given) {
		if (remote.flag()) ledger.unexpressed(remote, 'retryRemoteLocalities: a retry stays in its region here');
		else ledger.understood(remote, 'retryRemoteLocalities: false: a retry stays in its region');
	}
	if (ignore.given && !ignore.flag())
		return line('target', 'repick', ledger.understood(ignore, 'retryIgnorePreviousHosts: false'));
	if (hashed && !ignore.given) return hashedTarget(retries, ledger);
	const note = ignore.given
		? ledger.understood(ignore, 'retryIgnorePreviousHosts: previous hosts are avoided')
		: ledger.assumed(retries, 'previous hosts are avoided by default');
	return line('target', 'avoid-previous', note);
}
