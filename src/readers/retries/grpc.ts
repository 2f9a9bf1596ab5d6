/**
 * gRPC's service config: retryPolicy or hedgingPolicy of a method, and retryThrottling of the server's name. Source: gRPC's
 * proposal A6, and what grpc-js, grpc-go and grpc-java make of it.
 */
import { formatDuration } from '../../kernel/units.js';
import { exactNames } from '../../model/retry/cause.js';
import { eachOf, together } from '../manifest/collect-errors.js';
import type { Field } from '../manifest/field.js';
import { type Line, line } from '../manifest/yaml-writer.js';
import { durationOf, protobufDuration } from './policy/duration-formats.js';
import { block, present, type RetryLayer, time, triesLines } from './policy/layer.js';
import type { Ledger } from './policy/ledger.js';
import { mapsIn } from './policy/spellings.js';
import { type CauseWord, grpcCauses, grpcCode, inOrder } from './policy/status-causes.js';

/** A client takes no more attempts from a service config than this. */
const MOST_ATTEMPTS = 5;
const LIKE = 'a duration of protocol buffers, in seconds, such as 0.1s,';

/** Of one that retries nothing as well, so that it is told what it lacks. */
const isConfig = (field: Field): boolean =>
	field.get('methodConfig').node?.kind === 'list' ||
	(field.get('retryThrottling').node?.kind === 'map' && field.dig('retryThrottling.maxTokens').given) ||
	field.get('loadBalancingConfig').node?.kind === 'list' ||
	(field.get('healthCheckConfig').node?.kind === 'map' && field.dig('healthCheckConfig.serviceName').given);

export const isGrpc = (root: Field): boolean => mapsIn(root, isConfig).length > 0;

export function importGrpc(root: Field, ledger: Ledger): RetryLayer[] {
	const layers = eachOf(mapsIn(root, isConfig), (config) => {
		const methods = config.get('methodConfig').items();
		const [budget, drawn] = together(
			() => throttling(config.get('retryThrottling'), ledger),
			() => eachOf(methods, (method) => methodLayer(method, ledger)).flat(),
		);
		return drawn.map((layer) => ({ ...layer, lines: present([...layer.lines, budget]) }));
	}).flat();
	for (const choice of mapsIn(root, (map) => map.get('serviceConfig').given)) choices(choice, ledger);
	ledger.rest(root);
	return layers;
}

/** In a DNS record a config stands among others, with the clients it is for. */
function choices(choice: Field, ledger: Ledger): void {
	for (const key of ['clientLanguage', 'percentage', 'clientHostname']) {
		const field = choice.get(key);
		if (field.given) ledger.assumed(field, `${key}: the config is read as if it were for every client`);
	}
}

function methodLayer(method: Field, ledger: Ledger): RetryLayer[] {
	const [retry, hedging] = [method.get('retryPolicy'), method.get('hedgingPolicy')];
	const name = nameOf(method, ledger);
	if (retry.given && hedging.given)
		throw hedging.refused('found it beside a retryPolicy, one of the two would do: gRPC refuses the config');
	const ready = method.get('waitForReady');
	if (ready.given) ledger.unexpressed(ready, 'waitForReady: a channel here is always connected');
	for (const key of ['maxRequestMessageBytes', 'maxResponseMessageBytes']) {
		const size = method.get(key);
		if (size.given) ledger.unexpressed(size, `${key}: messages have no size here`);
	}
	const policy = retry.given ? retry : hedging;
	if (!policy.given) {
		ledger.understood(method, `${name}: neither retryPolicy nor hedgingPolicy; it is left out`);
		return [];
	}
	const note = ledger.understood(policy, `${retry.given ? 'retryPolicy' : 'hedgingPolicy'} of gRPC for ${name}`);
	const [lines, whole] = together(
		() => (retry.given ? retryLines(retry, method.get('timeout'), ledger) : hedgeLines(hedging, ledger)),
		() => deadline(method, ledger),
	);
	const all = present([...lines, whole, retry.given ? pushback(retry, ledger) : null]);
	return [{ name, file: method.file, note, layer: 'sdk', lines: all, nodes: null }];
}

