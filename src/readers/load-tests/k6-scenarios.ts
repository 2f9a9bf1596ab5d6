/**
 * k6: `options.scenarios` of a script or of a file of options. Executors of an arrival rate become `traffic`, the mean of each interval
 * exact; those of virtual users send as fast as answers come, which no rate says, and are left out.
 */
import { formatDuration, SECOND } from '../../kernel/units.js';
import { readSource } from '../../scenario/document/yaml-source.js';
import { BASE, variantNames } from '../../scenario/variants.js';
import type { Field } from '../manifest/field.js';
import { freeName } from '../manifest/free-name.js';
import { type Given, nothingIn } from '../manifest/resources.js';
import { Block, line, write } from '../manifest/yaml-writer.js';
import { durationOf, goDuration } from '../retries/policy/duration-formats.js';
import type { Ledger } from '../retries/policy/ledger.js';
import { withVariant } from '../rollouts/rollout-overlay.js';

const LIKE = 'a duration such as 30s or 5m';
const MOST_INTERVALS = 600;
const FORMS = ['rate', 'steps', 'ramp', 'diurnal', 'mmpp', 'counts', 'instants', 'process'];

/** A rate that goes evenly from one to another, in requests a second. */
interface Piece {
	readonly fromS: number;
	readonly toS: number;
	readonly from: number;
	readonly to: number;
}

export const isK6 = (root: Field): boolean => {
	const scenarios = root.node?.kind === 'map' ? root.get('scenarios') : null;
	return (
		scenarios?.node?.kind === 'map' &&
		scenarios.entries().some(([, each]) => each.node?.kind === 'map' && each.get('executor').given)
	);
};

