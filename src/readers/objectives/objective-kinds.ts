/** Objectives as OpenSLO, Sloth and Pyrra write them: what is promised, and the queries of what fails and of all. */
import type { Field } from '../manifest/field.js';
import type { Resource } from '../manifest/resources.js';
import type { Ledger } from '../retries/policy/ledger.js';

export interface WrittenObjective {
	readonly name: string;
	readonly product: 'OpenSLO' | 'Sloth' | 'Pyrra';
	readonly from: Field;
	/** 0..1, and where it is written */
	readonly target: number;
	readonly at: Field;
	/** a share of what fails, in PromQL; null where there is none in it */
	readonly query: string | null;
	/** false where its alerts are switched off */
	readonly paged: boolean;
}

const WINDOW = '5m';

/** A document of Sloth without a kind: `version: prometheus/v1`. */
export const isPlainSloth = (root: Field): boolean =>
	root.node?.kind === 'map' &&
	root.get('version').node?.kind === 'scalar' &&
	root.get('version').text() === 'prometheus/v1';

export const isObjective = ({ kind, group }: Resource): boolean =>
	(kind === 'SLO' && /^openslo/.test(group)) ||
	(kind === 'PrometheusServiceLevel' && group === 'sloth.slok.dev') ||
	(kind === 'ServiceLevelObjective' && group === 'pyrra.dev');

export function objectivesOf({ kind, name, body }: Resource, ledger: Ledger): WrittenObjective[] {
	ledger.head(body);
	const spec = body.get('spec');
	if (kind === 'PrometheusServiceLevel') return sloth(spec, ledger);
	return kind === 'SLO' ? openslo(name, spec, ledger) : [pyrra(name, spec, ledger)];
}

/** @param spec with `slos`, whose names are in camel case in Kubernetes and in snake case outside */
export function sloth(spec: Field, ledger: Ledger): WrittenObjective[] {
	const either = (field: Field, camel: string): Field => {
		const snake = field.get(camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
		return snake.given ? snake : field.get(camel);
	};
	ledger.read(spec.get('service'), spec.get('version'));
	return spec
		.get('slos')
		.items()
		.map((slo) => {
			const objective = slo.get('objective');
			const percent = objective.within(0, 100);
			if (percent === null) throw objective.wrong('objective, in per cent, such as 99.9,');
			const events = slo.get('sli').get('events');
			const raw = slo.get('sli').get('raw');
			const plugin = slo.get('sli').get('plugin');
			ledger.read(slo.get('name'), slo.get('sli'), events, raw);
			if (plugin.given) ledger.omitted(plugin, 'sli.plugin: what it counts is in the plugin, which is not read');
			const [bad, all, ratio] = [
				either(events, 'errorQuery'),
				either(events, 'totalQuery'),
				either(raw, 'errorRatioQuery'),
			];
			ledger.read(bad, all, ratio);
			const alerting = slo.get('alerting');
			const page = either(alerting, 'pageAlert');
			ledger.read(alerting, page, page.get('disable'));
			const query = ratio.text() ?? (bad.given && all.given ? `(${bad.text()}) / (${all.text()})` : null);
			return {
				name: slo.get('name').text() ?? 'objective',
				product: 'Sloth' as const,
				from: slo,
				target: percent / 100,
				at: objective,
				query: query === null ? null : query.replace(/\{\{\s*\.window\s*\}\}/g, WINDOW),
				paged: !page.get('disable').flag(),
			};
		});
}

function pyrra(name: string, spec: Field, ledger: Ledger): WrittenObjective {
	const target = spec.get('target');
	const percent = target.within(0, 100);
	if (percent === null) throw target.wrong('target, in per cent, such as "99.9",');
	const indicator = spec.get('indicator');
	const [ratio, latency, alerting] = [indicator.get('ratio'), indicator.get('latency'), spec.get('alerting')];
	ledger.read(indicator, ratio, latency, alerting, alerting.get('disabled'), spec.get('window'));
	for (const kind of ['latencyNative', 'bool_gauge'])
		if (indicator.get(kind).given)
			ledger.omitted(indicator.get(kind), `indicator.${kind}: not a share of requests that is read`);
	const metric = (block: Field, key: string): string | null => {
		const field = block.get(key).get('metric');
		ledger.read(block.get(key), field);
		return field.text();
	};
	const [bad, all] = [metric(ratio, 'errors'), metric(ratio, 'total')];
	const [fast, every] = [metric(latency, 'success'), metric(latency, 'total')];
	const rate = (selector: string): string => `sum(rate(${selector}[${WINDOW}]))`;
	const query =
		bad !== null && all !== null
			? `${rate(bad)} / ${rate(all)}`
			: fast !== null && every !== null
				? `1 - ${rate(fast)} / ${rate(every)}`
				: null;
	return {
		name,
		product: 'Pyrra',
		from: spec,
		target: percent / 100,
		at: target,
		query,
		paged: !alerting.get('disabled').flag(),
	};
}

function openslo(name: string, spec: Field, ledger: Ledger): WrittenObjective[] {
	const method = spec.get('budgetingMethod');
	if (method.given && method.text() !== 'Occurrences')
		ledger.assumed(method, `budgetingMethod: ${method.text()}: requests are counted here, not slices of time`);
	else ledger.read(method);
	ledger.read(spec.get('service'), spec.get('indicator'), spec.get('indicatorRef'), spec.get('timeWindow'));
	for (const window of spec.get('timeWindow').items()) ledger.folded(window, 'timeWindow: a run is shorter than it');
	const shared = spec.get('indicator').get('spec').get('ratioMetric');
	const objectives = spec.get('objectives').items();
	return objectives.map((objective, i) => {
		const [share, percent] = [objective.get('target'), objective.get('targetPercent')];
		const at = share.given ? share : percent;
		const target = share.within(0, 1) ?? (percent.given ? Number(percent.within(0, 100)) / 100 : null);
		if (target === null) throw objective.wrong('target, such as 0.999, or targetPercent,');
		const own = objective.get('indicator').get('spec').get('ratioMetric');
		const ratio = own.given ? own : shared;
		return {
			name: objectives.length > 1 ? `${name}-${i + 1}` : name,
			product: 'OpenSLO' as const,
			from: objective,
			target,
			at,
			query: ratioOf(ratio, ledger),
			paged: true,
		};
	});
}

function ratioOf(ratio: Field, ledger: Ledger): string | null {
	const query = (key: string): string | null => {
		const source = ratio.get(key).get('metricSource');
		const text = source.get('spec').get('query');
		if (ratio.get(key).given) ledger.whole(ratio.get(key));
		return /^prometheus$/i.test(source.get('type').text() ?? '') ? text.text() : null;
	};
	ledger.read(ratio, ratio.get('counter'));
	const [good, bad, total] = ['good', 'bad', 'total'].map(query);
	if (total === null) return null;
	if (bad !== null) return `(${bad}) / (${total})`;
	return good === null ? null : `1 - (${good}) / (${total})`;
}
