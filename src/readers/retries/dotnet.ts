/**
 * .NET's HttpStandardResilienceOptions as a section of appsettings.json, of any name: rate limiter > total timeout > retry >
 * circuit breaker > timeout of an attempt. Source: dotnet/extensions Microsoft.Extensions.Http.Resilience, and Polly 8.
 */

import { formatDuration, formatShare, SECOND } from '../../kernel/units.js';
import { eachOf, together } from '../manifest/collect-errors.js';
import type { Field } from '../manifest/field.js';
import type { Note } from '../manifest/provenance-notes.js';
import { type Line, line } from '../manifest/yaml-writer.js';
import { durationOf, timeSpan } from './policy/duration-formats.js';
import { block, present, type RetryLayer, time, triesLines } from './policy/layer.js';
import type { Ledger } from './policy/ledger.js';
import { anyCase, mapsIn } from './policy/spellings.js';
import { NETWORK, SERVER_ERRORS } from './policy/status-causes.js';

const LIKE = 'a TimeSpan such as 00:00:30 or 00:00:00.500';
const MAX_COUNT = 2_147_483_647;
const DEFAULT = {
	failureRatio: 0.1,
	attemptUs: 10 * SECOND,
	totalUs: 30 * SECOND,
	delayUs: 2 * SECOND,
	samplingUs: 30 * SECOND,
};

/** A section with at least two of the strategies' names, or with a field that is no one else's. */
function isSection(field: Field): boolean {
	const names = ['Retry', 'CircuitBreaker', 'AttemptTimeout', 'TotalRequestTimeout', 'Hedging', 'Endpoint'];
	const found = names.filter((name) => anyCase(field, name).node?.kind === 'map');
	if (found.length === 0) return false;
	const telling = [
		anyCase(anyCase(field, 'Retry'), 'MaxRetryAttempts'),
		anyCase(anyCase(field, 'Retry'), 'BackoffType'),
		anyCase(anyCase(field, 'Hedging'), 'MaxHedgedAttempts'),
		anyCase(anyCase(field, 'CircuitBreaker'), 'FailureRatio'),
		anyCase(anyCase(field, 'AttemptTimeout'), 'Timeout'),
		anyCase(anyCase(field, 'TotalRequestTimeout'), 'Timeout'),
	];
	return telling.some(({ given }) => given);
}

export const isDotnet = (root: Field): boolean => mapsIn(root, isSection).length > 0;

export function importDotnet(root: Field, ledger: Ledger): RetryLayer[] {
	const layers = eachOf(mapsIn(root, isSection), (section) => sectionLayer(section, ledger));
	ledger.rest(root);
	return layers;
}

function sectionLayer(section: Field, ledger: Ledger): RetryLayer {
	const name = section.path.split('.').at(-1) || 'resilience';
	const hedged = anyCase(section, 'Hedging').given || anyCase(section, 'Endpoint').given;
	const what = hedged ? 'standard hedging' : 'HttpStandardResilienceOptions';
	const note = ledger.understood(section, `section ${name} of .NET, taken for ${what}`);
	// The hedging handler keeps limiter, breaker and timeout in its endpoint.
	const inner = hedged ? anyCase(section, 'Endpoint') : section;
	const attempt = anyCase(inner, hedged ? 'Timeout' : 'AttemptTimeout');
	const whole = anyCase(section, 'TotalRequestTimeout');
	const [tries, timed, limiter, retryAfter] = together(
		() => (hedged ? hedgeLines(section, ledger) : retryLines(section, ledger)),
		() => {
			const { lines, attemptUs } = timeoutLines(section, attempt, whole, ledger);
			return [...lines, breakerLine(section, anyCase(inner, 'CircuitBreaker'), attemptUs, ledger)];
		},
		() => limiterLine(section, anyCase(inner, 'RateLimiter'), ledger),
		() => (hedged ? null : retryAfterLine(section, ledger)),
	);
	const lines = present([...tries, ...timed, limiter, retryAfter]);
	return { name, file: section.file, note, layer: 'sdk', lines, nodes: null };
}

/** What a field says, or the default, with the note that says so. */
function said(field: Field, section: Field, name: string, byDefault: string, ledger: Ledger): Note {
	return field.given
		? ledger.understood(field, `${name}: ${field.text()}`)
		: ledger.assumed(section, `no ${name}: ${byDefault} by default`);
}

