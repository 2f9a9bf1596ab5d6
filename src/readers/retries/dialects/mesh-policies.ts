/**
 * Contour's HTTPProxy, Envoy Gateway's BackendTrafficPolicy, Kuma's MeshRetry, Consul's ServiceRouter and App Mesh's VirtualRouter: each writes Envoy's retry
 * policy in words of its own. What they say beside it, of health and of balancing, is told and left out.
 */
import { eachOf } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import type { Resource } from '../../manifest/resources.js';
import { line } from '../../manifest/yaml-writer.js';
import type { RetryLayer } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { appMesh } from './app-mesh.js';
import { codesIn, type FoundPolicy, isCode, texts } from './dialect-fields.js';
import { type EnvoyWords, envoyLines, kebab } from './envoy-words.js';

interface Dialect {
	readonly kind: string;
	readonly group: RegExp;
	readonly product: string;
	/** true where a retry avoids the hosts before; null where it is not said */
	readonly avoids: boolean;
	readonly policies: (resource: Resource, ledger: Ledger) => FoundPolicy[];
}

const DIALECTS: readonly Dialect[] = [
	{ kind: 'HTTPProxy', group: /^projectcontour\.io$/, product: 'Contour', avoids: false, policies: contour },
	{
		kind: 'BackendTrafficPolicy',
		group: /^gateway\.envoyproxy\.io$/,
		product: 'Envoy Gateway',
		avoids: true,
		policies: gateway,
	},
	{ kind: 'MeshRetry', group: /^kuma\.io$/, product: 'Kuma', avoids: false, policies: kuma },
	{ kind: 'ServiceRouter', group: /^consul\.hashicorp\.com$/, product: 'Consul', avoids: false, policies: consul },
	{ kind: 'VirtualRouter', group: /^appmesh\.k8s\.aws$/, product: 'AWS App Mesh', avoids: false, policies: appMesh },
];

const dialectOf = ({ kind, group }: Resource): Dialect | undefined =>
	DIALECTS.find((each) => each.kind === kind && each.group.test(group));

export const isDialect = (resource: Resource): boolean => dialectOf(resource) !== undefined;

export function importDialects(resources: readonly Resource[], ledger: Ledger): RetryLayer[] {
	const layers = eachOf(resources.filter(isDialect), (resource) => {
		const dialect = dialectOf(resource);
		ledger.head(resource.body);
		return dialect === undefined
			? []
			: dialect.policies(resource, ledger).map((found) => layerOf(found, dialect, ledger));
	}).flat();
	for (const { body } of resources.filter(isDialect)) ledger.rest(body);
	return layers;
}

function layerOf({ name, layer, words }: FoundPolicy, { product, avoids }: Dialect, ledger: Ledger): RetryLayer {
	const note = ledger.understood(words.from, `retry policy ${name} of ${product}`);
	const lines = envoyLines(words, ledger);
	const target = avoids
		? line(
				'target',
				'avoid-previous',
				ledger.assumed(words.from, `${product} writes the predicate of previous hosts: they are avoided`),
			)
		: line(
				'target',
				'repick',
				ledger.assumed(words.from, 'no predicate of previous hosts: a retry may meet the same host'),
			);
	const tries = lines.some(({ key }) => key === 'on') ? [...lines, target] : lines;
	return { name, file: words.from.file, note, layer, lines: tries, nodes: null };
}

/** What a policy is for. */
function readTarget(target: Field, ledger: Ledger): void {
	ledger.read(target);
	if (target.node?.kind !== 'map') return;
	for (const key of ['group', 'kind', 'name', 'namespace']) ledger.read(target.get(key));
}

function contour({ body, name }: Resource, ledger: Ledger): FoundPolicy[] {
	const routes = body.dig('spec.routes').items();
	return routes.flatMap((route, i) => {
		const policy = route.get('retryPolicy');
		const label = routes.length > 1 ? `${name}-${i + 1}` : name;
		if (!policy.given) {
			ledger.understood(route, `${label}: no retryPolicy; it is left out`);
			return [];
		}
		const count = policy.get('count');
		if (count.number() === -1) {
			ledger.understood(count, `${label}: count: -1 switches retries off; it is left out`);
			return [];
		}
		const [on, codes, whole] = [
			policy.get('retryOn'),
			policy.get('retriableStatusCodes'),
			route.dig('timeoutPolicy.response'),
		];
		if (!whole.given) ledger.assumed(route, "no timeoutPolicy.response: Envoy's 15 s over all tries are left out here");
		const tokens = on.given ? texts(on) : ['5xx'];
		if (codes.given) ledger.understood(codes, `retriableStatusCodes: ${codesIn(codes).join(', ')}`);
		const words: EnvoyWords = {
			from: policy,
			// 0 is not set, which is 1.
			retries: count.number() === 0 ? policy.get('count of 1, as 0 is not set') : count,
			byDefault: 1,
			tokens,
			codes: codesIn(codes),
			on,
			said: on.given ? `retryOn: ${tokens.join(', ')}` : 'no retryOn: 5xx by default, with failures of the network',
			perTry: policy.get('perTryTimeout'),
			whole: whole.text() === 'infinity' || whole.text() === 'infinite' ? route.get('no limit') : whole,
			backoff: null,
		};
		if (count.number() === 0) ledger.understood(count, 'count: 0 is not set: 1');
		if (/^infinit/.test(whole.text() ?? '')) ledger.understood(whole, 'response: infinity: no limit');
		return [{ name: label, layer: 'proxy' as const, words }];
	});
}

/** What Envoy Gateway retries by default. */
const GATEWAY_DEFAULT = ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'];

