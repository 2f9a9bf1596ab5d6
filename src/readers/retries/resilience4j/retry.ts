/**
 * resilience4j in Spring Boot's YAML: `resilience4j.retry` with its configs and instances, and the circuit breaker and the time
 * limiter of the same name. Source: resilience4j's CommonRetryConfigurationProperties, whose conditions hold traps.
 */

import { MILLISECOND } from '../../../kernel/units.js';
import { eachOf, together } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import type { Note } from '../../manifest/provenance-notes.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { unfolded } from '../policy/dotted-keys.js';
import { durationOf, springDuration } from '../policy/duration-formats.js';
import { block, present, type RetryLayer, time, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { relaxed } from '../policy/spellings.js';
import { breakerLine, limiterLine } from './breaker-limiter.js';
import { retriedExceptions } from './exceptions.js';
import { configured, either, type Settings } from './settings.js';

const ROOT = 'resilience4j';
const DEFAULT_FACTOR = 0.5;
const LIKE = 'a duration such as 500ms, 1s, PT0.5S or a number of milliseconds';

const moduleOf = (root: Field, name: string): Field => root.get('resilience4j').get(name);

export const isResilience4j = (root: Field): boolean => {
	const retry = moduleOf(unfolded(root, ROOT), 'retry');
	return retry.node?.kind === 'map';
};

/** Spring takes `a: { b: 1 }` and `a.b: 1` for the same. */
export function importResilience4j(written: Field, ledger: Ledger): RetryLayer[] {
	const root = unfolded(written, ROOT);
	const [retry, breaker, limiter] = ['retry', 'circuitbreaker', 'timelimiter'].map((name) => moduleOf(root, name));
	const order = relaxed(retry, 'retryAspectOrder');
	if (order.given) ledger.unexpressed(order, 'retryAspectOrder: the breaker stands inside the retry, as by default');
	const instances = retry.get('instances').entries();
	const named: [string, Field][] = instances.length > 0 ? instances : retry.get('configs').entries();
	const layers = eachOf(named, ([name, instance]): RetryLayer => {
		const settings = configured(retry, instance, name, ledger);
		const note = ledger.understood(instance, `retry instance ${name} of resilience4j`);
		const broken = breaker.get('instances').get(name).given;
		const [tries, timeout, inner] = together(
			() => retryLines(settings, instance, broken, ledger),
			() => limiterLine(limiter, name, ledger),
			() => breakerLine(breaker, name, ledger),
		);
		const lines = present([...tries, timeout, inner]);
		return { name, file: instance.file, note, layer: 'sdk', lines, nodes: null };
	});
	ledger.rest(root);
	return layers;
}

/** @param broken true where a breaker stands inside: that it is open is one more exception */
function retryLines(settings: Settings, instance: Field, broken: boolean, ledger: Ledger): Line[] {
	const most = either(settings, 'maxAttempts', 'maxRetryAttempts');
	const counted = most.path.split('.').at(-1) ?? 'maxAttempts';
	const old = counted.toLowerCase().includes('retry') ? ' (the name of resilience4j up to 1.7)' : '';
	const written = most.whole(0, 1_000_000);
	const attempts = written === null || written === 0 ? 3 : written;
	const attemptsNote = !most.given
		? ledger.assumed(instance, 'no maxAttempts: 3, the first included, by default')
		: ledger.understood(
				most,
				written === 0 ? `${counted}: 0 is unset: 3` : `${counted}: ${written}, the first included${old}`,
			);
	for (const [key, text] of [
		['retryExceptionPredicate', 'code, which cannot be read'],
		['resultPredicate', 'code, which cannot be read'],
		['intervalBiFunction', 'code, which cannot be read; the delays are those of the settings'],
		['ignoreClassBindingExceptions', 'no counterpart'],
	] as const) {
		const field = settings.get(key);
		if (field.given) ledger.unexpressed(field, `${key}: ${text}`);
	}
	for (const key of ['failAfterMaxAttempts', 'eventConsumerBufferSize']) {
		const field = settings.get(key);
		if (field.given) ledger.understood(field, `${key} does not change what is sent`);
	}
	const { on, said, from, assumed } = retriedExceptions(settings, instance, broken, ledger);
	ledger.assumed(
		instance,
		'an answer that comes back as a result, without an exception, would not be retried by resilience4j',
	);
	return [
		...triesLines(
			{
				attempts,
				attemptsNote,
				on,
				from,
				said,
				assumed,
			},
			ledger,
		),
		backoffLine(settings, instance, ledger),
	];
}

function backoffLine(settings: Settings, instance: Field, ledger: Ledger): Line {
	const wait = settings.get('waitDuration');
	const us = durationOf(wait, springDuration, LIKE);
	const [exponential, random] = [settings.get('enableExponentialBackoff'), settings.get('enableRandomizedWait')];
	const [multiplier, most, factor] = [
		settings.get('exponentialBackoffMultiplier'),
		settings.get('exponentialMaxWaitDuration'),
		settings.get('randomizedWaitFactor'),
	];
	if (us === null) {
		for (const field of [exponential, random, multiplier, most, factor].filter(({ given }) => given))
			ledger.unexpressed(
				field,
				`${field.path.split('.').at(-1)}: ignored by resilience4j, as there is no waitDuration`,
			);
		const note = ledger.assumed(instance, 'no waitDuration: 500 ms, always, by default');
		return line('backoff', { growth: 'fixed', base: '500ms' }, note);
	}
	if (us < MILLISECOND) throw wait.wrong('a duration of at least 1ms');
	const base = time('base', us, ledger.understood(wait, `waitDuration: ${wait.text()}`));
	if (!exponential.flag()) {
		if (exponential.given) ledger.understood(exponential, 'enableExponentialBackoff: false');
		for (const field of [multiplier, most].filter(({ given }) => given))
			ledger.unexpressed(field, `${field.path.split('.').at(-1)}: of no use without enableExponentialBackoff`);
		return line('backoff', block(line('growth', 'fixed'), base, ...jitter(random, factor, ledger)));
	}
	const growth = line('growth', 'exponential', ledger.understood(exponential, 'enableExponentialBackoff: true'));
	const times = multiplier.number() ?? 1.5;
	if (times < 1) throw multiplier.wrong('a multiplier of at least 1, as resilience4j demands it,');
	const timesNote: Note = multiplier.given
		? ledger.understood(multiplier, `exponentialBackoffMultiplier: ${times}`)
		: ledger.assumed(instance, 'no exponentialBackoffMultiplier: 1.5 by default');
	const heeded = multiplier.given && (!random.flag() || factor.given);
	if (most.given && !heeded)
		ledger.unexpressed(
			most,
			'exponentialMaxWaitDuration: ignored by resilience4j unless exponentialBackoffMultiplier, and with randomised waits randomizedWaitFactor, are written too',
		);
	const capUs = heeded ? durationOf(most, springDuration, LIKE) : null;
	const cap =
		capUs === null
			? []
			: [
					time('cap', capUs, ledger.understood(most, `exponentialMaxWaitDuration: ${most.text()}`)),
					line('capStage', 'result'),
				];
	return line(
		'backoff',
		block(growth, base, line('multiplier', times, timesNote), ...cap, ...jitter(random, factor, ledger)),
	);
}

/** x U(1 - f, 1 + f) */
function jitter(random: Field, factor: Field, ledger: Ledger): Line[] {
	if (!random.flag()) {
		if (random.given) ledger.understood(random, 'enableRandomizedWait: false: no jitter');
		if (factor.given) ledger.unexpressed(factor, 'randomizedWaitFactor: of no use without enableRandomizedWait');
		return [line('jitter', 'none')];
	}
	const f = factor.number() ?? DEFAULT_FACTOR;
	if (f < 0 || f >= 1) throw factor.wrong('a factor from 0 up to, but not including, 1');
	ledger.understood(random, 'enableRandomizedWait: true');
	const note = factor.given
		? ledger.understood(factor, `randomizedWaitFactor: ${f}`)
		: ledger.assumed(random, 'no randomizedWaitFactor: 0.5 by default');
	const digits = (x: number): number => Number(x.toFixed(6));
	return [line('jitter', { scale: [digits(1 - f), digits(1 + f)] }, note)];
}
