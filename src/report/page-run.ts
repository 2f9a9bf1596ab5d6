/** Makes the page's data of runs from the same objects that their files are made of. */
import type { Replayed } from '../experiment/replay.js';
import { formatInstant, formatSpan } from '../metrics/format.js';
import type { Outcome } from '../metrics/outcome.js';
import { labelOf } from '../scenario/edit.js';
import { headline } from './headline.js';
import { type Json, jsonOf, summary, worldJson } from './json.js';
import type { RunExtra, RunPart, RunsPage } from './page-data.js';
import { latencyPlane } from './page-latency.js';
import { adoptionOf, placeRows, scopesOf, stepsOf } from './page-series.js';
import { gateReadings, retryRows, tolls } from './page-why.js';
import { besideOf, type Column } from './side-by-side.js';
import { foldedLog, timeline } from './story.js';
import { findings, verdictOf } from './verdict-words.js';

/** @param columns of the same runs */
export function runsPage(runs: readonly RunPart[], columns: readonly Column[], version: string): RunsPage {
	return { kind: 'runs', version, runs, beside: besideOf(columns) };
}

export function runPart(one: Replayed, rerun: string, version: string): RunPart {
	return {
		...runExtra(one, rerun),
		summary: jsonOf(summary(one.outcome, one.scenario.world, one.judgements, version)),
	};
}

function runExtra({ scenario, outcome }: Replayed, rerun: string): RunExtra {
	const { world } = scenario;
	const head = headline(outcome, world);
	const { date, clockUs, fromUs, toUs } = outcome;
	const moments = timeline(outcome, world);
	return {
		kind: 'run',
		label: labelOf(scenario),
		about: scenario.about,
		rerun,
		clock: { date, clockUs, fromUs, toUs },
		account: firstParagraph(scenario.head),
		asked: askedText(outcome),
		verdict: verdictOf(outcome, world, head),
		findings: findings(outcome, world, head),
		moments,
		tolls: tolls(outcome, moments),
		log: foldedLog(outcome.decisions),
		steps: stepsOf(outcome),
		scopes: scopesOf(outcome, world),
		latency: latencyPlane(outcome),
		places: placeRows(outcome, world),
		adoption: adoptionOf(outcome, world),
		gates: gateReadings(outcome, world),
		retries: retryRows(outcome, world),
		assumptions: {
			head: scenario.head,
			parameters: scenario.parameters,
			switches: flat(worldJson(world)),
		},
	};
}

const firstParagraph = (head: string): string =>
	head
		.split(/\n\s*\n/)[0]
		.replaceAll(/\s+/g, ' ')
		.trim();

function askedText({ fromUs, toUs, seed, ...clock }: Outcome): string {
	const [from, to] = [fromUs, toUs].map((us) => formatInstant(us, { ...clock, fromUs, toUs }));
	return `one run of ${formatSpan(toUs - fromUs)} (${from} to ${to}), seed ${seed}; its figures have no intervals: how much of them is luck, run --reps 20 tells`;
}

/** Leaves of plain data with their paths. Long lists of numbers (curves) are cut. */
function flat(value: Json): (readonly [string, string])[] {
	const leaves: (readonly [string, string])[] = [];
	const walk = (node: Json, path: string): void => {
		if (node === null || typeof node !== 'object') leaves.push([path, String(node)]);
		else if (Array.isArray(node) && node.every((item) => item === null || typeof item !== 'object')) {
			const shown = node.slice(0, 12).join(', ');
			leaves.push([path, `[${shown}${node.length > 12 ? `, … ${node.length} in all` : ''}]`]);
		} else
			for (const [key, inner] of Object.entries(node))
				walk(inner, Array.isArray(node) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`);
	};
	walk(value, '');
	return leaves;
}