function gateway({ body, name }: Resource, ledger: Ledger): FoundPolicy[] {
	const spec = body.get('spec');
	const retry = spec.get('retry');
	if (!retry.given) return [];
	const [on, triggers, codes] = [
		retry.get('retryOn'),
		retry.dig('retryOn.triggers'),
		retry.dig('retryOn.httpStatusCodes'),
	];
	const listed = codes.given ? codesIn(codes) : [503];
	const tokens = on.given ? [...texts(triggers), ...(codes.given ? ['retriable-status-codes'] : [])] : GATEWAY_DEFAULT;
	ledger.read(on, triggers, codes, retry.get('perRetry'), retry.dig('perRetry.backOff'));
	const words: EnvoyWords = {
		from: retry,
		retries: retry.get('numRetries'),
		byDefault: 2,
		tokens: [...new Set(tokens)],
		codes: listed,
		on,
		said: on.given
			? `retryOn: ${[...texts(triggers), ...codesIn(codes)].join(', ')}`
			: `no retryOn: ${GATEWAY_DEFAULT.join(', ')} (503) by default`,
		perTry: retry.dig('perRetry.timeout'),
		whole: spec.dig('timeout.http.requestTimeout'),
		backoff: { base: retry.dig('perRetry.backOff.baseInterval'), cap: retry.dig('perRetry.backOff.maxInterval') },
	};
	const target = spec.get('targetRefs').items()[0] ?? spec.get('targetRef');
	if (target.given)
		ledger.assumed(
			target,
			`the policy of ${target.get('kind').text()} ${target.get('name').text()}: its routes are not looked at`,
		);
	for (const each of [...spec.get('targetRefs').items(), spec.get('targetRef')]) readTarget(each, ledger);
	return [{ name, layer: 'proxy', words }];
}

function kuma({ body, name }: Resource, ledger: Ledger): FoundPolicy[] {
	const spec = body.get('spec');
	const rules = [...spec.get('to').items(), ...spec.get('rules').items()];
	readTarget(spec.get('targetRef'), ledger);
	return rules.flatMap((rule, i) => {
		const http = rule.dig('default.http');
		for (const other of ['tcp', 'grpc']) {
			const field = rule.get('default').get(other);
			if (field.given) ledger.omitted(field, `${other}: only the retries of HTTP are read; it is left out`);
		}
		const target = rule.get('targetRef');
		const to = target.get('name').text() ?? (rules.length > 1 ? String(i + 1) : null);
		if (target.given) ledger.assumed(target, `to ${target.get('kind').text()} ${to ?? ''}: it stands for all requests`);
		readTarget(target, ledger);
		if (!http.given) return [];
		const on = http.get('retryOn');
		const written = texts(on);
		const codes = written.filter(isCode).map(Number);
		const methods = written.filter((each) => /^HTTPMethod/i.test(each));
		if (methods.length > 0) ledger.unexpressed(on, `${methods.join(', ')}: all methods are retried here`);
		const named = written.filter((each) => !isCode(each) && !methods.includes(each)).map(kebab);
		const tokens = on.given
			? [...named, ...(codes.length > 0 ? ['retriable-status-codes'] : [])]
			: ['gateway-error', 'connect-failure', 'refused-stream'];
		const words: EnvoyWords = {
			from: http,
			retries: http.get('numRetries'),
			byDefault: 1,
			tokens: tokens.map((token) => (token === 'retriable4xx' ? 'retriable-4xx' : token)),
			codes,
			on,
			said: on.given ? `retryOn: ${written.join(', ')}` : `no retryOn: ${tokens.join(', ')} by default`,
			perTry: http.get('perTryTimeout'),
			whole: http.get('no limit'),
			backoff: { base: http.dig('backOff.baseInterval'), cap: http.dig('backOff.maxInterval') },
		};
		return [{ name: to === null ? name : `${name}-${to}`, layer: 'mesh' as const, words }];
	});
}

function consul({ body, name }: Resource, ledger: Ledger): FoundPolicy[] {
	const routes = body.dig('spec.routes').items();
	return routes.flatMap((route, i) => {
		const target = route.get('destination');
		const [failure, statuses, on] = [
			target.get('retryOnConnectFailure'),
			target.get('retryOnStatusCodes'),
			target.get('retryOn'),
		];
		const label = routes.length > 1 ? `${name}-${i + 1}` : name;
		ledger.read(target.get('service'));
		if (![failure, statuses, on, target.get('numRetries')].some(({ given }) => given)) {
			ledger.understood(route, `${label}: nothing of retries; it is left out`);
			return [];
		}
		if (failure.given) ledger.understood(failure, `retryOnConnectFailure: ${failure.flag()}`);
		const codes = codesIn(statuses);
		if (on.given) ledger.understood(on, `retryOn: ${texts(on).join(', ')}`);
		const tokens = [
			...texts(on),
			...(failure.flag() ? ['connect-failure'] : []),
			...(codes.length > 0 ? ['retriable-status-codes'] : []),
		];
		const words: EnvoyWords = {
			from: target,
			retries: target.get('numRetries'),
			byDefault: 1,
			tokens: [...new Set(tokens)],
			codes,
			on: statuses.given ? statuses : failure.given ? failure : on,
			said: `retried: ${tokens.map((token) => (token === 'retriable-status-codes' ? codes.join(', ') : token)).join(', ') || 'nothing is named'}`,
			perTry: target.get('no limit'),
			whole: target.get('requestTimeout'),
			backoff: null,
		};
		return [{ name: label, layer: 'mesh' as const, words }];
	});
}
