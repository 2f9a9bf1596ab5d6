/**
 * Envoy's ejection of hosts: which of its detectors are in force, and how far a pool may be emptied. Of the detectors the one that
 * counts failures in a row is in the language; each other one that is in force is said to be left out.
 */
import { formatDuration, SECOND } from '../../../kernel/units.js';
import type { Field } from '../../manifest/field.js';
import type { Note } from '../../manifest/provenance-notes.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { durationOf, protobufDuration } from '../policy/duration-formats.js';
import type { Ledger } from '../policy/ledger.js';
import { either } from '../policy/spellings.js';
import { panicOf } from './pool.js';
import { ejectionLine } from './retry-policy.js';

const LIKE = 'a duration of protocol buffers, in seconds, such as 10s,';
const MAX_COUNT = 4_294_967_295;

/** Absent, no host is ejected; present, each of its fields has a default. @param hosts of the pool; null where it lists none */
export function ejectionOf(cluster: Field, hosts: number | null, ledger: Ledger): Line | null {
	const field = either(cluster, 'outlier_detection');
	if (!field.given) return null;
	otherDetectors(field, hosts, ledger);
	const counted = countedFailures(field, ledger);
	if (counted === null) return null;
	const percent = either(field, 'max_ejection_percent');
	const share = percent.whole(0, 100) ?? 10;
	if (share === 0) {
		ledger.understood(percent, 'max_ejection_percent: 0 ejects nobody');
		return null;
	}
	const timed = (ours: string, theirs: string, byDefaultUs: number): Line => {
		const given = either(field, theirs);
		const us = durationOf(given, protobufDuration, LIKE) ?? byDefaultUs;
		const text = formatDuration(us);
		const note = given.given
			? ledger.understood(given, `${theirs}: ${given.text()}`)
			: ledger.assumed(field, `no ${theirs}: ${text} by default`);
		return line(ours, text, note);
	};
	return ejectionLine(
		{
			failures: line('failures', counted.failures, counted.note),
			sweep: timed('sweep', 'interval', 10 * SECOND),
			base: timed('base', 'base_ejection_time', 30 * SECOND),
			max: timed('max', 'max_ejection_time', 300 * SECOND),
			ejected: line(
				'maxShare',
				`${share}%`,
				percent.given
					? ledger.understood(percent, `max_ejection_percent: ${share}`)
					: ledger.assumed(field, 'no max_ejection_percent: 10 by default'),
			),
			panic: ownPanic(cluster, ledger),
			atLeastOne: atLeastOne(field, share, hosts, ledger),
		},
		ledger.understood(field, 'outlier_detection: each host has its own; it counts every try'),
	);
}

/** The default is that of a breaker here. */
function ownPanic(cluster: Field, ledger: Ledger): Line | null {
	const panic = panicOf(cluster, ledger);
	return either(either(cluster, 'common_lb_config'), 'healthy_panic_threshold').get('value').given ? panic : null;
}

/** Of a small pool the share may be less than one host. */
function atLeastOne(field: Field, share: number, hosts: number | null, ledger: Ledger): Line | null {
	const always = either(field, 'always_eject_one_host');
	if (always.given) {
		const note = ledger.understood(always, `always_eject_one_host: ${always.flag()}`);
		return line('atLeastOne', always.flag(), note);
	}
	if (hosts === null || (share * hosts) / 100 >= 1) return null;
	const text = `${share} % of ${hosts} ${hosts === 1 ? 'host' : 'hosts'} is less than one: one is ejected all the same, as older versions have it; newer ones do so with always_eject_one_host`;
	return line('atLeastOne', true, ledger.assumed(field, text));
}

