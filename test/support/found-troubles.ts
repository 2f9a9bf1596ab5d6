/** What the fit finds of trouble in lines. */
import { findingsOf } from '../../src/experiment/fit/findings.js';
import { Collector } from '../../src/experiment/fit/observe/collector.js';
import { LogRecorder } from '../../src/experiment/fit/observe/log-recorder.js';
import { suitingEveryS } from '../../src/experiment/fit/series.js';
import { type Trouble, troublesOf } from '../../src/experiment/fit/trouble/troubles.js';
import { LogFeed } from '../../src/readers/logs/feed.js';

/** @param most attempts that are kept */
export function troublesIn(lines: readonly string[], most?: number): readonly Trouble[] {
	const collector = new Collector(null);
	const recorder = new LogRecorder(collector, most);
	const feed = new LogFeed(recorder, 'a.log', { anyOrder: false });
	for (const line of lines) feed.line(line);
	feed.end();
	collector.end();
	const found = findingsOf(collector, { everyS: suitingEveryS(collector), ownClasses: false, train: null });
	return troublesOf(found, recorder.keptAttempts);
}
