/** Which failures a preset tries again, for which methods, and how often: statuses, networks and codes as causes. */
import { CAUSE_GROUPS, CAUSES, type Cause } from '../../model/retry/cause.js';
import type { RetryPreset } from './facts.js';
import { authored, byCause, type PresetTranslation, present } from './translation.js';
import { hangsForGood, neededWith, ruleOf } from './worded-rules.js';

const STATUSES = CAUSES.filter((name) => /^\d+$/.test(name));
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH'];

/** Fields attempts, attemptsFor, on, methods, networkMethods. */
export function translateCauses(preset: RetryPreset): PresetTranslation {
	const parts = [translateAttempts(preset), translateRetryOn(preset), translateMethods(preset)];
	return {
		fields: Object.assign({}, ...parts.map(({ fields }) => fields)),
		caveats: parts.flatMap(({ caveats }) => caveats),
	};
}

/** Where it hedges, its number of tries is that of the hedge: one call, of so many copies. */
function translateAttempts({ attempts, hedging, retryOn: { otherRules } }: RetryPreset): PresetTranslation {
	const { maxTotal, unlimited, perClass, note } = attempts;
	const { causes, others } = byCause(perClass);
	const hedged = typeof hedging.maxTotal === 'number';
	const caveats = [
		...(hedged && maxTotal !== null && maxTotal !== hedging.maxTotal
			? [`attempts: ${maxTotal} tries; here the ${hedging.maxTotal} copies of the hedge`]
			: []),
		...(maxTotal === null && !unlimited
			? [`attempts: the author has to say how many${note === null ? '' : ` (${note})`}`]
			: []),
		...others.map(([name, value]) => `attempts: ${value} for ${name}, which the simulator does not tell apart`),
		...Object.entries(perClass ?? {})
			.filter(([name, value]) => name === 'systemOverloaded' || typeof value === 'string')
			.map(([name, value]) => `attempts: ${value} for ${name} is told as attemptsFor, which counts all tries`),
	];
	const limits = [
		...Object.entries(causes).map(([cause, most]) => [cause, typeof most === 'number' ? most : 'unlimited']),
		...Object.entries(ruleOf(otherRules).attemptsFor ?? {}),
	];
	return {
		fields: present({
			attempts: hedged ? 1 : unlimited ? 'unlimited' : maxTotal,
			attemptsFor: limits.length === 0 ? null : Object.fromEntries(limits),
		}),
		caveats,
	};
}

function translateRetryOn(preset: RetryPreset): PresetTranslation {
	const { http, otherRules, requiresHeader, vetoHeaders, forceHeaders } = preset.retryOn;
	const rule = ruleOf(otherRules);
	const foreign = http.filter((entry) => !STATUSES.some((status) => covers(entry, Number(status))));
	const grpc = translateGrpcCodes(preset);
	const wires = translateNetworkErrors(preset);
	const listed = [...statusesOf(preset), ...wires.causes, ...grpc.causes];
	const silent = isSilent(preset) && rule.also === undefined;
	const added = [...(rule.also ?? []), ...neededWith(rule, listed)];
	const on = silent ? causesOfWords(preset) : CAUSES.filter((name) => listed.includes(name) || added.includes(name));
	const requiredHeader =
		requiresHeader === null ? [] : [`retries only with ${requiresHeader}: told as retryAfter where it can be`];
	const caveats = [
		...(foreign.length === 0 ? [] : [`also retries statuses that the simulator does not make: ${foreign.join(', ')}`]),
		...wires.caveats,
		...grpc.caveats,
		...(rule.caveats ?? []),
		...(otherRules === null ? [] : [`what is retried, in the source's words: ${otherRules}`]),
		...(silent && on !== null ? [`on: the source has no list; here ${on.join(', ')}`] : []),
		...requiredHeader,
		...vetoHeaders.map((header) => `a header that forbids retries is not simulated: ${header}`),
		...forceHeaders.map((header) => `a header that asks for retries is not simulated: ${header}`),
	];
	return { fields: present({ on: on === null ? null : authored(on) }), caveats };
}

/** The statuses of the simulator that a preset's list has. */
export const statusesOf = ({ retryOn: { http } }: RetryPreset): Cause[] =>
	STATUSES.filter((status) => http.some((entry) => covers(entry, Number(status))));

const isSilent = ({ retryOn: { http, grpc, network } }: RetryPreset): boolean =>
	http.length === 0 && grpc.length === 0 && Object.values(network).every((flag) => flag === false);

/** 503, "500-599", ">=400 except 401 403" */
function covers(entry: number | string, status: number): boolean {
	if (typeof entry === 'number') return entry === status;
	const numbers = (entry.match(/\d+/g) ?? []).map(Number);
	if (entry.startsWith('>=')) return status >= numbers[0] && !numbers.slice(1).includes(status);
	return status >= numbers[0] && status <= numbers[1];
}

/** What is left out without its condition, and what is kept although it is wider than the condition. */
const LEFT_OUT = /^(reused|unsent|connect timeout only)/;