function retryLines(section: Field, ledger: Ledger): Line[] {
	const retry = anyCase(section, 'Retry');
	const from = retry.given ? retry : section;
	const most = anyCase(retry, 'MaxRetryAttempts');
	const count = most.whole(1, MAX_COUNT) ?? 3;
	const attemptsNote = most.given
		? ledger.understood(most, `MaxRetryAttempts: ${count} counts retries: ${count + 1} attempts`)
		: ledger.assumed(from, 'no MaxRetryAttempts: 3 retries by default');
	const saying =
		'retried by default: 5xx, 429, 408 (which no edge here answers) and what the network does; POST as well';
	ledger.assumed(from, 'an open breaker is not retried: its exception is none of the transient ones');
	return [
		...triesLines(
			{ attempts: count + 1, attemptsNote, on: [...SERVER_ERRORS, 429, ...NETWORK], from, said: saying },
			ledger,
		),
		backoffLine(retry, from, ledger),
	];
}

/** Polly: constant or linear with x U(0.75, 1.25), exponential with the decorrelated jitter of its own; MaxDelay comes last. */
function backoffLine(retry: Field, from: Field, ledger: Ledger): Line {
	const [type, jitter, delay, most] = ['BackoffType', 'UseJitter', 'Delay', 'MaxDelay'].map((name) =>
		anyCase(retry, name),
	);
	const kind = kindOf(type);
	const jittered = !jitter.given || flagOf(jitter);
	const baseUs = durationOf(delay, timeSpan, LIKE) ?? DEFAULT.delayUs;
	const capUs = durationOf(most, timeSpan, LIKE);
	const typeNote = said(type, from, 'BackoffType', 'Exponential', ledger);
	const jitterNote = said(jitter, from, 'UseJitter', 'true', ledger);
	// A fixed delay takes no cap here; a line that does not rise is one that does.
	const constant = capUs === null ? 'fixed' : 'linear';
	const growth = { constant, linear: 'linear', exponential: jittered ? 'decorrelated-v2' : 'exponential' }[kind];
	const own = kind === 'exponential';
	return line(
		'backoff',
		block(
			line('growth', growth, typeNote),
			time('base', baseUs, said(delay, from, 'Delay', '2s', ledger)),
			growth === 'linear' ? time('step', kind === 'linear' ? baseUs : 0, null) : null,
			capUs === null ? null : time('cap', capUs, ledger.understood(most, `MaxDelay: ${most.text()}, after the jitter`)),
			capUs === null ? null : line('capStage', 'result'),
			own ? null : line('jitter', jittered ? { scale: [0.75, 1.25] } : 'none', jitterNote),
		),
		own ? jitterNote : null,
	);
}

function kindOf(type: Field): 'constant' | 'linear' | 'exponential' {
	const text = (type.text() ?? 'Exponential').toLowerCase();
	const known = (['constant', 'linear', 'exponential'] as const).find((kind, i) => kind === text || String(i) === text);
	if (known === undefined) throw type.wrong('Constant, Linear or Exponential');
	return known;
}

/** .NET reads true and True alike. */
function flagOf(field: Field): boolean {
	const text = (field.text() ?? '').toLowerCase();
	if (text !== 'true' && text !== 'false') throw field.wrong('true or false');
	return text === 'true';
}

function timeoutLines(
	section: Field,
	attempt: Field,
	whole: Field,
	ledger: Ledger,
): { lines: Line[]; attemptUs: number } {
	const [each, all] = [anyCase(attempt, 'Timeout'), anyCase(whole, 'Timeout')];
	const attemptUs = durationOf(each, timeSpan, LIKE) ?? DEFAULT.attemptUs;
	const totalUs = durationOf(all, timeSpan, LIKE) ?? DEFAULT.totalUs;
	if (attemptUs > totalUs)
		throw each.refused(
			`found ${formatDuration(attemptUs)}, at most TotalRequestTimeout, ${formatDuration(totalUs)}, would do: .NET refuses it`,
		);
	const eachNote = said(each, section, 'AttemptTimeout', '10s', ledger);
	const allNote = said(all, section, 'TotalRequestTimeout', '30s', ledger);
	return {
		attemptUs,
		lines: [
			time('timeout', attemptUs, eachNote),
			line('overall', { after: formatDuration(totalUs), checked: 'always' }, allNote),
		],
	};
}

