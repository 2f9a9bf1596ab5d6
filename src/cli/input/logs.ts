/** Reads logs into a collector, one file after another, and tells what each of them was taken for. */
import { Collector } from '../../experiment/fit/observe/collector.js';
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
	const quiet = flags.quiet === true;
	const collector = new Collector(classifier(flags.classes));
	const answers = { as: flags.as === undefined ? null : readAs(flags.as) };
	const own = ownKind(flags.logFormat, flags.fields);
	for (const file of files) {
		const feed = new LogFeed(collector, file, {
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
	collector.end();
	return collector;
}