function translateNetworkErrors(preset: RetryPreset): { causes: Cause[]; caveats: string[] } {
	const { network, networkMethods } = preset.retryOn;
	const unmade = [
		['failed name resolution', network.dns],
		['failed TLS handshakes', network.tls],
		['refused HTTP/2 streams', network.refusedStream],
	].flatMap(([what, flag]) => (flag === false ? [] : [flag === true ? what : `${what} (${flag})`]));
	const late = translateHang(preset);
	const wires: readonly [Cause, boolean | string][] = [
		['refused', network.connect],
		['reset', network.resetBeforeResponse],
		['timeout', late.flag],
	];
	const retried = wires.filter(([, flag]) => flag === true || (typeof flag === 'string' && !LEFT_OUT.test(flag)));
	return {
		causes: retried.map(([cause]) => cause),
		caveats: [
			...wires.flatMap(([cause, flag]) =>
				typeof flag !== 'string' || saidByMethods(flag, networkMethods)
					? []
					: [`${cause}: retried under a condition (${flag}); here ${LEFT_OUT.test(flag) ? 'never' : 'always'}`],
			),
			...late.caveats,
			...(unmade.length === 0 ? [] : [`also retries what the simulator does not make: ${unmade.join(', ')}`]),
		],
	};
}

/** "GET only", where the methods are told as a field. */
const saidByMethods = (flag: string, methods: RetryPreset['retryOn']['networkMethods']): boolean =>
	Array.isArray(methods) && flag === `${methods.join(', ')} only`;

/** Whether a try that hangs is retried: not where nothing ends the try but the end of the whole call. */
function translateHang({ retryOn: { network, otherRules }, timeouts: { perTryMs, note } }: RetryPreset): {
	flag: boolean | string;
	caveats: string[];
} {
	const flag = network.timeoutPerTry;
	if (flag === false || perTryMs !== null) return { flag, caveats: [] };
	if (hangsForGood([note, otherRules])) {
		const why = 'a try that hangs is not retried, as no limit on a try is set';
		return { flag: false, caveats: [`timeout: ${why}; with one of your own, add timeout to \`on\`${ifNamed(flag)}`] };
	}
	if (typeof flag === 'string' && LEFT_OUT.test(flag)) return { flag, caveats: [] };
	return { flag, caveats: ["timeout: it sets no limit on a try; the population's timeout stands for one"] };
}

const ifNamed = (flag: boolean | string): string => (typeof flag === 'string' ? ` (${flag})` : '');

/** What a gRPC code looks like to a client of this simulator's edge. */
const GRPC: Readonly<Record<string, readonly Cause[]>> = {
	UNAVAILABLE: ['503', 'refused', 'reset'],
	DEADLINE_EXCEEDED: ['504', 'timeout'],
	INTERNAL: ['500'],
};

/** A client of gRPC alone has its codes told as causes; one that also speaks HTTP keeps them for gRPC, which is not told apart. */
function translateGrpcCodes({ retryOn: { grpc, http, network } }: RetryPreset): { causes: Cause[]; caveats: string[] } {
	if (grpc.length === 0) return { causes: [], caveats: [] };
	const alone = http.length === 0 && Object.values(network).every((flag) => flag === false);
	const causes = alone ? grpc.flatMap((code) => GRPC[code] ?? []) : [];
	const translation = causes.length === 0 ? 'not told here' : `told as ${[...new Set(causes)].join(', ')}`;
	return { causes, caveats: [`gRPC codes ${grpc.join(', ')}: ${translation}`] };
}

const EVERYTHING: readonly Cause[] = [...CAUSE_GROUPS['5xx'], '429', ...CAUSE_GROUPS.network];

/** Where the source has words in place of lists: exceptions are failures of the network, overload is a shedding server. */
function causesOfWords({ attempts: { maxTotal }, retryOn: { otherRules } }: RetryPreset): readonly Cause[] | null {
	if (maxTotal === 1) return null;
	if (otherRules === null) return EVERYTHING;
	if (/close events/.test(otherRules)) return CAUSE_GROUPS.network;
	return /^overloaded/.test(otherRules) ? ['503', '429'] : EVERYTHING;
}

function translateMethods({ retryOn: { httpMethods, networkMethods } }: RetryPreset): PresetTranslation {
	const words = typeof networkMethods === 'string' ? networkMethods : null;
	const list = typeof networkMethods === 'string' || networkMethods === null ? [] : networkMethods;
	const foreign = list.filter((method) => !METHODS.includes(method));
	return {
		fields: present({
			methods: httpMethods,
			networkMethods: list.length === 0 ? null : list.filter((method) => METHODS.includes(method)),
		}),
		caveats: [
			...(words === null ? [] : [`networkMethods: ${words}; here all methods`]),
			...(foreign.length === 0 ? [] : [`networkMethods: not told here: ${foreign.join(', ')}`]),
		],
	};
}
