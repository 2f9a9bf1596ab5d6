/**
 * Kong: services of a declarative file (decK). `retries` are further tries after failures of the connection, each at a server that its
 * balancer picks; answers are never retried, and POST only before it was sent, as `proxy_next_upstream` has it by default.
 */
import { MILLISECOND } from '../../../kernel/units.js';
import { eachOf } from '../../manifest/collect-errors.js';
import type { Field } from '../../manifest/field.js';
import type { RetryLayer } from '../policy/layer.js';
import type { Ledger } from '../policy/ledger.js';
import { nextServerLines } from './next-server.js';

const DEFAULT_RETRIES = 5;
const DEFAULT_READ_MS = 60_000;

export const isKong = (root: Field): boolean =>
	root.node?.kind === 'map' && root.get('_format_version').given && root.get('services').node?.kind === 'list';

export function importKong(root: Field, ledger: Ledger): RetryLayer[] {
	ledger.read(root.get('_format_version'), root.get('_transform'));
	const upstreams = root.get('upstreams').node?.kind === 'list' ? root.get('upstreams').items() : [];
	const layers = eachOf(root.get('services').items(), (service): RetryLayer => {
		const [host, url] = [service.get('host'), service.get('url')];
		const name = service.get('name').text() ?? host.text() ?? 'service';
		ledger.read(service.get('name'), host, url);
		for (const key of ['port', 'protocol', 'path', 'id', 'tags']) ledger.read(service.get(key));
		if (service.get('routes').given)
			ledger.folded(service.get('routes'), 'routes: which requests it is for; all are meant here');
		if (service.get('plugins').given)
			ledger.omitted(service.get('plugins'), 'plugins: limits and caches that they set are left out');
		const note = ledger.understood(service, `Kong before its service ${name}`);
		const upstream = upstreams.find((each) => each.get('name').text() === host.text());
		const targets = upstream?.get('targets');
		const nodes = targets?.node?.kind === 'list' ? targets.items().length : null;
		if (upstream !== undefined && nodes !== null) {
			ledger.understood(upstream, `upstream ${host.text()}: ${nodes} targets`);
			ledger.read(upstream.get('name'));
			for (const target of targets?.items() ?? []) {
				ledger.read(target);
				if (target.node?.kind === 'map') ledger.read(target.get('target'));
			}
		}
		const count = nodes === 0 ? null : nodes;
		return { name, file: root.file, note, layer: 'proxy', lines: serviceLines(service, ledger), nodes: count };
	});
	ledger.rest(root);
	return layers;
}

function serviceLines(service: Field, ledger: Ledger): RetryLayer['lines'] {
	const [retries, read] = [service.get('retries'), service.get('read_timeout')];
	const count = retries.whole(0, 32_767) ?? DEFAULT_RETRIES;
	const attemptsNote = retries.given
		? ledger.understood(retries, `retries: ${count}: ${count + 1} tries`)
		: ledger.assumed(service, `no retries: ${DEFAULT_RETRIES} by default, which is ${DEFAULT_RETRIES + 1} tries`);
	const ms = read.whole(1, 2_147_483_646) ?? DEFAULT_READ_MS;
	const readNote = read.given
		? ledger.understood(read, `read_timeout: ${ms} ms, between two reads of a try`)
		: ledger.assumed(service, 'no read_timeout: 60 s by default');
	for (const key of ['connect_timeout', 'write_timeout']) {
		const other = service.get(key);
		if (other.given) ledger.unexpressed(other, `${key}: connecting and sending take no time of their own here`);
	}
	return nextServerLines(
		{
			from: service,
			attempts: count + 1,
			attemptsNote,
			words: ['error', 'timeout'],
			on: service.get('proxy_next_upstream, which is set elsewhere'),
			readUs: ms * MILLISECOND,
			readNote,
			overall: null,
		},
		ledger,
	);
}
