/** What others wrote: manifests and configurations, logs, recordings. Every mistake is told as one, and what is written `check` takes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findingsOf } from '../../../src/experiment/fit/findings.js';
import { Collector } from '../../../src/experiment/fit/observe/collector.js';
import { suitingEveryS } from '../../../src/experiment/fit/series.js';
import { UserError } from '../../../src/kernel/errors.js';
import { importManifests } from '../../../src/readers/import.js';
import { LogFeed } from '../../../src/readers/logs/feed.js';
import { writeScenario } from '../../../src/readers/logs/scenario/scenario.js';
import { AttemptReader } from '../../../src/readers/recording/recorded-attempts.js';
import { readAnswers } from '../../../src/readers/rollouts/import-answers.js';
import { InvalidScenario } from '../../../src/scenario/document/issue.js';
import { checkScenario } from '../../../src/scenario/load.js';
import { mutatedText } from '../mutate-text.js';
import type { Target } from '../target.js';

const MOST_LINES = 60;

/** The beginnings of all files below a folder whose names fit. */
function textsBelow(folder: string, fits: RegExp): string[] {
	const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => fits.test(name));
	return names.toSorted().map((name) => {
		const bytes = readFileSync(join(folder, name));
		return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').slice(0, 300_000);
	});
}

const heads = (texts: readonly string[]): string[] =>
	texts.map((text) => text.split('\n').slice(0, MOST_LINES).join('\n').slice(0, 50_000));

/** @throws what is no complaint about the input */
function asComplaint(act: () => void): void {
	try {
		act();
	} catch (error) {
		if (!(error instanceof UserError) && !(error instanceof InvalidScenario)) throw error;
	}
}

function assertAccepted(scenario: string, what: string): void {
	// A comment may say of a number that was read that it is infinite.
	const values = scenario.replace(/ #.*$/gm, '');
	if (/NaN[%/]|: NaN\b/.test(scenario) || /Infinity[%/]|: Infinity\b/.test(values))
		throw new Error(`${what} writes a number that is none:\n${scenario.slice(0, 2000)}`);
	const { errors } = checkScenario(scenario, { file: 'written' });
	// More requests than a scenario can say are told by the command, which then writes nothing.
	if (errors.every(({ text }) => text.includes('traffic.counts.values'))) return;
	if (errors.length > 0)
		throw new Error(`${what} writes what check refuses: ${errors[0].text}\n${scenario.slice(0, 2000)}`);
}

export function importers(fixtures: string): Target {
	const corpus = textsBelow(fixtures, /\.(ya?ml|json|conf|cfg|txt)$|aws-config$/);
	return {
		name: 'import',
		make: (pick) => {
			const text = mutatedText(pick.one(...corpus), pick);
			return pick.chance(0.1) ? `${text}\n---\n${mutatedText(pick.one(...corpus), pick)}` : text;
		},
		take: (text) =>
			asComplaint(() => {
				const { text: written, errors } = importManifests([{ file: 'a', text }], null, readAnswers({}));
				// What check refuses is told, with exit code 104.
				if (errors.length === 0) assertAccepted(written, 'import');
			}),
	};
}

export function logs(data: string): Target {
	const corpus = heads(
		textsBelow(data, /\.(log|ndjson|csv|json|txt)(\.gz)?$/).filter((text) => !text.includes('Apache License')),
	);
	return {
		name: 'log',
		make: (pick) => mutatedText(pick.one(...corpus), pick),
		take: (text) =>
			asComplaint(() => {
				const collector = new Collector(null);
				const feed = new LogFeed(collector, 'a.log', { anyOrder: text.length % 2 === 0 });
				for (const line of text.split('\n')) feed.line(line);
				feed.end();
				collector.end();
				const found = findingsOf(collector, { everyS: suitingEveryS(collector), ownClasses: false, train: null });
				if (found.series.all.length <= 1 || found.total <= 1) return;
				for (const traffic of ['counts', 'fitted'] as const)
					assertAccepted(writeScenario(found, { traffic, windowUs: null }), 'fit');
			}),
	};
}

export function recordings(folder: string): Target {
	const corpus = heads(textsBelow(folder, /attempts\.ndjson(\.gz)?$/));
	return {
		name: 'recording',
		make: (pick) => mutatedText(pick.one(...corpus), pick),
		take: (text) =>
			asComplaint(() => {
				const reader = new AttemptReader('a.ndjson');
				for (const line of text.split('\n')) reader.line(line);
				reader.end();
			}),
	};
}