/** The options of a script alone, at their lines; null for a text that is none. */
export function k6Options(text: string): string | null {
	const found = /\bexport\s+(?:const|let|var)\s+options\s*(?::\s*\w+\s*)?=\s*(?=\{)/.exec(text);
	if (found === null) return null;
	const from = found.index + found[0].length;
	let depth = 0;
	for (let i = from; i < text.length; i++) {
		if (text[i] === '{') depth++;
		if (text[i] === '}' && --depth === 0)
			return `${text.slice(0, from).replace(/[^\n]/g, ' ')}${text.slice(from, i + 1)}\n`;
	}
	return null;
}

export function importK6(
	documents: readonly Field[],
	file: string,
	base: Given | null,
	ledger: Ledger,
): { readonly text: string; readonly variants: readonly string[] } {
	const mine = documents.filter(isK6).map(({ strictly }) => strictly);
	const pieces = mine
		.flatMap((root) => root.get('scenarios').entries())
		.flatMap(([name, each]) => piecesOf(name, each, ledger));
	for (const root of mine) ledger.rest(root);
	if (pieces.length === 0)
		throw nothingIn(
			file,
			'scenarios of k6 none of which has an arrival rate: how often virtual users send depends on the answers',
		);
	const lasts = Math.ceil(Math.max(...pieces.map(({ toS }) => toS)));
	const every = Math.max(1, Math.ceil(lasts / MOST_INTERVALS));
	const values = Array.from({ length: Math.ceil(lasts / every) }, (_, i) =>
		Math.max(0, Math.round(sent(pieces, (i + 1) * every)) - Math.round(sent(pieces, i * every))),
	);
	const note = ledger.assumed(
		mine[0],
		'each iteration is taken for one request; k6 starts them evenly, here they come as Poisson arrivals with the same mean',
	);
	const counts = line('counts', { every: `${every}s`, values }, note);
	if (base !== null) {
		const source = readSource(base.text, base.file);
		const variant = freeName('k6', new Set([BASE, ...variantNames(source)]));
		const traffic = source.kind === 'map' ? source.entries.get('traffic')?.node : undefined;
		const gone = FORMS.filter((form) => form !== 'counts' && traffic?.kind === 'map' && traffic.entries.has(form));
		const lines = [
			line('about', 'The traffic of a load test.'),
			line('traffic', new Block([...gone.map((form) => line(form, null)), counts])),
		];
		return { text: withVariant(base.text, variant, lines), variants: [variant] };
	}
	const peak = Math.max(...values) / every;
	const nodes = Math.min(100, Math.max(1, Math.ceil(peak / 120)));
	const invented = ledger.assumed(
		mine[0],
		`the world is invented: ${nodes} ${nodes === 1 ? 'node' : 'nodes'}, at most 60 % busy at the peak, and clients that do not retry`,
	);
	const head = `# Imported from ${file.replace(/\p{Cc}/gu, '?')}. Beside each line stands where it comes from: understood, assumed or asked.\n# ${invented.kind}: ${invented.text}\n`;
	const text = `${head}${write([
		line('name', 'k6'),
		line('about', 'The traffic of a load test, in a world that is invented.'),
		line('duration', formatDuration(Math.max(10, lasts) * SECOND)),
		line('traffic', new Block([counts])),
		line('edge', {
			service: { exponential: '20ms' },
			nodes,
			workers: Math.max(4, Math.ceil(peak / nodes / 30)),
			queue: 100,
		}),
		line('clients', { apps: { timeout: '2s', retry: { attempts: 1 } } }),
	])}`;
	return { text, variants: [BASE] };
}

function piecesOf(name: string, scenario: Field, ledger: Ledger): Piece[] {
	const executor = scenario.get('executor');
	const kind = executor.text() ?? '';
	if (kind !== 'constant-arrival-rate' && kind !== 'ramping-arrival-rate') {
		ledger.omitted(
			scenario,
			`${name}: ${kind || 'no executor'}: virtual users send as fast as answers come, which no rate says; it is left out`,
		);
		return [];
	}
	ledger.understood(executor, `${name}: ${kind}`);
	for (const key of ['preAllocatedVUs', 'maxVUs'])
		if (scenario.get(key).given)
			ledger.unexpressed(scenario.get(key), `${key}: k6 drops iterations beyond them; here none is dropped`);
	const seconds = (field: Field): number | null => {
		const us = durationOf(field, goDuration, LIKE);
		return us === null ? null : us / SECOND;
	};
	const unit = seconds(scenario.get('timeUnit')) ?? 1;
	const start = seconds(scenario.get('startTime'));
	const startS = start === null ? 0 : start;
	ledger.read(scenario.get('timeUnit'), scenario.get('startTime'));
	if (kind === 'constant-arrival-rate') {
		const [rate, duration] = [scenario.get('rate'), scenario.get('duration')];
		const [perUnit, lasts] = [rate.within(0, 1e9), seconds(duration)];
		if (perUnit === null) throw rate.wrong('rate, a number of iterations,');
		if (lasts === null || lasts === 0) throw duration.wrong(LIKE);
		ledger.understood(rate, `rate: ${perUnit} in ${unit} s, for ${lasts} s`);
		ledger.read(duration);
		return [{ fromS: startS, toS: startS + lasts, from: perUnit / unit, to: perUnit / unit }];
	}
	const [first, stages] = [scenario.get('startRate'), scenario.get('stages')];
	let [at, level] = [startS, Number(first.within(0, 1e9) ?? '0')];
	ledger.understood(stages, `stages: from ${level} in ${unit} s, each in an even change to its target`);
	ledger.read(first);
	return stages.items().map((stage) => {
		const [target, lasts] = [stage.get('target').within(0, 1e9), seconds(stage.get('duration'))];
		if (target === null) throw stage.get('target').wrong('target, a number of iterations,');
		if (lasts === null) throw stage.get('duration').wrong(LIKE);
		ledger.read(stage, stage.get('target'), stage.get('duration'));
		const piece = { fromS: at, toS: at + lasts, from: level / unit, to: target / unit };
		at += lasts;
		level = target;
		return piece;
	});
}

/** Requests up to an instant. */
const sent = (pieces: readonly Piece[], atS: number): number =>
	pieces.reduce((sum, { fromS, toS, from, to }) => {
		const t = Math.min(Math.max(atS, fromS), toS) - fromS;
		const slope = toS > fromS ? (to - from) / (toS - fromS) : 0;
		return sum + from * t + (slope * t * t) / 2;
	}, 0);
