/** A preset as the fields of a policy, and what they leave unsaid: the parts put together, with its timeouts and headers. */
import { CAUSES } from '../../model/retry/cause.js';
import { statusesOf, translateCauses } from './cause-translation.js';
import { translateDelays } from './delays.js';
import type { RetryPreset } from './facts.js';
import { translateMachines } from './machines.js';
import { authored, duration, NO_TRANSLATION, type PresetTranslation, present } from './translation.js';
import { neededWith, ruleOf } from './worded-rules.js';

/** Every part of a preset, told. The order of the fields is the one in which people read a policy. */
export function translatePreset(preset: RetryPreset): PresetTranslation {
	const parts = [
		translateCauses(preset),
		translateDelays(preset),
		translateTimeouts(preset),
		translateMachines(preset),
		translateRetryAfter(preset),
		translateTarget(preset),
	];
	return {
		fields: Object.assign({}, ...parts.map(({ fields }) => fields)),
		caveats: parts.flatMap(({ caveats }) => caveats),
	};
}

/**
 * Clients that look at their overall limit only before they wait or try again, and let a running try end: by the code named
 * in their sources. Elsewhere the limit cuts off what runs.
 */
const LOOKS_BEFORE_TRY = new Set([
	'gax-node-idempotent',
	'google-api-core-python',
	'gcs-node',
	'stamina',
	'cenkalti-backoff',
]);

/** Fields timeout, overall. */
function translateTimeouts({ id, timeouts }: RetryPreset): PresetTranslation {
	const { connectMs, perTryMs, overallMs, overallCoversBackoff } = timeouts;
	const checked = LOOKS_BEFORE_TRY.has(id) ? 'before-try' : 'always';
	return {
		fields: present({
			timeout: perTryMs === null ? null : duration(perTryMs),
			overall: overallMs === null ? null : { after: duration(overallMs), checked },
		}),
		caveats: [
			...(connectMs === null ? [] : [`connect timeout ${duration(connectMs)}: the simulator's connects take no time`]),
			...(overallMs === null && overallCoversBackoff === true
				? ["a deadline that the caller sets covers tries and back-off: the population's patience can stand for it"]
				: []),
			...(overallMs !== null && overallCoversBackoff !== true
				? ['whether the overall limit covers back-off is not told by the source; here it does']
				: []),
		],
	};
}

/** Field retryAfter. */
function translateRetryAfter(preset: RetryPreset): PresetTranslation {
	const { mode, headers, statuses, maxMs, maxFrom, overMax } = preset.retryAfter;
	if (mode === 'ignore') return NO_TRANSLATION;
	const rule = ruleOf(preset.retryOn.otherRules);
	const needed = neededWith(rule, statusesOf(preset));
	const known = Array.isArray(statuses) ? CAUSES.filter((cause) => statuses.some((s) => reaches(s, cause))) : null;
	const on = statuses === null ? '' : `, on ${Array.isArray(statuses) ? statuses.join(', ') : statuses}`;
	return {
		fields: {
			retryAfter: present({
				mode,
				on: known === null ? null : authored(known),
				cap: maxMs === null ? null : duration(maxMs),
				over: overMax,
				slack: mode === 'clamp' ? '5s' : null,
				needed: needed.length === 0 ? null : authored(needed),
				opensUpTo: mode === 'gate' ? rule.opensUpTo : null,
			}),
		},
		caveats: [
			`how long to wait is read from ${headers.join(', ')}${on}: one header stands for all here`,
			...(maxFrom === null ? [] : [`retryAfter.cap comes from a setting of the client: ${maxFrom}`]),
		],
	};
}

const reaches = (entry: number | string, cause: string): boolean =>
	String(entry) === cause || (entry === '500-599' && /^5\d\d$/.test(cause));

const TARGETS: Readonly<Record<string, string>> = {
	same: 'same',
	'avoid-previous': 'avoid-previous',
	'next-in-list': 'next-node',
	'next-ip': 'next-node',
};

/** Field target. */
function translateTarget({ host: { mode } }: RetryPreset): PresetTranslation {
	if (mode === 'lb-repick') return NO_TRANSLATION;
	const caveats = mode === 'next-ip' ? ['the next IP address of a name is told as the next node'] : [];
	return TARGETS[mode] === undefined
		? { fields: {}, caveats: [`target: ${mode}, not told by the fields`] }
		: { fields: { target: TARGETS[mode] }, caveats };
}
