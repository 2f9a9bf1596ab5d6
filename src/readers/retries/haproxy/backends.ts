/** HAProxy: the retries of its backends. Source: haproxy's src/backend.c and src/proxy.c, and its configuration manual. */
import { SECOND } from '../../../kernel/units.js';
import type { Note } from '../../manifest/provenance-notes.js';
import type { Given } from '../../manifest/resources.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { haproxyDuration } from '../policy/duration-formats.js';
import { isIrrelevant } from '../policy/irrelevant-names.js';
import { block, present, type RetryLayer, time, triesLines } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { choiceLine } from '../policy/load-balancing.js';
import { type CauseWord, met, statuses } from '../policy/status-causes.js';
import { retriedMethods } from './retried-methods.js';
import { type DirectiveWords, readSections, SECTIONS, type Section, wrongLine } from './sections.js';
import { checkOf, type Server, serverNotes, serversOf, tellOptions } from './servers.js';

const DEFAULT_RETRIES = 3;
const ALL_RETRYABLE = [
	'conn-failure',
	'empty-response',
	'junk-response',
	'response-timeout',
	'0rtt-rejected',
	'500',
	'502',
	'503',
	'504',
];

export const isHaproxy = (text: string): boolean =>
	/^(?:defaults|backend|listen)(?:[ \t]+[\w.-]+)*[ \t]*(?:#.*)?$/m.test(text) &&
	/^[ \t]+(?:server|retries|retry-on|timeout|option|mode|balance|bind)[ \t]/m.test(text);

export function importHaproxy(given: Given, ledger: Ledger): RetryLayer[] {
	const sections = readSections(given);
	const layers = sections.flatMap((section, i) => {
		const servers = section.lines.flatMap(serversOf);
		if (!['backend', 'listen'].includes(section.kind) || servers.length === 0) return [];
		return [backendLayer(given.file, section, defaultsOf(section, sections.slice(0, i)), servers, ledger)];
	});
	rest(sections, ledger);
	return layers;
}

/** The last defaults above a backend, or those that it names. */
function defaultsOf(section: Section, above: readonly Section[]): Section | null {
	const from = section.words.indexOf('from');
	const all = above.filter(({ kind }) => kind === 'defaults');
	if (from === -1) return all.at(-1) ?? null;
	return all.find(({ name }) => name === section.words[from + 1]) ?? null;
}

/** A line of the backend, or of its defaults; the last of several holds. */
type Settings = (...words: readonly string[]) => DirectiveWords | undefined;

function settingsOf(section: Section, defaults: Section | null): Settings {
	return (...wanted) => {
		const fits = ({ words }: DirectiveWords): boolean => wanted.every((word, i) => words[i] === word);
		return section.lines.filter(fits).at(-1) ?? defaults?.lines.filter(fits).at(-1);
	};
}

function backendLayer(
	file: string,
	section: Section,
	defaults: Section | null,
	servers: readonly Server[],
	ledger: Ledger,
): RetryLayer {
	const settings = settingsOf(section, defaults);
	const name = section.name === '' ? section.kind : section.name;
	const active = servers.filter(({ options }) => !options.includes('backup') && !options.includes('disabled'));
	const note = ledger.understood(section, `HAProxy's ${section.kind} ${name}, with ${active.length} active servers`);
	if (defaults !== null) ledger.read(defaults);
	const shared = settings('default-server');
	const checks = checkOf(active, shared, ledger);
	for (const server of new Set(servers.map(({ line: each }) => each))) serverNotes(server, ledger);
	if (shared !== undefined) tellOptions(shared, shared.words.slice(1), ledger);
	const lines = present([
		...triesOf(section, settings, ledger),
		...waitingOf(section, settings, active.length, ledger),
		timeoutOf(settings, ledger),
	]);
	const edge = present([choiceOf(settings, ledger), checks]);
	const spares = active.length === 0 ? 0 : sparesOf(servers, settings, ledger);
	return { name, file, note, layer: 'proxy', lines, nodes: Math.max(1, active.length), spares, edge };
}

/** The first spare serves alone, unless all of them shall. */
function sparesOf(servers: readonly Server[], settings: Settings, ledger: Ledger): number {
	const all = servers.filter(({ options }) => options.includes('backup') && !options.includes('disabled'));
	const every = settings('option', 'allbackups');
	if (every !== undefined) ledger.understood(every, `option allbackups: ${all.length} spares serve together`);
	if (all.length < 2 || every !== undefined) return all.length;
	ledger.assumed(all[1].line, 'no option allbackups: one spare serves at a time; here there is only the first');
	return 1;
}

function choiceOf(settings: Settings, ledger: Ledger): Line | null {
	const balance = settings('balance');
	if (balance === undefined) return null;
	const [, word = ''] = balance.words;
	return choiceLine('haproxy', word.replace(/\(.*$/, ''), balance, `balance ${word}`, ledger);
}

function triesOf(section: Section, settings: Settings, ledger: Ledger): Line[] {
	const [retries, on] = [settings('retries'), settings('retry-on')];
	const count = retries === undefined ? DEFAULT_RETRIES : whole(retries);
	const attemptsNote =
		retries === undefined
			? ledger.assumed(section, 'no retries: 3 by default, which is four attempts')
			: ledger.understood(retries, `retries ${count} counts retries: ${count + 1} attempts`);
	const mode = settings('mode');
	const tcp = mode?.words[1] === 'tcp';
	if (mode !== undefined) ledger.understood(mode, `mode ${mode.words[1]}`);
	const written = on === undefined || tcp ? ['conn-failure'] : on.words.slice(1);
	if (tcp && on !== undefined)
		ledger.unexpressed(on, 'retry-on: of no use with mode tcp, where only connections are retried');
	const words = written.includes('all-retryable-errors') ? [...written, ...ALL_RETRYABLE] : written;
	const from = on === undefined || tcp ? section : on;
	const limited = settings('timeout', 'server') !== undefined;
	const causes = met(
		words.flatMap((word) => causesOf(word, from, ledger)),
		limited,
	);
	const said = on === undefined ? 'no retry-on: conn-failure by default' : `retry-on ${written.join(' ')}`;
	if (count === 0) return [line('attempts', 1, attemptsNote)];
	const answers = causes.filter((cause) => cause !== 'refused');
	const rule = settings('http-request', 'disable-l7-retry');
	if (rule === undefined || answers.length === 0) {
		if (rule !== undefined) ledger.understood(rule, 'disable-l7-retry: only connections are tried again as it is');
		if (answers.length > 0) ledger.understood(from, 'requests are sent again whatever their method, POST as well');
		return triesLines({ attempts: count + 1, attemptsNote, on: causes, from, said }, ledger);
	}
	const methods = retriedMethods(rule);
	if (methods === null) {
		const condition = rule.words.slice(2).join(' ');
		ledger.assumed(
			rule,
			`disable-l7-retry ${condition}: a condition that is not read; taken to hold never, so that answers are tried again for all requests`,
		);
		return triesLines({ attempts: count + 1, attemptsNote, on: causes, from, said }, ledger);
	}
	if (methods.length === 0) {
		ledger.understood(rule, 'disable-l7-retry for all requests: only a connection that failed is tried again');
		const on = causes.filter((cause) => cause === 'refused');
		return triesLines({ attempts: count + 1, attemptsNote, on, from, said }, ledger);
	}
	const lines = triesLines({ attempts: count + 1, attemptsNote, on: causes, from, said }, ledger);
	const note = ledger.understood(
		rule,
		`${rule.words.slice(1).join(' ')}: answers are tried again for ${methods.join(', ')}`,
	);
	if (answers.some((cause) => cause === 'reset' || cause === 'timeout'))
		ledger.unexpressed(
			rule,
			'a request whose connection broke or timed out after it was sent is kept from a retry as well; here failures of the network are tried again for every method',
		);
	return [...lines, line('methods', methods, note)];
}

function causesOf(word: string, from: DirectiveWords, ledger: Ledger): readonly CauseWord[] {
	switch (word) {
		case 'none':
		case 'all-retryable-errors':
			return [];
		case 'conn-failure':
			return ['refused'];
		case 'empty-response':
			return ['reset'];
		case 'response-timeout':
			return ['timeout'];
	}
	const found = /^\d{3}$/.test(word) ? statuses(Number(word)) : [];
	if (found.length === 0) ledger.unexpressed(from, `${word}: no edge here answers so`);
	return found;
}

/** A server that refused is asked again after a second; redispatched to another one, at once. */
function waitingOf(section: Section, settings: Settings, servers: number, ledger: Ledger): Line[] {
	const [redispatch, off, balance] = [
		settings('option', 'redispatch'),
		settings('no', 'option', 'redispatch'),
		settings('balance'),
	];
	const connect = settings('timeout', 'connect');
	const waitUs = Math.min(SECOND, connect === undefined ? SECOND : duration(connect));
	if (connect !== undefined)
		ledger.understood(connect, `timeout connect ${connect.words[2]}; the wait before a retry is at most 1 s`);
	const robin = balance === undefined || ['roundrobin', 'static-rr'].includes(balance.words[1]);
	if (off !== undefined) ledger.understood(off, 'no option redispatch');
	const every = redispatch === undefined ? null : Number(redispatch.words[2] ?? '-1');
	if (redispatch !== undefined && off === undefined && (every === null || !Number.isInteger(every)))
		throw wrongLine(redispatch, 'a whole number of retries');
	if (redispatch !== undefined && off === undefined && every === 0) {
		ledger.understood(redispatch, 'option redispatch 0: switched off');
		return stays(section, waitUs, ledger);
	}
	if (redispatch !== undefined && off === undefined && every === 1 && servers > 1) {
		const note = ledger.understood(redispatch, 'option redispatch 1: every retry picks a server anew, at once');
		return [line('backoff', { growth: 'none' }, note), line('target', 'repick', note)];
	}
	if (redispatch !== undefined && off === undefined && robin && servers > 1 && settings('cookie') === undefined) {
		const note = ledger.understood(
			redispatch,
			'option redispatch, round robin, several servers: another one is picked at once',
		);
		return [line('backoff', { growth: 'none' }, note), line('target', 'repick', note)];
	}
	if (redispatch !== undefined && off === undefined)
		ledger.unexpressed(
			redispatch,
			'option redispatch: only some retries change the server (by default the last); here all stay with it',
		);
	return stays(section, waitUs, ledger);
}

function stays(section: Section, waitUs: number, ledger: Ledger): Line[] {
	const note: Note = ledger.assumed(
		section,
		'a connection that failed is tried again on the same server after min(1 s, timeout connect); other failures at once',
	);
	return [
		line(
			'backoff',
			block(line('growth', 'fixed'), time('base', waitUs, null), line('waitsOn', ['connection-refused'])),
			note,
		),
		line('target', 'same', note),
	];
}

function timeoutOf(settings: Settings, ledger: Ledger): Line | null {
	const server = settings('timeout', 'server');
	const queue = settings('timeout', 'queue');
	if (queue !== undefined) ledger.unexpressed(queue, 'timeout queue: HAProxy holds no queue of its own here');
	if (server === undefined) return null;
	return time('timeout', duration(server), ledger.understood(server, `timeout server ${server.words[2]}, of one try`));
}

function duration(found: DirectiveWords): number {
	const us = haproxyDuration(found.words[2] ?? '');
	if (us === null) throw wrongLine(found, 'a duration such as 5s, or a number of milliseconds,');
	return us;
}

function whole(found: DirectiveWords): number {
	const text = found.words[1] ?? '';
	if (!/^\d{1,6}$/.test(text)) throw wrongLine(found, 'a whole number');
	return Number(text);
}

/** A section of which nothing was read is told as one. */
function rest(sections: readonly Section[], ledger: Ledger): void {
	for (const section of sections) {
		const known = ledger.knows(section) || section.lines.some((each) => ledger.knows(each));
		if (!known) {
			const what = SECTIONS.includes(section.kind) ? `${section.kind} ${section.name}`.trim() : section.kind;
			tellUnused(section, what, ledger);
			continue;
		}
		for (const each of section.lines.filter((one) => !ledger.knows(one)))
			ledger.leftOut(each, each.words.slice(0, nameLength(each)).join(' '));
	}
}

/** A section of lines that cannot touch a retry is folded. */
function tellUnused(section: Section, what: string, ledger: Ledger): void {
	const text = `${what}: no backend with servers that use it; it is left out`;
	const below = section.lines.map((each) => each.words.slice(0, nameLength(each)).join(' '));
	if (below.every((name) => isIrrelevant(name, [])) && isIrrelevant(section.kind, [])) {
		ledger.whole(section);
		ledger.notes.folded(section, text);
	} else ledger.unexpressed(section, text);
}

/** `option httplog` and `http-request set-header` are names of two words, as `timeout client` is. */
const nameLength = ({ words }: DirectiveWords): number =>
	['option', 'no', 'timeout', 'http-request', 'http-response', 'stick', 'tcp-request'].includes(words[0]) ? 2 : 1;
