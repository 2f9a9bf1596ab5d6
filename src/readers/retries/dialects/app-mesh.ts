/**
 * AWS App Mesh: routes of a VirtualRouter. Its events stand for Envoy's words, and both server-error and gateway-error include `reset`.
 * A route without a policy has the default one of App Mesh, which is not read.
 */
import type { Field } from '../../manifest/field.js';
import type { Resource } from '../../manifest/resources.js';
import type { Ledger } from '../policy/ledger.js';
import { type FoundPolicy, texts } from './dialect-fields.js';
import type { EnvoyWords } from './envoy-words.js';

const EVENTS: ReadonlyMap<string, readonly string[]> = new Map([
	['server-error', ['5xx', 'reset']],
	['gateway-error', ['gateway-error', 'reset']],
	['client-error', ['retriable-4xx']],
	['stream-error', ['refused-stream']],
	['connection-error', ['connect-failure']],
]);

export function appMesh({ body, name }: Resource, ledger: Ledger): FoundPolicy[] {
	const spec = body.get('spec');
	ledger.read(spec.get('awsName'));
	if (spec.get('listeners').given) ledger.folded(spec.get('listeners'), 'listeners: ports and protocols; left out');
	const routes = spec.get('routes').items();
	return routes.flatMap((route) => {
		const label = route.get('name').text() ?? name;
		const kinds = ['httpRoute', 'http2Route'].map((kind) => route.get(kind));
		const http = kinds.find(({ given }) => given);
		ledger.read(route.get('name'), route.get('priority'));
		for (const kind of ['grpcRoute', 'tcpRoute']) {
			const other = route.get(kind);
			if (other.given) ledger.omitted(other, `${kind}: only routes of HTTP are read; it is left out`);
		}
		if (http === undefined) return [];
		for (const key of ['match', 'action'])
			if (http.get(key).given)
				ledger.folded(http.get(key), `${key}: which requests it is for, and whereto; all are meant here`);
		const policy = http.get('retryPolicy');
		if (!policy.given) {
			ledger.unexpressed(http, `${label}: no retryPolicy: the default of App Mesh is in force, which is not read`);
			return [];
		}
		const [on, tcp] = [policy.get('httpRetryEvents'), policy.get('tcpRetryEvents')];
		const events = [...texts(on), ...texts(tcp)];
		const tokens = events.flatMap((event) => EVENTS.get(event) ?? [event]);
		if (tcp.given && on.given) ledger.understood(tcp, `tcpRetryEvents: ${texts(tcp).join(', ')}`);
		const whole = http.get('timeout').get('perRequest');
		ledger.read(http.get('timeout'));
		if (!whole.given)
			ledger.assumed(http, 'no timeout.perRequest: the 15 s of App Mesh over all tries are left out here');
		const words: EnvoyWords = {
			from: policy,
			retries: policy.get('maxRetries'),
			byDefault: 1,
			tokens: [...new Set(tokens)],
			codes: [],
			on: on.given ? on : tcp,
			said: `retried on ${events.join(', ') || 'nothing that is named'}`,
			perTry: inGo(policy.get('perRetryTimeout'), ledger),
			whole: inGo(whole, ledger),
			backoff: null,
		};
		return [{ name: label, layer: 'mesh' as const, words }];
	});
}

/** `{ unit: s, value: 2 }` as `2s`. */
function inGo(field: Field, ledger: Ledger): Field {
	if (!field.given) return field;
	const [unit, value] = [field.get('unit'), field.get('value')];
	ledger.read(unit, value);
	const [name, amount] = [unit.text() ?? '', value.number()];
	if (!/^(?:ms|s)$/.test(name) || amount === null || amount < 0) throw field.wrong('a unit (ms or s) and a value');
	return field.as(`${amount}${name}`);
}