/** Service and method, or `all` for an empty name. */
function nameOf(method: Field, ledger: Ledger): string {
	const names = method.get('name').items();
	const texts = names.map((each) => {
		const [service, call] = [each.get('service'), each.get('method')];
		ledger.read(each, service, call);
		return [service.text(), call.text()].filter((part) => part !== null && part !== '').join('.');
	});
	if (texts.length > 1) ledger.understood(method.get('name'), `${texts.length} names share this method config`);
	const [first] = texts;
	return first === undefined || first === '' ? 'all' : first;
}

function attemptsOf(policy: Field, ledger: Ledger): { attempts: number; note: ReturnType<Ledger['understood']> } {
	const field = policy.get('maxAttempts');
	const written = field.whole(2, 1_000_000);
	if (written === null)
		throw field.wrong('maxAttempts, at least 2, (or, in the config of a client generator, a timeout of the method)');
	const attempts = Math.min(written, MOST_ATTEMPTS);
	const text =
		attempts < written
			? `maxAttempts: ${written} acts as 5, the limit of the client`
			: `maxAttempts: ${written}, the first included`;
	return { attempts, note: ledger.understood(field, text) };
}

function codesOf(field: Field, ledger: Ledger): { words: CauseWord[]; said: string } {
	const codes = eachOf(field.items(), (item) => {
		const code = grpcCode(item.text() ?? '');
		if (code === null) throw item.wrong('a status code of gRPC, such as UNAVAILABLE or 14,');
		if (grpcCauses(code, true).length === 0) ledger.unexpressed(item, `${code}: no edge here answers it`);
		else ledger.read(item);
		return code;
	});
	const words = codes.flatMap((code) => grpcCauses(code, true));
	return { words, said: `${codes.join(', ')}, taken for ${words.join(', ') || 'nothing'}` };
}

/** The service configs of client generators (gax) name no maxAttempts: its clients try until the deadline. */
function untilDeadline(
	policy: Field,
	timeout: Field,
	ledger: Ledger,
): { attempts: number; note: ReturnType<Ledger['understood']> } {
	const text = `no maxAttempts: read as the config of a client generator (gax), whose clients try until the timeout of ${timeout.text()}; gRPC itself refuses it`;
	return { attempts: Number.POSITIVE_INFINITY, note: ledger.assumed(policy, text) };
}

function retryLines(policy: Field, timeout: Field, ledger: Ledger): Line[] {
	const [initial, most, multiplier] = [
		policy.get('initialBackoff'),
		policy.get('maxBackoff'),
		policy.get('backoffMultiplier'),
	];
	const codes = policy.get('retryableStatusCodes');
	const generated = !policy.get('maxAttempts').given && timeout.given;
	const [{ attempts, note }, { words, said }, baseUs, capUs, factor] = together(
		() => (generated ? untilDeadline(policy, timeout, ledger) : attemptsOf(policy, ledger)),
		() => retryable(codes, ledger),
		() => delayOf(initial),
		() => delayOf(most),
		() => above0(multiplier),
	);
	const jitter = ledger.assumed(
		policy,
		generated
			? 'U(0, delay), as gax draws it'
			: 'x U(0.8, 1.2), as proposal A6 and its clients have it (a comment says U(0, 1))',
	);
	return [
		...triesLines(
			{ attempts, attemptsNote: note, on: words, from: codes, said: `retryableStatusCodes: ${said}` },
			ledger,
		),
		line(
			'backoff',
			block(
				line('growth', 'exponential'),
				time('base', baseUs, ledger.understood(initial, `initialBackoff: ${initial.text()}`)),
				line('multiplier', factor, ledger.understood(multiplier, `backoffMultiplier: ${factor}`)),
				time('cap', capUs, ledger.understood(most, `maxBackoff: ${most.text()}, before the jitter`)),
				line('jitter', generated ? 'full' : { scale: [0.8, 1.2] }, jitter),
			),
		),
	];
}

