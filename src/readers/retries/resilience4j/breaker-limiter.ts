/** resilience4j: the circuit breaker and the time limiter that bear the name of a retry, and stand inside it. */
import { SECOND } from '../../../kernel/units.js';
import type { Field } from '../../manifest/field.js';
import type { Note } from '../../manifest/provenance-notes.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { durationOf, springDuration } from '../policy/duration-formats.js';
import { block, time } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { configured, either, type Settings } from './settings.js';

const LIKE = 'a duration such as 500ms, 1s, PT0.5S or a number of milliseconds';
const MAX_COUNT = 1_000_000;

/** Names of resilience4j before 1.0. */
const BEFORE: Readonly<Record<string, string>> = {
	slidingWindowSize: 'ringBufferSizeInClosedState',
	permittedNumberOfCallsInHalfOpenState: 'ringBufferSizeInHalfOpenState',
};

const now = (settings: Settings, key: string): Field =>
	BEFORE[key] === undefined ? settings.get(key) : either(settings, key, BEFORE[key]);

function instanceOf(module: Field, name: string, ledger: Ledger): { instance: Field; settings: Settings } | null {
	const instance = module.get('instances').get(name);
	return instance.given ? { instance, settings: configured(module, instance, name, ledger) } : null;
}

export function limiterLine(module: Field, name: string, ledger: Ledger): Line | null {
	const found = instanceOf(module, name, ledger);
	if (found === null) return null;
	const [timeout, cancel] = [found.settings.get('timeoutDuration'), found.settings.get('cancelRunningFuture')];
	const us = durationOf(timeout, springDuration, LIKE) ?? SECOND;
	if (cancel.given)
		ledger.understood(cancel, 'cancelRunningFuture: whoever waits is gone; the edge decides what becomes of its work');
	const note = timeout.given
		? ledger.understood(timeout, `timeoutDuration: ${timeout.text()}, of each try`)
		: ledger.assumed(found.instance, 'no timeoutDuration: 1 s by default');
	return time('timeout', us, note);
}

export function breakerLine(module: Field, name: string, ledger: Ledger): Line | null {
	const found = instanceOf(module, name, ledger);
	if (found === null) return null;
	const { instance, settings } = found;
	const said = (key: string, byDefault: string): Note => {
		const field = now(settings, key);
		return field.given
			? ledger.understood(field, `${field.path.split('.').at(-1)}: ${field.text()}`)
			: ledger.assumed(instance, `no ${key}: ${byDefault} by default`);
	};
	const whole = (key: string, byDefault: number): number => now(settings, key).whole(1, MAX_COUNT) ?? byDefault;
	const timed = (settings.get('slidingWindowType').text() ?? 'COUNT_BASED').toUpperCase() === 'TIME_BASED';
	const size = whole('slidingWindowSize', 100);
	said('slidingWindowType', 'COUNT_BASED');
	const least = whole('minimumNumberOfCalls', 100);
	const sizeNote = said('slidingWindowSize', '100');
	const open = settings.get('waitDurationInOpenState');
	unheeded(settings, ledger);
	return line(
		'breaker',
		block(
			line('kind', 'ratio-window'),
			line(
				'ratio',
				`${settings.get('failureRateThreshold').within(0, 100) ?? 50}%`,
				said('failureRateThreshold', '50'),
			),
			line(
				'minCalls',
				timed ? least : Math.min(least, size),
				said('minimumNumberOfCalls', '100, or the whole window,'),
			),
			timed ? time('window', size * SECOND, sizeNote) : line('windowCalls', size, sizeNote),
			slowLine(settings, said),
			time('open', durationOf(open, springDuration, LIKE) ?? 60 * SECOND, said('waitDurationInOpenState', '60s')),
			line(
				'probes',
				whole('permittedNumberOfCallsInHalfOpenState', 10),
				said('permittedNumberOfCallsInHalfOpenState', '10'),
			),
			line('inside', true),
		),
		ledger.understood(instance, `circuit breaker ${name}: inside the retry, each try counts; an open one is retried`),
	);
}

/** By default all calls must be slower than 60 s, which is as good as none. */
function slowLine(settings: Settings, said: (key: string, byDefault: string) => Note): Line | null {
	const [rate, over] = [settings.get('slowCallRateThreshold'), settings.get('slowCallDurationThreshold')];
	if (!rate.given && !over.given) return null;
	const overUs = durationOf(over, springDuration, LIKE) ?? 60 * SECOND;
	return line(
		'slow',
		block(
			time('over', overUs, said('slowCallDurationThreshold', '60s')),
			line('ratio', `${rate.within(0, 100) ?? 100}%`, said('slowCallRateThreshold', '100')),
		),
	);
}

function unheeded(settings: Settings, ledger: Ledger): void {
	for (const [key, text] of [
		['automaticTransitionFromOpenToHalfOpenEnabled', 'it is half open at the first call after its wait'],
		['maxWaitDurationInHalfOpenState', 'it stays half open until its calls have ended'],
		['registerHealthIndicator', 'health is not modelled'],
		['recordExceptions', 'exceptions have no counterpart; every failure counts'],
		['ignoreExceptions', 'exceptions have no counterpart; every failure counts'],
	] as const) {
		const field = settings.get(key);
		if (field.given) ledger.unexpressed(field, `${key}: ${text}`);
	}
}
