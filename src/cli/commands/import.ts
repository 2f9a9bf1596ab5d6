/** `retrystorm import FILE...`: rollouts and retries as other systems have them, as a scenario, with all that was understood, assumed and asked. */

import { type Command, Option } from 'commander';
import { EXIT } from '../../kernel/errors.js';
import { type ImportResult, importManifests } from '../../readers/import.js';
import type { Note, NoteKind } from '../../readers/manifest/provenance-notes.js';
import { COUNTS, readAnswers } from '../../readers/rollouts/import-answers.js';
import { repeatable } from '../flags/flags.js';
import { quoted } from '../flags/rerun-line.js';
import { complain } from '../output/exit.js';
import { readText, writeText } from '../output/files.js';
import { writeData } from '../output/terminal-output.js';

interface ImportFlags {
	readonly base?: string;
	readonly out: string;
	readonly force?: true;
	readonly map?: readonly string[];
	readonly arg?: readonly string[];
	readonly approval?: string;
	readonly matched?: string;
	readonly startUp?: string;
	readonly scope?: readonly string[];
	readonly verbose?: true;
}

export function importCommand(root: Command): void {
	root
		.command('import')
		.description(
			'turn rollouts (Argo, Flagger) or retries (Envoy, Istio, gRPC, Linkerd, Gateway API, .NET, resilience4j, NGINX, HAProxy, AWS profiles) into a scenario, and say what was understood, assumed and asked',
		)
		.argument('<file...>', 'manifests or configurations, with all that they name; - reads standard input')
		.option(
			'--base <scenario>',
			'lay them into this scenario, each as a variant (default: a small world is written around them)',
		)
		.option('-o, --out <file>', 'where the scenario goes; - is standard output', '-')
		.option('-f, --force', 'overwrite a file that exists')
		.addOption(repeatable('--map <metric=count>', `what a metric counts: ${COUNTS.join(', ')}; may be repeated`))
		.addOption(repeatable('--arg <name=value>', 'the value of a template argument; may be repeated'))
		.addOption(new Option('--approval <time>', 'how long a person takes to approve (default: 10m, and it is asked)'))
		.addOption(
			new Option(
				'--matched <share>',
				'share of the requests that a match sends to the canary (default: 5%, and it is asked)',
			),
		)
		.addOption(
			new Option(
				'--start-up <time>',
				'how long a pod takes to start, of a rollout without steps (default: 10s, and it is asked)',
			),
		)
		.addOption(
			repeatable(
				'--scope <metric=who>',
				'whom a metric looks at: rollout (the new version alone) or global; may be repeated',
			),
		)
		.option('--verbose', 'unfold what was left out and cannot touch retries')
		.exitOverride()
		.action(importAction);
}

async function importAction(files: string[], flags: ImportFlags): Promise<void> {
	const answers = readAnswers(flags);
	const given = [];
	for (const file of files) given.push({ file, text: await readText(file, 'file') });
	const base = flags.base === undefined ? null : { file: flags.base, text: await readText(flags.base) };
	const result = importManifests(given, base, answers);
	if (flags.out === '-') writeData(result.text);
	else writeText(flags.out, result.text, flags.force ? 'w' : 'wx');
	printSummary(result, flags);
	if (result.errors.length > 0) process.exitCode = EXIT.invalid;
}

function printSummary({ notes, variants }: ImportResult, { out, verbose }: ImportFlags): void {
	const [folded, shown] = [notes.filter(isFolded), notes.filter((note) => verbose === true || !isFolded(note))];
	for (const { kind, at, text } of shown) complain(`${at}: ${kind}: ${text}`);
	if (folded.length > 0 && verbose !== true)
		complain(
			`${folded.length} more not expressed, which cannot touch retries (headers, logs, addresses): --verbose shows them`,
		);
	const kinds: readonly NoteKind[] = ['understood', 'assumed', 'not expressed', 'asked'];
	const counts = kinds.map((kind) => `${notes.filter((note) => note.kind === kind).length} ${kind}`).join(', ');
	if (out === '-') {
		complain(`imported: ${counts}`);
		return;
	}
	const chosen = variants.map((variant) => (variant === 'base' ? '' : ` --variant ${quoted(variant)}`));
	complain(`wrote ${out}: ${counts}; run it with: retrystorm run ${quoted(out)}${chosen.join('')}`);
}

const isFolded = ({ folded }: Note): boolean => folded === true;
