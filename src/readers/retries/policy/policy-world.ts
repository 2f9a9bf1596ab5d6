/** A scenario that runs as it is around an imported retry policy: a small world with an outage that the policy answers. */
import { formatRate } from '../../../kernel/units.js';
import { shareOf } from '../../../model/node-selection.js';
import { freeName } from '../../manifest/free-name.js';
import { Block, type Line, line, write } from '../../manifest/yaml-writer.js';
import { instancesLine } from './instances.js';
import { present, type RetryLayer } from './layer.js';
import type { Ledger } from './ledger.js';

const DEFAULT_NODES = 4;
const MAX_NODES = 100;
const WORKERS = 4;
/** Of one worker, at 20 ms of service. */
const RATE_PER_WORKER = 50;
const UTILISATION = 0.6;

/** The name of the one population. */
export const APPS = 'apps';

const nodesOf = ({ nodes }: RetryLayer): number => Math.min(MAX_NODES, nodes ?? DEFAULT_NODES);

/** Fresh requests per second of the world around a layer. */
export const inventedRate = (layer: RetryLayer): number =>
	Math.round(nodesOf(layer) * WORKERS * RATE_PER_WORKER * UTILISATION);

/** @returns a scenario whose population `apps` has the layer, and around a mesh or proxy a layer of the application's own */
export function worldOf(layer: RetryLayer, ledger: Ledger): string {
	const { note, nodes: listed, name } = layer;
	const from = { place: note.at, path: '' };
	const nodes = nodesOf(layer);
	const rate = formatRate(inventedRate(layer));
	const why = listed === null ? '' : ', as many as are listed';
	const spares = sparesOf(layer);
	const outage = outageOf(nodes, spares);
	const invented = ledger.assumed(
		from,
		`the world is invented: ${nodes} ${nodes === 1 ? 'node' : 'nodes'}${why}, 60 % busy; half of all answers fail for a minute, then ${outage.said}`,
	);
	const file = layer.file.replace(/\p{Cc}/gu, '?');
	const head = `# yaml-language-server: $schema=./schema.json   (print it: retrystorm schema > schema.json)
# Imported from ${file}. Beside each line stands where it comes from: understood, assumed or not expressed.
# ${invented.kind}: ${invented.text}
`;
	return `${head}${write([
		line('name', freeName(name, new Set())),
		line('about', 'Retries as they are configured, in a world that is invented.'),
		line('duration', '5m'),
		line('warmUp', '30s'),
		line('traffic', { rate }),
		line(
			'edge',
			new Block([
				line('service', { exponential: '20ms' }),
				...(spares === 0 ? [line('nodes', nodes)] : []),
				line('workers', WORKERS),
				line('queue', 100),
				...(layer.edge ?? []),
				...(spares === 0 ? [] : [line('groups', new Block(groupLines(nodes, spares)))]),
			]),
		),
		line('clients', new Block([line(APPS, new Block(populationLines(layer, ledger)))])),
		line(
			'faults',
			new Block([
				line('errors', { at: '30s', for: '60s', errors: '50%' }),
				line('gone', {
					at: '2m30s',
					for: outage.lasts,
					where: { ...(spares === 0 ? {} : { group: MAIN }), nodes: outage.share },
					crash: true,
				}),
			]),
		),
	])}`;
}

const [MAIN, SPARE] = ['main', 'spare'];

const sparesOf = ({ spares = 0 }: RetryLayer): number => Math.min(MAX_NODES, spares);

const groupLines = (nodes: number, spares: number): Line[] => [
	line(MAIN, { nodes }),
	line(SPARE, { nodes: spares, standby: true }),
];

/**
 * Half of a pool for a minute; of a pool of one that would be all of it, so that one is gone for no longer than a restart. With spares
 * all others are gone, so that it shows how they take over.
 */
function outageOf(
	nodes: number,
	spares: number,
): { readonly share: string; readonly lasts: string; readonly said: string } {
	if (spares > 0) {
		const said = `all but the spares (${nodes} of ${nodes + spares} nodes) are gone for a minute`;
		return { share: '100%', lasts: '60s', said };
	}
	if (nodes === 1)
		return { share: '100%', lasts: '20s', said: 'its one node is gone for 20 s, as long as a restart takes' };
	const gone = shareOf(nodes, 0.5);
	return { share: '50%', lasts: '60s', said: `half of the nodes (${gone} of ${nodes}) are gone for a minute` };
}

/** With a patience where nothing of the policy ends a call that hangs. */
function populationLines(layer: RetryLayer, ledger: Ledger): Line[] {
	const from = { place: layer.note.at, path: '' };
	const ends = layer.lines.some(({ key }) => key === 'overall');
	const patience = ends
		? []
		: [line('patience', '10s', ledger.assumed(from, 'who called gives up after 10 s: nothing here ends a call'))];
	const app =
		layer.layer === 'sdk'
			? []
			: [line('app', { attempts: 1 }, ledger.assumed(from, 'the application itself does not retry'))];
	return [
		...present([instancesLine(layer, inventedRate(layer), ledger)]),
		line('latency', '5ms'),
		...patience,
		line('layers', new Block([line(layer.layer, new Block(layer.lines), layer.note), ...app])),
	];
}
