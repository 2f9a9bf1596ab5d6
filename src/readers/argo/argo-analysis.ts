/** One metric of an Argo analysis as a check: its schedule, its limits on failures and errors, and how long it takes. */
import { UserError } from '../../kernel/errors.js';
import { formatDuration, SECOND } from '../../kernel/units.js';
import type { Field } from '../manifest/field.js';
import type { Note, Notebook } from '../manifest/provenance-notes.js';
import { type Line, line } from '../manifest/yaml-writer.js';
import { parseCondition } from '../promql/condition-parser.js';
import { argoVerdicts, type ResultVerdicts } from '../promql/limits.js';
import type { Answers } from '../rollouts/import-answers.js';
import { type CheckedMetric, describe } from '../rollouts/query-check.js';
import { anyLabel, guessed, type VersionName } from '../rollouts/version-names.js';
import { type ArgoMetric, LATEST_HASH, STABLE_HASH } from './argo-metrics.js';

/** Words in a query that mean one of the versions. */
export interface Services {
	readonly canary: string | null;
	readonly stable: string | null;
	/** those that only the pods of one version bear */
	readonly labels: { readonly canary: readonly VersionName[]; readonly stable: readonly VersionName[] };
}

export interface ArgoCheck {
	readonly name: string;
	readonly note: Note;
	readonly lines: readonly Line[];
	/** from the first measurement to the last, both at once where there is one; null where it goes on until stopped */
	readonly lastsUs: number | null;
}

/** A question in place of a check, and how long the analysis waits for that metric all the same. */
export interface Skipped {
	readonly question: Note;
	readonly lastsUs: number | null;
}

export interface CheckPlace {
	/** from the start of its stage to the start of the analysis */
	readonly offsetUs: number;
	/** true for a step, whose run comes to an end */
	readonly step: boolean;
}

/** What Argo waits before it asks again after an error. */
export const ERROR_RETRY_US = 10 * SECOND;
const MAX_COUNT = 1_000_000;

/** A check, or the question that stands in its way. */
export function argoCheck(
	metric: ArgoMetric,
	place: CheckPlace,
	services: Services,
	answers: Answers,
	notes: Notebook,
): ArgoCheck | Skipped {
	const { field } = metric;
	const skipped = (question: Note, lastsUs: number | null): Skipped => {
		field.taken();
		return { question, lastsUs };
	};
	const missing = missingArgument(metric);
	if (missing !== null) {
		const [at, name] = missing;
		const text = `metric ${metric.name} is left out: its ${last(at)} is ${at.text()}, which the cluster fills in; give it with --arg ${name}=VALUE`;
		return skipped(notes.asked(at, text), 0);
	}
	const [interval, count] = [field.get('interval'), field.get('count')];
	const endless = interval.given && !count.given;
	if (endless && place.step) {
		const text = `metric ${metric.name} is left out: a step with an interval and no count never ends, and Argo refuses it`;
		return skipped(notes.unexpressed(interval, text), 0);
	}
	const lastsUs = endless ? null : lastUs(field);
	const described = describe(watched(metric, services), answers, notes);
	if ('question' in described) return skipped(described.question, lastsUs);
	return {
		name: metric.name,
		note: notes.understood(field, `metric ${metric.name} of ${metric.of}`),
		lines: [...described.lines, ...schedule(field, place, notes), ...rule(metric, place, notes)],
		lastsUs,
	};
}

/** From the start of its analysis to its last measurement. */
function lastUs(field: Field): number {
	const [initialUs, intervalUs] = [field.get('initialDelay').durationUs(), field.get('interval').durationUs()];
	const count = field.get('count').whole(1, MAX_COUNT);
	const between = intervalUs === null || count === null ? 0 : (count - 1) * intervalUs;
	return (initialUs === null ? 0 : initialUs) + between;
}

const NEEDED = ['interval', 'initialDelay', 'count', 'failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit'];

