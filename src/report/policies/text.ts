/**
 * The catalogue of retry policies for a terminal, 80 columns: the list by family, and one policy as a page: its fields as
 * YAML, the arithmetic that comes first, what is known about it, and what the simulator cannot say.
 */
import { stringify } from 'yaml';
import { formatCount, formatSpan } from '../../metrics/definitions/format.js';
import type { DelayRange } from '../../model/retry/backoff/range.js';
import type { DelayTotal } from '../../model/retry/outage-arithmetic.js';
import { plain, type Style } from '../text/style.js';
import { clip, entry, WIDTH, wrap } from '../text/text-table.js';
import { budgetInShort, budgetSentences } from './budget-text.js';
import { hedgeOf } from './outage-reach.js';
import { copiesText, gatedText, hangText, outageText, triesText } from './outage-text.js';
import type { PolicySheet } from './sheet.js';

const LABEL = 15;

/** @returns with a line feed at its end */
export function policyList(sheets: readonly PolicySheet[], style: Style = plain): string {
	const families = [...new Set(sheets.map(({ preset }) => preset.family))];
	const lines = families.flatMap((family) => {
		const own = sheets.filter(({ preset }) => preset.family === family);
		return ['', style('title', `  ${family.toUpperCase()}`), ...own.flatMap((sheet) => listed(sheet, style))];
	});
	const head = `${sheets.length} policies: tries, delays before the first four retries, budget`;
	const foot = 'retrystorm policies ID explains one; opt-in: nothing is retried until somebody configures it';
	return `${[style('dim', `  ${head}`), ...lines, '', ...wrap(foot, WIDTH - 2).map((l) => style('dim', `  ${l}`))].join('\n')}\n`;
}

function listed(sheet: PolicySheet, style: Style): string[] {
	const { preset, delays } = sheet;
	const id = clip(preset.id, 32).padEnd(33);
	const walks = sheet.attempts === null && sheet.fields.attempts === 'unlimited';
	const tries = (walks ? 'nodes' : attemptsText(sheet.attempts)).padEnd(10);
	const hedge = hedgeOf(sheet.fields);
	const apart = hedge === null ? '-' : `copies, ${formatSpan(hedge.delayUs)} apart`;
	const waits = delays.length === 0 ? apart : delays.map(rangeText).join(', ');
	const words = [
		preset.versionRead,
		...(sheet.fields.budget === undefined ? [] : [`budget: ${budgetInShort(sheet)}`]),
		preset.confidence,
		...(preset.enabledByDefault ? [] : ['opt-in']),
	];
	const [first, ...rest] = wrap(waits, WIDTH - 45);
	return [
		style(preset.enabledByDefault ? 'good' : 'open', `  ${id}${tries}${first}`),
		...rest.map((line) => `${' '.repeat(45)}${line}`),
		...wrap(words.join('; '), WIDTH - 6).map((line) => style('dim', `      ${line}`)),
	];
}

/** "3", "unlimited", "yours" */
export function attemptsText(attempts: number | null): string {
	return attempts === null ? 'yours' : formatCount(attempts);
}

/** "0s-50ms", "500ms" */
export function rangeText({ leastUs, greatestUs }: DelayRange): string {
	return greatestUs - leastUs < 1e-6 * greatestUs || greatestUs === leastUs
		? formatSpan(leastUs)
		: `${formatSpan(leastUs)}-${formatSpan(greatestUs)}`;
}

/** @returns with a line feed at its end */
export function policyPage(sheet: PolicySheet, style: Style = plain): string {
	const { preset } = sheet;
	const title = (text: string): string[] => ['', style('title', `  ${text}`)];
	const bullets = (texts: readonly string[]): string[] => texts.flatMap((text) => bullet(text));
	const section = (name: string, lines: readonly string[]): string[] =>
		lines.length === 0 ? [] : [...title(name), ...lines];
	const opt = preset.enabledByDefault
		? []
		: [style('open', '  opt-in: nothing is retried until somebody configures it')];
	const lines = [
		style('title', `  ${preset.id}`),
		...wrap(preset.name, WIDTH - 2).map((line) => `  ${line}`),
		...opt,
		'',
		...entry('version read', preset.versionRead, LABEL),
		...entry('family', `${preset.family}; it repeats a ${preset.scope}`, LABEL),
		...entry('confidence', confidenceText(sheet), LABEL),
		...section('AS A POLICY', yamlLines(sheet.fields)),
		...section('ARITHMETIC', arithmeticLines(sheet)),
		...section('FORMULA', bullets(formulasOf(sheet))),
		...section('WHAT TO KNOW', bullets(notesOf(sheet))),
		...section('WHAT THE SIMULATOR CANNOT SAY', bullets(sheet.caveats)),
		...section('SOURCES', bullets(preset.source.map(({ pkg, path, version }) => `${pkg} ${path} @ ${version}`))),
	];
	return `${lines.join('\n')}\n`;
}

