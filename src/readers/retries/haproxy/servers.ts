/** HAProxy: the servers of a backend, how they are checked, and what else their lines say. */
import { SECOND } from '../../../kernel/units.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { haproxyDuration } from '../policy/duration-formats.js';
import { failoverLine } from '../policy/health-checks.js';
import type { Ledger } from '../policy/ledger.js';
import { type DirectiveWords, wrongLine } from './sections.js';

/** A server, or one of those that a template stands for. */
export interface Server {
	readonly line: DirectiveWords;
	readonly options: readonly string[];
}

/** `server NAME ADDRESS ...`, and `server-template PREFIX 1-6 ADDRESS ...` or `PREFIX 6`. */
export function serversOf(written: DirectiveWords): Server[] {
	const { words } = written;
	if (words[0] === 'server') return [{ line: written, options: words.slice(3) }];
	if (words[0] !== 'server-template') return [];
	const range = /^(?:(\d{1,4})-)?(\d{1,4})$/.exec(words[2] ?? '');
	if (range === null) throw wrongLine(written, 'a number of servers such as 6, or 1-6,');
	const count = Number(range[2]) - (range[1] === undefined ? 0 : Number(range[1]) - 1);
	return Array.from({ length: Math.max(0, count) }, () => ({ line: written, options: words.slice(4) }));
}

/** Of a pool whose servers all are checked; what one of them does not say, `default-server` does. */
export function checkOf(active: readonly Server[], shared: DirectiveWords | undefined, ledger: Ledger): Line | null {
	const [first, ...others] = active;
	const isChecked = ({ options }: Server): boolean =>
		(options.includes('check') || shared?.words.includes('check') === true) && !options.includes('no-check');
	const some = active.find(isChecked);
	if (first === undefined || some === undefined) return null;
	if (!active.every(isChecked)) {
		ledger.unexpressed(some.line, 'check: only some of the servers are checked; here none is');
		return null;
	}
	const optionOf = ({ options }: Server, name: string): string | undefined => {
		const all = [...(shared?.words ?? []), ...options];
		const at = all.lastIndexOf(name);
		return at === -1 ? undefined : all[at + 1];
	};
	const differs = others.find((each) =>
		['inter', 'fall'].some((name) => optionOf(each, name) !== optionOf(first, name)),
	);
	if (differs !== undefined) ledger.assumed(differs.line, 'inter and fall of the first server stand for all');
	const [inter, fall] = [optionOf(first, 'inter'), optionOf(first, 'fall')];
	const intervalUs = inter === undefined ? 2 * SECOND : haproxyDuration(inter);
	if (intervalUs === null || intervalUs === 0) throw wrongLine(first.line, 'inter with a duration such as 2s');
	if (fall !== undefined && !/^[1-9]\d{0,5}$/.test(fall)) throw wrongLine(first.line, 'fall with a whole number');
	const said = `check inter ${inter ?? '2s (default)'} fall ${fall ?? '3 (default)'}`;
	return failoverLine(
		{ intervalUs, fall: fall === undefined ? 3 : Number(fall), said },
		first.line,
		ledger,
		line('panic', '0%'),
	);
}

export function serverNotes(server: DirectiveWords, ledger: Ledger): void {
	ledger.read(server);
	if (server.words[0] === 'server-template')
		ledger.understood(server, `server-template: ${serversOf(server).length} servers`);
	tellOptions(server, server.words.slice(server.words[0] === 'server' ? 3 : 4), ledger);
}

/** Options with a value, which is the next word. */
const WITH_VALUE =
	/^(?:inter|fall|rise|fastinter|downinter|weight|maxconn|minconn|maxqueue|cookie|slowstart|resolvers|resolve-prefer|init-addr|port|addr|ssl-\w+|verify|ca-file|crt|sni|alpn|proto|check-\w+|observe|on-error|error-limit|on-marked-down|on-marked-up|source|id|track|pool-\w+|agent-\w+)$/;

/** Every word of a server's line is read, or told. */
export function tellOptions(server: DirectiveWords, options: readonly string[], ledger: Ledger): void {
	ledger.read(server);
	for (let i = 0; i < options.length; i++) {
		const option = options[i];
		const text = OPTIONS.get(option);
		if (option === 'backup') ledger.understood(server, 'backup: a spare serves when all others are out');
		else if (option === 'disabled') ledger.understood(server, 'disabled: this server is left out');
		else if (text !== undefined) ledger.unexpressed(server, `${option}: ${text}`);
		else if (!READ_OPTIONS.includes(option)) {
			if (
				/^(?:ssl|verify|ca-file|crt|sni|alpn|proto|send-proxy\S*|check-s\w+|resolvers|resolve-\w+|init-addr|id|port|addr|source)/.test(
					option,
				)
			)
				ledger.notes.folded(server, `${option}: not read by this import; it is left out`);
			else ledger.unexpressed(server, `${option}: not read by this import; it is left out`);
		}
		if (WITH_VALUE.test(option)) i++;
	}
}

const READ_OPTIONS = ['check', 'no-check', 'inter', 'fall', 'check-inter'];
const OPTIONS: ReadonlyMap<string, string> = new Map([
	['rise', 'a server that is back is used at once here'],
	['fastinter', 'checks go on at the same interval here'],
	['downinter', 'checks go on at the same interval here'],
	['weight', 'all servers are alike here'],
	['maxconn', 'bounds what is under way at one server, and the rest queues in HAProxy; it is left out'],
	['minconn', 'bounds what is under way at one server; it is left out'],
	['maxqueue', 'HAProxy holds no queue of its own here'],
	['cookie', 'clients do not stay with a server here'],
	['slowstart', 'a server that is back has its whole share at once here'],
	['observe', 'failures of traffic mark no server down here'],
	['on-error', 'failures of traffic mark no server down here'],
	['error-limit', 'failures of traffic mark no server down here'],
	['on-marked-down', 'sessions of a server that is down are not cut here'],
	['track', 'no server follows the state of another here'],
]);
