/**
 * Dapr: the policies of a Resiliency that its targets name. A try runs within the timeout, that within the circuit breaker, and both
 * within the retries; an open circuit ends the call. Source: pkg/resiliency/policy.go and kit/retry/retry.go.
 */
import { MILLISECOND, SECOND } from '../../../kernel/units.js';
import { eachOf } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import type { Resource } from '../../manifest/resources.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { durationOf, goDuration } from '../policy/duration-formats.js';
import { block, present, type RetryLayer, time, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { type CauseWord, NETWORK, SERVER_ERRORS, statuses } from '../policy/status-causes.js';

const LIKE = 'a duration such as 500ms, 5s or 1m30s';
const [DEFAULT_FAILURES, DEFAULT_OPEN_US] = [6, 60 * SECOND];

export const isDapr = ({ kind, group }: Resource): boolean => kind === 'Resiliency' && group === 'dapr.io';

export function importDapr(resources: readonly Resource[], ledger: Ledger): RetryLayer[] {
	const mine = resources.filter(isDapr);
	const layers = eachOf(mine, ({ body }): RetryLayer[] => {
		ledger.head(body);
		const policies = body.dig('spec.policies');
		const targets = body.dig('spec.targets');
		const apps = targets.get('apps').entries();
		const components = targets.get('components');
		for (const kind of ['components', 'actors']) {
			const field = targets.get(kind);
			if (field.given)
				ledger.omitted(
					field,
					`${kind}: only calls between apps are read; name the policies below targets.apps to try them`,
				);
		}
		if (apps.length === 0 && !components.given) return alone(policies, ledger);
		return apps.map(([app, target]) => layerOf(app, target, policies, ledger));
	}).flat();
	for (const { body } of mine) ledger.rest(body);
	return layers;
}

/** Policies that nothing uses in what is given. */
function alone(policies: Field, ledger: Ledger): RetryLayer[] {
	return policies
		.get('retries')
		.entries()
		.map(([name, retry]) => {
			const note = ledger.assumed(
				retry,
				`retries ${name} of Dapr: no target here uses them; they are met with calls of an app`,
			);
			return { name, file: retry.file, note, layer: 'mesh', lines: retryLines(retry, false, ledger), nodes: null };
		});
}

function layerOf(app: string, target: Field, policies: Field, ledger: Ledger): RetryLayer {
	const note = ledger.understood(target, `calls of the app ${app} through Dapr`);
	const named = (kind: string, key: string): Field | null => {
		const name = target.get(key);
		const text = name.text();
		if (text === null) return null;
		ledger.understood(name, `${key}: ${text}`);
		const found = policies.get(kind).get(text);
		if (!found.given) throw name.wrong(`one of policies.${kind}`);
		return found;
	};
	const [retry, timeout, breaker] = [
		named('retries', 'retry'),
		named('timeouts', 'timeout'),
		named('circuitBreakers', 'circuitBreaker'),
	];
	const us = timeout === null ? null : durationOf(timeout, goDuration, LIKE);
	const lines =
		retry === null
			? [
					line(
						'attempts',
						1,
						ledger.assumed(target, 'no retry: the built-in three retries a second apart are left out'),
					),
				]
			: retryLines(retry, us !== null, ledger);
	return {
		name: app,
		file: target.file,
		note,
		layer: 'mesh',
		nodes: null,
		lines: present([
			...lines,
			us === null || timeout === null
				? null
				: time('timeout', us, ledger.understood(timeout, `timeout ${timeout.text()}, of each try`)),
			breaker === null ? null : breakerLine(breaker, ledger),
		]),
	};
}

function retryLines(retry: Field, timed: boolean, ledger: Ledger): Line[] {
	const [count, matching] = [retry.get('maxRetries'), retry.dig('matching.httpStatusCodes')];
	const most = count.whole(-1, 1_000_000) ?? -1;
	const attemptsNote = count.given
		? ledger.understood(count, most === -1 ? 'maxRetries: -1: no limit' : `maxRetries: ${most}: ${most + 1} tries`)
		: ledger.assumed(retry, 'no maxRetries: no limit by default');
	ledger.read(retry.get('matching'));
	const grpc = retry.dig('matching.gRPCStatusCodes');
	if (grpc.given) ledger.unexpressed(grpc, 'gRPCStatusCodes: answers of HTTP do not carry them');
	const network = timed ? NETWORK : NETWORK.filter((word) => word !== 'timeout');
	const on: CauseWord[] = matching.given ? [...listed(matching), ...network] : [...SERVER_ERRORS, 429, ...network];
	return [
		...triesLines(
			{
				attempts: most === -1 ? Number.POSITIVE_INFINITY : most + 1,
				attemptsNote,
				on,
				from: matching.given ? matching : retry,
				said: matching.given
					? `httpStatusCodes: ${matching.text()}, and failures of the network`
					: 'no matching: every error is retried; 5xx, 429 and failures of the network are taken for errors',
				assumed: !matching.given,
			},
			ledger,
		),
		backoffOf(retry, ledger),
		line(
			'target',
			'repick',
			ledger.assumed(retry, 'a retry asks the name resolution once more, and may meet the same instance'),
		),
	];
}

/** `429,500-599` */
function listed(field: Field): CauseWord[] {
	return (field.text() ?? '').split(',').flatMap((part) => {
		const found = /^\s*(\d{3})(?:\s*-\s*(\d{3}))?\s*$/.exec(part);
		if (found === null) throw field.wrong('codes and ranges such as "429,500-599"');
		return statuses(Number(found[1]), Number(found[2] ?? found[1]));
	});
}

function backoffOf(retry: Field, ledger: Ledger): Line {
	const [policy, duration, most] = [retry.get('policy'), retry.get('duration'), retry.get('maxInterval')];
	const kind = policy.text() ?? 'constant';
	if (kind !== 'constant' && kind !== 'exponential') throw policy.wrong('constant or exponential');
	const note = policy.given
		? ledger.understood(policy, `policy: ${kind}`)
		: ledger.assumed(retry, 'no policy: constant by default');
	if (kind === 'constant') {
		if (most.given) ledger.understood(most, 'maxInterval: of policy exponential alone');
		const us = durationOf(duration, goDuration, LIKE);
		return line(
			'backoff',
			block(
				line('growth', 'fixed', note),
				time(
					'base',
					us ?? 5 * SECOND,
					us === null
						? ledger.assumed(retry, 'no duration: 5s by default')
						: ledger.understood(duration, `duration: ${duration.text()}`),
				),
			),
		);
	}
	if (duration.given) ledger.understood(duration, 'duration: of policy constant alone');
	const capUs = durationOf(most, goDuration, LIKE);
	return line(
		'backoff',
		block(
			line('growth', 'exponential', note),
			time(
				'base',
				500 * MILLISECOND,
				ledger.assumed(retry, '500 ms, times 1.5 for each further one, as its library has it'),
			),
			line('multiplier', 1.5),
			time(
				'cap',
				capUs ?? 60 * SECOND,
				capUs === null
					? ledger.assumed(retry, 'no maxInterval: 60s by default')
					: ledger.understood(most, `maxInterval: ${most.text()}, before the jitter`),
			),
			line('capStage', 'base'),
			line('jitter', { scale: [0.5, 1.5] }),
		),
	);
}

/** `consecutiveFailures >= 5`, which is the usual one; others are an expression that is asked. */
function breakerLine(breaker: Field, ledger: Ledger): Line {
	const [trip, timeout, requests, interval] = ['trip', 'timeout', 'maxRequests', 'interval'].map((key) =>
		breaker.get(key),
	);
	const found = /^\s*consecutiveFailures\s*(>=?)\s*(\d{1,6})\s*$/.exec(trip.text() ?? '');
	const failures = found === null ? DEFAULT_FAILURES : Math.max(1, Number(found[2]) + (found[1] === '>' ? 1 : 0));
	const failuresNote =
		found !== null
			? ledger.understood(trip, `trip: ${trip.text()}`)
			: trip.given
				? ledger.asked(
						trip,
						`trip: ${trip.text()}: an expression that is not read; ${failures} failures in a row are taken: say how many with --set`,
					)
				: ledger.assumed(breaker, 'no trip: more than 5 failures in a row by default');
	const us = durationOf(timeout, goDuration, LIKE);
	if (interval.given) ledger.unexpressed(interval, 'interval: failures in a row are not forgotten with time here');
	const probes = requests.whole(1, 1_000_000) ?? 1;
	if (requests.given && probes > 1)
		ledger.unexpressed(requests, `maxRequests: ${probes}: one request tries a half-open circuit here`);
	else if (requests.given) ledger.understood(requests, 'maxRequests: 1: one request tries a half-open circuit');
	return line(
		'breaker',
		block(
			line('kind', 'consecutive'),
			line('failures', failures, failuresNote),
			time(
				'open',
				us ?? DEFAULT_OPEN_US,
				us === null
					? ledger.assumed(breaker, 'no timeout: 60s by default')
					: ledger.understood(timeout, `timeout: ${timeout.text()}, while it is open`),
			),
			line('inside', true),
		),
		ledger.understood(breaker, 'circuit breaker: each try counts, and an open one ends the call'),
	);
}