/** Failures in a row, of those detectors that are in force; null where none is. */
function countedFailures(field: Field, ledger: Ledger): { failures: number; note: Note } | null {
	const any = detector(field, 'consecutive_5xx', 'enforcing_consecutive_5xx', 100, ledger);
	const gateway = detector(field, 'consecutive_gateway_failure', 'enforcing_consecutive_gateway_failure', 0, ledger);
	if (any !== null) {
		if (gateway !== null && gateway.failures < any.failures)
			ledger.unexpressed(
				either(field, 'consecutive_gateway_failure'),
				`consecutive_gateway_failure: ${gateway.failures} ejects sooner for 502, 503, 504 and the network; here every failure counts towards consecutive_5xx alone`,
			);
		return any;
	}
	if (gateway === null) return null;
	ledger.assumed(field, 'only gateway failures (502, 503, 504, the network) eject; here an answer 500 counts as well');
	return gateway;
}

function detector(
	field: Field,
	name: string,
	enforcing: string,
	byDefault: number,
	ledger: Ledger,
): { failures: number; note: Note } | null {
	const [count, force] = [either(field, name), either(field, enforcing)];
	const [failures, percent] = [count.whole(0, MAX_COUNT) ?? 5, force.whole(0, 100) ?? byDefault];
	if (force.given && percent > 0 && percent < 100)
		ledger.unexpressed(force, `${enforcing}: ${percent} % of the ejections are carried out; here all of them are`);
	else if (force.given)
		ledger.understood(force, `${enforcing}: ${percent}${percent === 0 ? ' ejects nobody for it' : ''}`);
	if (percent === 0) {
		if (count.given) ledger.understood(count, `${name}: ${failures}, which is counted and not enforced`);
		return null;
	}
	if (failures === 0) {
		ledger.understood(count, `${name}: 0 ejects nobody`);
		return null;
	}
	const note = count.given
		? ledger.understood(count, `${name}: ${failures}`)
		: ledger.assumed(field, `no ${name}: ${failures} by default`);
	return { failures, note };
}

/** Those that look at shares and means over an interval. */
function otherDetectors(field: Field, hosts: number | null, ledger: Ledger): void {
	const rate = either(field, 'enforcing_success_rate');
	const least = either(field, 'success_rate_minimum_hosts').whole(0, MAX_COUNT) ?? 5;
	const inForce = (rate.whole(0, 100) ?? 100) > 0 && (hosts === null || hosts >= least);
	for (const key of ['success_rate_minimum_hosts', 'success_rate_request_volume', 'success_rate_stdev_factor']) {
		const given = either(field, key);
		if (given.given) ledger.unexpressed(given, `${key}: of the ejection by success rate, which is left out`);
	}
	if (rate.given && !inForce)
		ledger.unexpressed(rate, `enforcing_success_rate: ${rate.text()}: nobody is ejected by success rate here`);
	else if (inForce)
		ledger.unexpressed(
			rate.given ? rate : field,
			`enforcing_success_rate${rate.given ? '' : ' by default'}: ${rate.text() ?? 100}: with ${least} hosts or more Envoy also ejects those whose success rate is far below the mean; that is left out`,
		);
	for (const key of [
		'enforcing_failure_percentage',
		'enforcing_failure_percentage_local_origin',
		'failure_percentage_threshold',
		'failure_percentage_minimum_hosts',
		'failure_percentage_request_volume',
		'enforcing_local_origin_success_rate',
	]) {
		const given = either(field, key);
		if (given.given) ledger.unexpressed(given, `${key}: ${given.text()}: shares of failures eject nobody here`);
	}
	const split = either(field, 'split_external_local_origin_errors');
	if (split.given && split.flag())
		ledger.unexpressed(
			split,
			'split_external_local_origin_errors: failures of the network and answers are counted together here',
		);
	else if (split.given)
		ledger.understood(split, 'split_external_local_origin_errors: false: both are counted together');
	for (const key of ['consecutive_local_origin_failure', 'enforcing_consecutive_local_origin_failure']) {
		const given = either(field, key);
		if (!given.given) continue;
		if (split.flag()) ledger.unexpressed(given, `${key}: failures of the network are not counted apart here`);
		else ledger.understood(given, `${key}: of no use without split_external_local_origin_errors`);
	}
	for (const key of ['max_ejection_time_jitter', 'successful_active_health_check_uneject_host', 'monitors']) {
		const given = either(field, key);
		if (given.given) ledger.omitted(given, `${key}: no counterpart; it is left out`);
	}
}
