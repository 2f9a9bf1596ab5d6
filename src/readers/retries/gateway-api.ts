/** Gateway API: the retries of an HTTPRoute's rules, with the budget of an XBackendTrafficPolicy for where they lead. */

import { formatDuration, SECOND } from '../../kernel/units.js';
import { eachOf, together } from '../manifest/collect-errors.js';
import type { Field } from '../manifest/field.js';
import type { Resource } from '../manifest/resources.js';
import { type Line, line } from '../manifest/yaml-writer.js';
import { durationOf, goDuration } from './policy/duration-formats.js';
import { block, present, type RetryLayer, time, triesLines } from './policy/layer.js';
import type { Ledger } from './policy/ledger.js';
import { type CauseWord, NETWORK, statuses } from './policy/status-causes.js';

const LIKE = 'a duration such as 100ms, 10s or 1m30s';
const ROUTES = ['HTTPRoute', 'GRPCRoute'];

const rulesOf = ({ body }: Resource): Field[] => {
	const rules = body.dig('spec.rules');
	return rules.node?.kind === 'list' ? rules.items() : [];
};

export const isRetryingRoute = (resource: Resource): boolean =>
	ROUTES.includes(resource.kind) &&
	/^$|^gateway\.networking\.(?:x-)?k8s\.io$/.test(resource.group) &&
	rulesOf(resource).some((rule) => rule.get('retry').given || rule.get('timeouts').given);

export const isTrafficPolicy = ({ kind, group }: Resource): boolean =>
	/^X?BackendTrafficPolicy$/.test(kind) && /^$|^gateway\.networking\.(?:x-)?k8s\.io$/.test(group);

export function importGatewayApi(resources: readonly Resource[], ledger: Ledger): RetryLayer[] {
	const policies = resources.filter(isTrafficPolicy);
	const mine = resources.filter((each) => ROUTES.includes(each.kind) || isTrafficPolicy(each));
	for (const { body } of mine) ledger.head(body);
	const rules = resources
		.filter(isRetryingRoute)
		.flatMap((route) => rulesOf(route).map((rule, i) => ({ route, rule, i })));
	const layers = eachOf(rules, ({ route, rule, i }) => ruleLayer(route, rule, i, policies, ledger)).flat();
	for (const { body } of mine) ledger.rest(body);
	return layers;
}

function ruleLayer(
	route: Resource,
	rule: Field,
	i: number,
	policies: readonly Resource[],
	ledger: Ledger,
): RetryLayer[] {
	const retry = rule.get('retry');
	const label = rule.get('name').text() ?? (rulesOf(route).length > 1 ? String(i + 1) : null);
	const name = label === null ? route.name : `${route.name}-${label}`;
	ledger.read(rule.get('name'));
	if (!retry.given) {
		ledger.understood(rule, `${name}: no retry; it is left out`);
		return [];
	}
	const note = ledger.understood(retry, `retries of rule ${name} of the Gateway API`);
	const [tries, timeouts, budget] = together(
		() => retryLines(retry, ledger),
		() => timeoutsOf(rule, ledger),
		() => budgetOf(rule, policies, ledger),
	);
	const lines = present([...tries, ...timeouts, budget]);
	return [{ name, file: rule.file, note, layer: 'proxy', lines, nodes: null }];
}