const bullet = (text: string): string[] =>
	wrap(text, WIDTH - 4).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`);

function confidenceText({ preset: { confidence, confidenceNotes, executed } }: PolicySheet): string {
	return [confidence, confidenceNotes, executed === null ? null : `executed: ${executed}`]
		.filter((text) => text !== null)
		.join('; ');
}

/** The fields as YAML that can be pasted under a population, short values on one line. */
export function yamlLines(fields: Readonly<Record<string, unknown>>): string[] {
	return ['  retry:', ...blockOf(fields, 4)];
}

function blockOf(fields: object, indent: number): string[] {
	const left = ' '.repeat(indent);
	return Object.entries(fields).flatMap(([key, value]) => {
		const flow = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
		const line = `${left}${key}: ${flow}`;
		if (line.length <= WIDTH || typeof value !== 'object' || value === null) return [line];
		if (!Array.isArray(value)) return [`${left}${key}:`, ...blockOf(value, indent + 2)];
		return [`${left}${key}:`, ...wrap(flow, WIDTH - indent - 2).map((part) => `${left}  ${part}`)];
	});
}

function arithmeticLines(sheet: PolicySheet): string[] {
	const { delays, inAll, minute, others, cause, attempts, fields } = sheet;
	const say = (label: string, text: string | null): string[] => (text === null ? [] : entry(label, text, LABEL));
	return [
		...say('tries', attempts === null ? triesLeftOpen(sheet) : triesLimit(attempts)),
		...(cause === null ? say('retries', 'no failure that the simulator makes') : []),
		...say('copies', copiesText(sheet)),
		...Object.entries(fields.attemptsFor ?? {}).flatMap(([what, most]) => say('tries', `${most} after ${what}`)),
		...delays.flatMap((range, i) => say(`before retry ${i + 1}`, delayText(range))),
		...others.flatMap((other) => say(`after ${other.cause}`, other.delays.map(rangeText).join(', '))),
		...say('Retry-After', gatedText(sheet)),
		...say(
			'back-off',
			inAll === null || delays.length === 0 ? null : `${spanText(inAll)} until it gives up: the sum of d_n`,
		),
		...say('outage', outageText(sheet)),
		...say('hang', hangText(sheet)),
		...say(
			'in a minute',
			minute === null ? null : `${triesText(minute)} sends per request whose tries fail at once for a minute`,
		),
		...budgetSentences(sheet).flatMap((text) => say('budget', text)),
	];
}

const triesLeftOpen = ({ fields }: PolicySheet): string =>
	fields.attempts === 'unlimited' ? 'one on each node' : 'as many as the author says';

const triesLimit = (attempts: number): string =>
	Number.isFinite(attempts) ? `at most ${attemptsText(attempts)}, the first included` : 'no limit on their number';

function delayText(range: DelayRange): string {
	const drawn = range.greatestUs > range.leastUs ? `, ${formatSpan(range.meanUs)} in the mean` : '';
	return `${rangeText(range)}${drawn}`;
}

const spanText = ({ leastUs, meanUs, greatestUs }: DelayTotal): string =>
	greatestUs === leastUs
		? `${formatSpan(leastUs)} in all`
		: `${formatSpan(leastUs)} to ${formatSpan(greatestUs)} in all, ${formatSpan(meanUs)} in the mean,`;

function formulasOf({ preset: { backoff, jitter, budget, rateLimit } }: PolicySheet): string[] {
	return [backoff.formula, jitter.formula, budget.formula, rateLimit.formula].filter(
		(text) => typeof text === 'string',
	);
}

/** Notes of the preset and of its parts, and what the configuration's own words count. */
function notesOf({ preset }: PolicySheet): string[] {
	const { attempts, timeouts, retryAfter, host, breaker, hedging, budget, rateLimit } = preset;
	const key = attempts.configKey === null ? [] : [`its setting ${attempts.configKey} counts ${attempts.countedAs}`];
	const parts = { attempts, timeouts, 'Retry-After': retryAfter, host, budget, limiter: rateLimit, breaker, hedging };
	const notes = Object.entries(parts).flatMap(([name, { note }]) =>
		typeof note === 'string' ? [`${name}: ${note}`] : [],
	);
	return [...preset.notes, ...key, ...notes];
}