function breakerLine(section: Field, breaker: Field, attemptUs: number, ledger: Ledger): Line {
	const from = breaker.given ? breaker : section;
	const [ratio, least, sampling, open] = ['FailureRatio', 'MinimumThroughput', 'SamplingDuration', 'BreakDuration'].map(
		(name) => anyCase(breaker, name),
	);
	const windowUs = durationOf(sampling, timeSpan, LIKE) ?? DEFAULT.samplingUs;
	if (windowUs < 2 * attemptUs)
		throw sampling.refused(
			`${sampling.given ? 'found' : 'the default is'} ${formatDuration(windowUs)}, at least twice AttemptTimeout would do: .NET refuses it`,
		);
	return line(
		'breaker',
		block(
			line('kind', 'ratio-window'),
			line(
				'ratio',
				formatShare(ratio.within(0, 1) ?? DEFAULT.failureRatio),
				said(ratio, from, 'FailureRatio', '0.1', ledger),
			),
			line('minCalls', least.whole(2, MAX_COUNT) ?? 100, said(least, from, 'MinimumThroughput', '100', ledger)),
			time('window', windowUs, said(sampling, from, 'SamplingDuration', '30s', ledger)),
			time('open', durationOf(open, timeSpan, LIKE) ?? 5 * SECOND, said(open, from, 'BreakDuration', '5s', ledger)),
			line('inside', true),
		),
		breaker.given ? ledger.understood(breaker, 'CircuitBreaker: inside the retry, each attempt counts') : null,
	);
}

function limiterLine(section: Field, limiter: Field, ledger: Ledger): Line {
	const options = anyCase(limiter, 'DefaultRateLimiterOptions');
	const [permits, queue] = [anyCase(options, 'PermitLimit'), anyCase(options, 'QueueLimit')];
	const order = anyCase(options, 'QueueProcessingOrder');
	if (order.given) ledger.unexpressed(order, 'QueueProcessingOrder: who waits for a permit is served in order');
	const from = limiter.given ? limiter : section;
	const waiting = queue.whole(0, MAX_COUNT);
	return line(
		'limiter',
		block(
			line('kind', 'concurrency'),
			line('permits', permits.whole(1, MAX_COUNT) ?? 1000, said(permits, from, 'PermitLimit', '1000', ledger)),
			line('queue', waiting === null ? 0 : waiting, said(queue, from, 'QueueLimit', '0', ledger)),
		),
	);
}

function retryAfterLine(section: Field, ledger: Ledger): Line {
	const heeded = anyCase(anyCase(section, 'Retry'), 'ShouldRetryAfterHeader');
	const on = !heeded.given || flagOf(heeded);
	const note = said(heeded, section, 'ShouldRetryAfterHeader', 'true', ledger);
	return line('retryAfter', { mode: on ? 'replace' : 'ignore' }, note);
}

function hedgeLines(section: Field, ledger: Ledger): Line[] {
	const hedging = anyCase(section, 'Hedging');
	const from = hedging.given ? hedging : section;
	const [most, delay] = [anyCase(hedging, 'MaxHedgedAttempts'), anyCase(hedging, 'Delay')];
	const count = most.whole(1, 10) ?? 1;
	const delayUs = durationOf(delay, timeSpan, LIKE) ?? DEFAULT.delayUs;
	const attemptsNote = ledger.understood(from, 'hedges are sent beside the first attempt, and nothing is retried');
	return [
		line('attempts', 1, attemptsNote),
		line(
			'on',
			[...SERVER_ERRORS, 429, ...NETWORK, 'open'],
			ledger.assumed(from, 'after 5xx, 429, an open breaker and what the network does the next is sent at once'),
		),
		line(
			'hedge',
			block(
				line('kind', 'fixed-delay'),
				time('delay', delayUs, said(delay, from, 'Delay', '2s', ledger)),
				line('total', count + 1, said(most, from, 'MaxHedgedAttempts', '1', ledger)),
				line('onFailure', 'next'),
			),
		),
	];
}