/** What is not written is up to who implements the API. */
function retryLines(retry: Field, ledger: Ledger): Line[] {
	const [attempts, codes, backoff] = [retry.get('attempts'), retry.get('codes'), retry.get('backoff')];
	const count = attempts.whole(1, 1_000_000);
	const attemptsNote =
		count === null
			? ledger.assumed(retry, 'no attempts: how many is up to the implementation; one retry is taken')
			: ledger.understood(attempts, `attempts: ${count} counts retries: ${count + 1} sends`);
	const listed = codes.items().map((item) => {
		const code = item.whole(400, 599) ?? Number.NaN;
		if (statuses(code).length === 0) ledger.unexpressed(item, `${code}: no edge here answers it`);
		else ledger.read(item);
		return code;
	});
	const words: CauseWord[] = codes.given ? listed.flatMap((code) => statuses(code)) : [500, 502, 503, 504];
	const said = codes.given
		? `codes: ${listed.join(', ')}; failures of the connection, which are up to the implementation, are taken to be retried`
		: 'no codes: up to the implementation; 500, 502, 503, 504 and failures of the connection are taken';
	if (!codes.given) ledger.assumed(retry, said);
	const delay = durationOf(backoff, goDuration, LIKE);
	const delayNote =
		delay === null
			? ledger.assumed(retry, 'no backoff: up to the implementation; retries go at once')
			: ledger.assumed(
					backoff,
					`backoff: ${backoff.text()} is the least delay; growth and jitter, up to the implementation, are left out`,
				);
	const on: CauseWord[] = [...words, ...NETWORK.filter((word) => word !== 'timeout')];
	return [
		...triesLines({ attempts: (count ?? 1) + 1, attemptsNote, on, from: codes.given ? codes : retry, said }, ledger),
		line('backoff', delay === null ? { growth: 'none' } : formatDuration(delay), delayNote),
	];
}

function timeoutsOf(rule: Field, ledger: Ledger): (Line | null)[] {
	const [request, each] = [rule.dig('timeouts.request'), rule.dig('timeouts.backendRequest')];
	const [requestUs, eachUs] = [request, each].map((field) => durationOf(field, goDuration, LIKE));
	for (const [field, us] of [
		[request, requestUs],
		[each, eachUs],
	] as const) {
		if (us === 0) ledger.understood(field, '0s switches the timeout off');
	}
	return [
		eachUs === null || eachUs === 0
			? null
			: time('timeout', eachUs, ledger.understood(each, `backendRequest: ${each.text()}, of each try`)),
		requestUs === null || requestUs === 0
			? null
			: line(
					'overall',
					{ after: formatDuration(requestUs), checked: 'always' },
					ledger.understood(request, `request: ${request.text()} covers all tries`),
				),
	];
}

function budgetOf(rule: Field, policies: readonly Resource[], ledger: Ledger): Line | null {
	const backends = rule.get('backendRefs').items();
	for (const backend of backends) ledger.read(backend.get('name'), backend.get('port'), backend.get('kind'));
	const names = backends.map((backend) => backend.get('name').text());
	const policy = policies.find(({ body }) => targetsOf(body, ledger).some((name) => names.includes(name)));
	if (policy === undefined) {
		ledger.assumed(rule, 'no XBackendTrafficPolicy for its backends: no budget');
		return null;
	}
	const constraint = policy.body.dig('spec.retryConstraint');
	if (!constraint.given) return null;
	const [percent, interval] = [constraint.dig('budget.percent'), constraint.dig('budget.interval')];
	const [count, per] = [constraint.dig('minRetryRate.count'), constraint.dig('minRetryRate.interval')];
	const said = (field: Field, byDefault: string) =>
		field.given
			? ledger.understood(field, `${field.path.split('.').slice(-2).join('.')}: ${field.text()}`)
			: ledger.assumed(constraint, `no ${field.path.split('.').slice(-2).join('.')}: ${byDefault} by default`);
	const [window, perUs] = [interval, per].map((field) => durationOf(field, goDuration, LIKE));
	const least = count.whole(1, 1_000_000) ?? 10;
	return line(
		'budget',
		block(
			line('kind', 'ratio-window'),
			line('ratio', `${percent.whole(0, 100) ?? 20}%`, said(percent, '20')),
			time('window', window ?? 10 * SECOND, said(interval, '10s')),
			line('least', least, said(count, '10')),
			time('leastPer', perUs ?? SECOND, per.given ? said(per, '1s') : null),
			line('scope', 'destination'),
		),
		ledger.understood(constraint, 'retryConstraint: of one gateway; a denied retry is answered 503'),
	);
}

function targetsOf(policy: Field, ledger: Ledger): (string | null)[] {
	return policy
		.dig('spec.targetRefs')
		.items()
		.map((target) => {
			ledger.read(target.get('name'), target.get('kind'), target.get('group'));
			return target.get('name').text();
		});
}
