/** Reads logs into a collector, one file after another, and tells what each of them was taken for. */
import { Collector, type LogSink } from '../../experiment/fit/observe/collector.js';
import { LogRecorder } from '../../experiment/fit/observe/log-recorder.js';
import { classifier } from '../../readers/logs/class-rules.js';
import { LogFeed } from '../../readers/logs/feed.js';
import { ownKind, readAs } from '../../readers/logs/formats/own.js';
import { complain } from '../output/exit.js';
import { eachLine } from './log-lines.js';

export interface LogFlags {
	readonly classes?: readonly string[];
	readonly anyOrder?: true;
	readonly as?: string;
	readonly logFormat?: string;
	readonly fields?: string;
	readonly quiet?: true;
}

/** @throws UserError for whatever cannot be read, with file and line */
export async function collect(files: readonly string[], flags: LogFlags): Promise<Collector> {
	const collector = new Collector(classifier(flags.classes));
	await feedAll(files, flags, collector);
	collector.end();
	return collector;
}

/** As `collect`, and every attempt is kept, so that the log can be held beside a run. */
export async function collectAndRecord(
	files: readonly string[],
	flags: LogFlags,
	most?: number,
): Promise<{ readonly collector: Collector; readonly recorder: LogRecorder }> {
	const collector = new Collector(classifier(flags.classes));
	const recorder = new LogRecorder(collector, most);
	await feedAll(files, flags, recorder);
	collector.end();
	return { collector, recorder };
}

async function feedAll(files: readonly string[], flags: LogFlags, sink: LogSink): Promise<void> {
	const quiet = flags.quiet === true;
	const answers = { as: flags.as === undefined ? null : readAs(flags.as) };
	const own = ownKind(flags.logFormat, flags.fields);
	for (const file of files) {
		const feed = new LogFeed(sink, file, {
			anyOrder: flags.anyOrder === true,
			answers,
			own,
			onKind: (name, title, why) => {
				if (!quiet) complain(`${name}: ${title}: ${why}`);
			},
		});
		await eachLine(file, (line) => feed.line(line), { quiet });
		feed.end();
	}
}
