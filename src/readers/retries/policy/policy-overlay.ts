/**
 * Lays an imported retry policy into a scenario as a variant. A client's policy takes the place of the innermost layer of
 * every population; that of a mesh or a proxy becomes a layer of its own inside those there are, next to the edge.
 */
import { NO_CHANGE, NO_TRIGGER } from '../../../metrics/expectation.js';
import { startRate } from '../../../model/collapsed-state.js';
import type { World } from '../../../model/world.js';
import { readSource, type SourceNode } from '../../../scenario/document/yaml-source.js';
import { BASE, variantNames } from '../../../scenario/variants.js';
import { Field } from '../../manifest/field.js';
import { freeName } from '../../manifest/free-name.js';
import { Block, type Line, line, type Plain } from '../../manifest/yaml-writer.js';
import { type OverlaidVariant, plain, withVariant } from '../../rollouts/rollout-overlay.js';
import { instancesLine } from './instances.js';
import { present, type RetryLayer } from './layer.js';
import type { Ledger } from './ledger.js';
import { APPS } from './policy-world.js';

/** Fresh requests per second of each population, by name. */
export type Rates = (population: string) => number;

/** The rates of a world as its run begins. */
export function ratesOf({ arrivals, sources, populations, horizonUs }: World): Rates {
	const rates = new Map(populations.map(({ name }) => [name, 0]));
	for (const source of sources) {
		const { name } = populations[source.population];
		rates.set(name, Number(rates.get(name)) + startRate(arrivals, source, horizonUs));
	}
	// The one population of a base that names none.
	const [only] = rates.values();
	return (name) => rates.get(name) ?? only;
}

/** @param base a scenario: its text, and its name in notes */
export function layRetries(
	base: { file: string; text: string },
	layer: RetryLayer,
	rates: Rates,
	ledger: Ledger,
): OverlaidVariant {
	const source = readSource(base.text, base.file);
	const root = new Field(base.file, '', source, source.at);
	const variant = freeName(layer.name, new Set([BASE, NO_CHANGE, NO_TRIGGER, ...variantNames(source)]));
	const populations = root.get('clients').entries();
	const instances = (field: Field | null): Line[] =>
		field?.get('instances').given ? [] : present([instancesLine(layer, rates(nameOf(field)), ledger)]);
	const laid =
		populations.length === 0
			? [line(APPS, new Block([...instances(null), line('layers', new Block([ours(layer)]))]))]
			: populations.map(([name, field]) =>
					line(name, new Block([...instances(field), ...within(field, layer, ledger)])),
				);
	if (layer.spares !== undefined && layer.spares > 0)
		ledger.unexpressed(
			{ place: layer.note.at, path: '' },
			'its spares are left out: the base says which nodes there are; a group with `standby: true` in it would do',
		);
	const about = `The retries of ${layer.file.replaceAll(/[^\w./-]/g, '_')} in place of the base's own.`;
	const edge = layer.edge === undefined || layer.edge.length === 0 ? [] : [line('edge', new Block(layer.edge))];
	const lines = [line('about', about), ...edge, line('clients', new Block(laid))];
	return { text: withVariant(base.text, variant, lines), variant };
}

const nameOf = (population: Field | null): string => population?.path.split('.').at(-1) ?? APPS;

const ours = (layer: RetryLayer): Line => line(layer.layer, new Block(layer.lines), layer.note);

/** What changes in one population. */
function within(population: Field, layer: RetryLayer, ledger: Ledger): Line[] {
	const [retry, layers] = [population.get('retry'), population.get('layers')];
	const own: readonly [string, Field][] = retry.given ? [['retry', retry]] : layers.entries();
	const same = layers.get(layer.layer);
	if (same.given) return [line('layers', new Block([replaced(same, layer, ledger)]))];
	const [innermost] = own;
	if (layer.layer === 'sdk' && innermost !== undefined && !isPerson(innermost[1])) {
		const [name, field] = innermost;
		if (retry.given) return [replaced(field, layer, ledger)];
		ledger.assumed(field, `its layer ${name} is the client, and has the imported policy now`);
		return [line('layers', new Block([{ ...replaced(field, layer, ledger), key: name }]))];
	}
	if (own.length === 0) return [line('layers', new Block([ours(layer)]))];
	return inside(own, retry.given, layer, ledger);
}

/** A person who reloads is no client whose policy could be configured. */
const isPerson = (field: Field): boolean => field.node?.kind === 'map' && field.get('marked').text() === 'false';

/** Layers merge by name and keep their order, so those that shall stand outside are written anew behind ours. */
function inside(own: readonly [string, Field][], single: boolean, layer: RetryLayer, ledger: Ledger): Line[] {
	const taken = new Set([layer.layer as string, ...(single ? [] : own.map(([name]) => name))]);
	const around = own.map(([name, field]) => {
		const outer = freeName(name, taken);
		taken.add(outer);
		const text = outer === name ? `the base's ${name} stays` : `the base's ${name}, which stands outside of it`;
		return line(outer, plain(field), ledger.assumed(field, text));
	});
	const gone = single ? [] : own.map(([name]) => line(name, null));
	const lines = [line('layers', new Block([...gone, ours(layer), ...around]))];
	return single ? [line('retry', null), ...lines] : lines;
}

function replaced(field: Field, layer: RetryLayer, ledger: Ledger): Line {
	const key = field.path.split('.').at(-1) ?? layer.layer;
	ledger.read(field);
	return line(key, new Block(over(field.node, layer.lines)), layer.note);
}

/** Lines that make of a map the wanted one: maps merge, so that what is not wanted must be deleted. */
function over(under: SourceNode | null, wanted: readonly Line[]): Line[] {
	if (under?.kind !== 'map') return [...wanted];
	const keys = new Set(wanted.map(({ key }) => key));
	const gone = [...under.entries.keys()].filter((key) => !keys.has(key)).map((key) => line(key, null));
	const overlaid = wanted.map((each) => {
		const below = under.entries.get(each.key)?.node;
		const inner = blockOf(each.value);
		return below?.kind === 'map' && inner !== null ? { ...each, value: new Block(over(below, inner.lines)) } : each;
	});
	return [...gone, ...overlaid];
}

/** A map on one line as lines; null for anything else. */
function blockOf(value: Plain | Block): Block | null {
	if (value instanceof Block) return value;
	if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
	return new Block(Object.entries(value).map(([key, each]) => line(key, each)));
}
