/** NGINX: the servers of an upstream, and the rule that passes over one that has failed. */
import { SECOND } from '../../../kernel/units.js';
import { type Line, line } from '../../manifest/yaml-writer.js';
import { nginxDuration } from '../policy/duration-formats.js';
import { block, time } from '../policy/layer.js';
import type { Ledger, WrittenField } from '../policy/ledger.js';
import { choiceLine } from '../policy/load-balancing.js';
import { type Directive, wrongDirective } from './directives.js';

export interface Group {
	readonly name: string;
	readonly from: WrittenField;
	/** those that are not down, spares included: the limit of all tries */
	readonly servers: number;
	/** those of them that are no spares */
	readonly active: number;
	readonly edge: readonly Line[];
	readonly breaker: Line | null;
}

/** Where a pass names a host, and no upstream of that name is given. */
export const loneServer = (name: string, from: Directive): Group => ({
	name: name === '' ? 'upstream' : name,
	from,
	servers: 1,
	active: 1,
	breaker: null,
	edge: [],
});

export function groupOf(upstream: Directive, ledger: Ledger): Group {
	const servers = upstream.children.filter(({ name }) => name === 'server');
	const up = servers.filter(({ args }) => !args.includes('down'));
	for (const server of servers) serverNotes(server, ledger);
	const name = upstream.args[0] ?? 'upstream';
	ledger.understood(upstream, `upstream ${name}: ${up.length} servers, the limit of all tries`);
	if (up.length === 0) throw wrongDirective(upstream, 'one server at least that is not down');
	const active = up.filter(({ args }) => !args.includes('backup'));
	if (active.length === 0) throw wrongDirective(upstream, 'one server at least that is no backup');
	const edge = choiceOf(upstream, ledger);
	return {
		name,
		from: upstream,
		servers: up.length,
		active: active.length,
		breaker: breakerOf(active, up, ledger),
		edge,
	};
}

function serverNotes(server: Directive, ledger: Ledger): void {
	const [, ...options] = server.args;
	ledger.read(server);
	for (const option of options) {
		if (option === 'down') ledger.understood(server, 'down: this server is never tried');
		else if (option === 'backup')
			ledger.understood(
				server,
				'backup: a spare serves when all others are out, and a retry goes to it after all others',
			);
		else if (!/^(?:max_fails|fail_timeout)=/.test(option))
			ledger.unexpressed(server, `${option}: all servers are alike here`);
	}
}

const METHODS = ['least_conn', 'ip_hash', 'hash', 'random', 'least_time'];

function choiceOf(upstream: Directive, ledger: Ledger): Line[] {
	const found = upstream.children.find(({ name }) => METHODS.includes(name));
	if (found === undefined) return [];
	const said = [found.name, ...found.args].join(' ');
	if (found.name === 'random' && found.args[0] === 'two')
		return [line('choice', 'two-choices', ledger.understood(found, `${said}: two-choices`))];
	return [choiceLine('nginx', found.name, found, said, ledger)];
}

/** `max_fails` failures within `fail_timeout` take a server out for as long; a server alone, without a spare, is never taken out. */
function breakerOf(active: readonly Directive[], all: readonly Directive[], ledger: Ledger): Line | null {
	if (all.length === 1) return null;
	const [first] = active;
	const others = all.filter((each) => each !== first);
	const [fails, timeout] = ['max_fails', 'fail_timeout'].map((name) => optionOf(first, name));
	const differs = others.find((each) =>
		['max_fails', 'fail_timeout'].some((name) => optionOf(each, name) !== optionOf(first, name)),
	);
	if (differs !== undefined) ledger.assumed(differs, 'max_fails and fail_timeout of the first server stand for all');
	const failures = fails === null ? 1 : Number(fails);
	if (!Number.isInteger(failures) || failures < 0) throw wrongDirective(first, 'max_fails as a whole number');
	const us = timeout === null ? 10 * SECOND : nginxDuration(timeout);
	if (us === null) throw wrongDirective(first, 'fail_timeout such as 10s');
	if (failures === 0) {
		ledger.understood(first, 'max_fails=0: no server is ever passed over');
		return null;
	}
	const say = (written: string | null, text: string, byDefault: string) =>
		written === null
			? ledger.assumed(first, `no ${text}: ${byDefault} by default`)
			: ledger.understood(first, `${text}=${written}`);
	const lasting = say(timeout, 'fail_timeout', '10s');
	return line(
		'breaker',
		block(
			line('kind', 'fail-timeout'),
			line('failures', failures, say(fails, 'max_fails', '1')),
			time('timeout', us, lasting),
			line('scope', 'host'),
		),
	);
}

function optionOf({ args }: Directive, name: string): string | null {
	const found = args.find((arg) => arg.startsWith(`${name}=`));
	return found === undefined ? null : found.slice(name.length + 1);
}
