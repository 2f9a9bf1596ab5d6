/** A variant that asks "what if" inherits no expectation. */
import { expect, it } from 'vitest';
import { checkScenario, loadScenario } from '../../../src/scenario/load.js';

const TEXT = `
name: incident
duration: 60s
traffic: { rate: 40/s }
edge: { service: 10ms }
clients: { apps: { timeout: 1s } }
expect: [{ that: lost, below: 1% }]
variants:
  plain: { traffic: { rate: 50/s } }
  milder: { whatIf: true, traffic: { rate: 20/s } }
  asking: { whatIf: true, expect: [{ that: lost, equals: 0% }] }
  child: { extends: asking, traffic: { rate: 30/s } }
  again: { extends: asking, whatIf: true }
  no: { whatIf: false }
`;

const expected = (variant: string): string[] =>
	loadScenario(TEXT, { file: 'incident.yaml', variant }).expectations.map(({ text }) => text);

it('has its own expectations alone, and hands those on', () => {
	expect(expected('plain')).toEqual(['lost below 1%']);
	expect(expected('milder')).toEqual([]);
	expect(expected('asking')).toEqual(['lost equals 0%']);
	expect(expected('child')).toEqual(['lost equals 0%']);
	expect(expected('again')).toEqual([]);
	expect(expected('no')).toEqual(['lost below 1%']);
});

it('is otherwise the variant that it would be', () => {
	const { world, resolved } = loadScenario(TEXT, { file: 'incident.yaml', variant: 'milder' });
	expect(resolved).not.toHaveProperty('whatIf');
	expect(world.variant).toBe('milder');
});

it('is true or false', () => {
	const { errors } = checkScenario(TEXT.replace('whatIf: false', 'whatIf: maybe'), { file: 'incident.yaml' });
	expect(errors.map(({ text }) => text).join('\n')).toMatch(/whatIf: expected true or false/);
});