function retryable(codes: Field, ledger: Ledger): ReturnType<typeof codesOf> {
	if (codes.items().length === 0) throw codes.wrong('retryableStatusCodes, one at least,');
	return codesOf(codes, ledger);
}

function delayOf(field: Field): number {
	const us = durationOf(field, protobufDuration, LIKE);
	if (us === null || us === 0) throw field.wrong('a duration above 0s, which gRPC demands,');
	return us;
}

function above0(field: Field): number {
	const number = field.number();
	if (number === null || number <= 0) throw field.wrong('a number above 0, which gRPC demands,');
	return number;
}

function hedgeLines(policy: Field, ledger: Ledger): Line[] {
	const [delay, codes] = [policy.get('hedgingDelay'), policy.get('nonFatalStatusCodes')];
	const [{ attempts, note }, written, { words, said }] = together(
		() => attemptsOf(policy, ledger),
		() => durationOf(delay, protobufDuration, LIKE),
		() => codesOf(codes, ledger),
	);
	const delayUs = written === null ? 0 : written;
	const delayNote = delay.given
		? ledger.understood(delay, `hedgingDelay: ${delay.text()}`)
		: ledger.understood(policy, 'no hedgingDelay: all attempts are sent at once');
	const nonFatal = codes.given
		? ledger.understood(codes, `nonFatalStatusCodes: ${said}; on one of them the next is sent at once`)
		: ledger.understood(policy, 'no nonFatalStatusCodes: whatever fails ends the call');
	return present([
		line('attempts', 1, ledger.understood(policy, 'hedges are sent beside the first attempt, and nothing is retried')),
		// Of all failures that could let the call go on, that of an open breaker never happens: there is none.
		line('on', words.length === 0 ? ['open'] : exactNames(inOrder(words)), nonFatal),
		line(
			'hedge',
			block(
				line('kind', 'fixed-delay'),
				time('delay', delayUs, delayNote),
				line('total', attempts, note),
				line('onFailure', 'next'),
			),
		),
	]);
}

/** The deadline of the call, over all attempts. */
function deadline(method: Field, ledger: Ledger): Line | null {
	const field = method.get('timeout');
	const us = durationOf(field, protobufDuration, LIKE);
	if (us === null) return null;
	const text = field.text() ?? '';
	if (/\.\d/.test(text)) {
		const trap = `timeout: ${text}: grpc-js 1.14.7 misreads the fraction as nanoseconds (0.5s becomes 5 ns); here it is meant as written`;
		ledger.assumed(field, trap);
	}
	const note = ledger.understood(field, `timeout: ${text} covers all attempts; an application may set less`);
	return line('overall', { after: formatDuration(us), checked: 'always' }, note);
}

/** Of one name of a server, for all methods: a client here has one channel. */
function throttling(field: Field, ledger: Ledger): Line | null {
	if (!field.given) return null;
	const [most, ratio] = [field.get('maxTokens'), field.get('tokenRatio')];
	const [tokens, share] = together(
		() => {
			const number = most.number();
			if (number === null || number <= 0 || number > 1000) throw most.wrong('a number above 0 and up to 1000');
			return number;
		},
		() => above0(ratio),
	);
	const truncated = Math.floor(share * 1000) / 1000;
	if (truncated === 0) throw ratio.wrong('0.001 or more, as gRPC keeps three decimals and takes no 0,');
	const note = ledger.understood(field, 'retryThrottling: of each channel; grpc-js asks it after the back-off');
	const half = `maxTokens: ${tokens}; a failure takes one, and at half of it, ${tokens / 2}, all retries stop`;
	return line(
		'budget',
		block(
			line('kind', 'threshold'),
			line('max', tokens, ledger.understood(most, half)),
			line(
				'ratio',
				truncated,
				ledger.understood(ratio, `tokenRatio: ${share} earned by a success, three decimals kept`),
			),
			line('scope', 'instance'),
		),
		note,
	);
}

function pushback(policy: Field, ledger: Ledger): Line {
	const note = ledger.assumed(policy, 'grpc-retry-pushback-ms, where a server sends it, is taken for Retry-After');
	return line('retryAfter', { mode: 'replace' }, note);
}