/** The field that needs an argument whose value is not known, and the argument; a query can do without, but for its window. */
function missingArgument({ field, unknown }: ArgoMetric): [Field, string] | null {
	for (const key of [...NEEDED, 'successCondition', 'failureCondition']) {
		const at = field.get(key);
		const name = unknown.find((each) => String(at.text()).includes(`args.${each}`));
		if (name !== undefined) return [at, name];
	}
	const query = field.dig('provider.prometheus.query');
	const window = /\[\{\{\s*args\.([\w.-]+)/.exec(String(query.text()));
	return window === null ? null : [query, window[1]];
}

function watched({ name, field }: ArgoMetric, { canary, stable, labels }: Services): CheckedMetric {
	const success = field.get('successCondition');
	const failure = field.get('failureCondition');
	const provider = field.get('provider');
	const query = provider.dig('prometheus.query');
	const kinds = provider.entries().map(([key]) => key);
	const text = query.text();
	const ranged = provider.dig('prometheus.rangeQuery').given;
	return {
		name,
		at: field.get('name'),
		query: text === null || ranged ? null : { text, at: query },
		builtIn: null,
		unread: ranged
			? 'a range query gives many values, and a check looks at one'
			: `its provider is ${kinds.length === 0 ? 'missing' : kinds.join(', ')}, and only queries to Prometheus are read`,
		verdicts: () => verdicts(success, failure),
		limits: success.given ? success : failure,
		condition: [success, failure].flatMap((each) => (each.given ? [`${last(each)}: ${each.text()}`] : [])).join(', '),
		versions: {
			canary: [...anyLabel(LATEST_HASH, canary === stable ? null : canary), ...labels.canary, guessed('canary')],
			stable: [...anyLabel(STABLE_HASH, canary === stable ? null : stable), ...labels.stable, guessed('stable')],
		},
		otherwise: 'global',
	};
}

const last = ({ path }: Field): string => path.slice(path.lastIndexOf('.') + 1);

function verdicts(success: Field, failure: Field): ResultVerdicts {
	const [passes, fails] = [success, failure].map((each) => {
		const text = each.text();
		return text === null || text === '' ? null : parseCondition(text);
	});
	if (passes === null && fails === null)
		throw new UserError('it has no condition, so Argo counts every measurement a success');
	return argoVerdicts(passes, fails);
}

function schedule(field: Field, { offsetUs }: CheckPlace, notes: Notebook): Line[] {
	const interval = field.get('interval');
	const intervalUs = interval.durationUs();
	const initial = field.get('initialDelay');
	const initialUs = initial.durationUs();
	const count = field.get('count');
	const delayUs = offsetUs + (initialUs === null ? 0 : initialUs);
	const lines: Line[] = [];
	if (intervalUs !== null) {
		lines.push(line('every', formatDuration(intervalUs), notes.understood(interval, `interval: ${interval.text()}`)));
		lines.push(
			line('everyFrom', 'finish', notes.understood(interval, 'Argo counts it from the end of the one before')),
		);
	}
	const from =
		initialUs === null ? 'no initialDelay: the first measurement is at once' : `initialDelay: ${initial.text()}`;
	const after = offsetUs === 0 ? '' : `, ${formatDuration(offsetUs)} after the stage began`;
	lines.push(
		line('delay', formatDuration(delayUs), notes.understood(initial.given ? initial : field, `${from}${after}`)),
	);
	if (intervalUs === null) lines.push(line('count', 1, notes.understood(field, 'no interval: one measurement')));
	else if (count.given) {
		lines.push(line('count', count.whole(1, MAX_COUNT), notes.understood(count, `count: ${count.text()}`)));
	}
	return lines;
}

function rule({ field, dryRun }: ArgoMetric, { step }: CheckPlace, notes: Notebook): Line[] {
	const failureLimit = limit(field.get('failureLimit'));
	const off = failureLimit === -1;
	const lines: Line[] = [];
	if (!off) {
		const at = field.get('failureLimit');
		const text = `failureLimit${at.given ? `: ${failureLimit}` : ' 0 by default'}: fails at number ${failureLimit + 1}, in total`;
		lines.push(line('fail', { totalAbove: failureLimit }, notes.understood(at, text)));
	}
	const inconclusive = field.get('inconclusiveLimit');
	const inconclusiveLimit = limit(inconclusive);
	if (inconclusiveLimit !== -1) {
		const text = `inconclusiveLimit${inconclusive.given ? '' : ' 0 by default'}: one more pauses`;
		lines.push(line('inconclusiveLimit', inconclusiveLimit, notes.understood(inconclusive, text)));
	}
	const errors = field.get('consecutiveErrorLimit');
	const errorLimit = errors.given ? limit(errors) : 4;
	if (errorLimit !== -1) {
		const text = `consecutiveErrorLimit${errors.given ? '' : ' 4 by default'}: one more in a row fails`;
		lines.push(line('errorLimit', errorLimit, notes.understood(errors, text)));
	}
	lines.push(
		line('errorRetry', formatDuration(ERROR_RETRY_US), notes.understood(field, 'Argo asks again 10 s after an error')),
	);
	if (step) lines.push(mustPass(field, failureLimit, notes));
	const dry = 'dryRun: it is measured, and never acts';
	if (dryRun) lines.push(line('dryRun', true, notes.understood(field, dry)));
	else if (off)
		lines.push(line('dryRun', true, notes.assumed(field.get('failureLimit'), 'failureLimit: -1 is never reached')));
	if (field.get('consecutiveSuccessLimit').given) {
		notes.unexpressed(field.get('consecutiveSuccessLimit'), 'a check does not end early on successes');
	}
	return lines;
}

/** A run within its limits has succeeded, even if its last measurement has not. */
function mustPass(field: Field, failureLimit: number, notes: Notebook): Line {
	const forgives = failureLimit !== 0;
	const text = forgives
		? 'a run within its failureLimit succeeds, whatever its last measurement'
		: 'the step ends with its last measurement, all of them passed';
	return line('mustPass', !forgives, notes.understood(field, text));
}

/** -1 is no limit. */
function limit(field: Field): number {
	const written = field.whole(-1, MAX_COUNT);
	return written === null ? 0 : written;
}
