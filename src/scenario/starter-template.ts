/** What `retrystorm new` writes: a scenario that runs as it is, and says with every field what could stand there. */

export const TEMPLATES = ['rollout', 'overload'] as const;
export type TemplateKind = (typeof TEMPLATES)[number];

/**
 * Text of a new scenario: `rollout` (a bad change, gates and people) or `overload` (a spike that does not heal).
 * @param name goes into the file; letters, digits, - and _
 */
export function template(kind: TemplateKind = 'rollout', name = 'my-storm'): string {
	return kind === 'rollout' ? rollout(name) : overload(name);
}

const MODELINE = '# yaml-language-server: $schema=./schema.json   (print it: retrystorm schema > schema.json)';

/** What differs between the small worlds that a bad change is pushed to. */
export interface SmallWorld {
	readonly name: string;
	/** comment lines above it */
	readonly head: string;
	/** one line */
	readonly about: string;
	readonly duration: string;
	readonly rate: string;
	readonly nodes: number;
	readonly workers: number;
}

/** A world at 60 % of its capacity, with a change `new-parser` that fails most writes; a rollout of it is still to be written. */
export const smallWorld = ({ name, head, about, duration, rate, nodes, workers }: SmallWorld): string => `${MODELINE}
${head}
name: ${name}
about: ${about}
from: "09:00"               # clock time of the measured window; or leave it out and write instants as 90s
duration: ${duration}
warmUp: 30s                 # simulated, not measured

classes:
  read: { service: { exponential: 20ms } }
  write: { service: { exponential: 60ms }, errors: 0.1% }
mixes:
  normal: { read: 90%, write: 10% }
mix: normal

traffic:
  rate: ${rate}               # or steps, ramp, diurnal, mmpp, counts, instants
edge:
  nodes: ${nodes}
  workers: ${workers}
  queue: 100                # places; or a time such as "2s"; or unlimited
clients:
  apps:
    latency: 10ms
    timeout: 1s
    retry:
      attempts: 3           # the first send included
      backoff: { growth: exponential, base: 100ms, cap: 2s, jitter: full }

changes:
  new-parser: { match: { class: write }, fails: 80%, errorCost: x4 }
`;

const rollout = (name: string): string => `${smallWorld({
	name,
	head: '# A change that fails one class of requests is pushed everywhere; clients retry; who takes it back, and when?',
	about: 'A bad push, caught by the auto-revert (variant) or by people (as written).',
	duration: '10m',
	rate: '400/s',
	nodes: 4,
	workers: 4,
})}rollouts:
  new-parser:
    at: "09:02"
    stages: { everywhere: { propagation: { uniform: { from: 0s, to: 10s } } } }
    people: { detect: 60s, declare: 60s, decide: 2m, rollback: { waves: 2, gap: 10s } }

expect:                     # of every run; with share: 90% of so many runs; P(collapsed) is a probability
  - { that: lost, below: 30% }
  - { that: recovered, below: "09:08" }
variants:
  auto-revert:
    rollouts: { new-parser: { autoRevert: { armed: 2m, above: 10%, minSamples: 100 } } }
    expect: [{ that: lost, below: 5% }]
`;

const overload = (name: string): string => `${MODELINE}
# Ten seconds of too much traffic. Without a budget the retries keep the queue full long after the spike has gone.
name: ${name}
about: A spike at 80 % load, with eager retries; the variant gives them a budget.
duration: 5m
warmUp: 20s                 # simulated, not measured

traffic:
  rate: 1280/s              # or steps, ramp, diurnal, mmpp, counts, instants
  spikes: { rush: { at: 60s, for: 10s, rate: 2400/s } }
edge:
  service: { exponential: 10ms }
  workers: 16               # 1600/s is what this node can do
  queue: 2000               # places; or a time such as "2s"; or unlimited
  abandoned: serve          # drop-at-dequeue, cancel-queued, cancel-in-service
clients:
  apps:
    latency: 5ms
    timeout: 500ms          # per attempt
    layers:                 # from inside out
      sdk:
        attempts: 4         # the first send included
        backoff: { growth: exponential, base: 100ms, cap: 1s, jitter: full }

verdicts:
  collapsed: { last: 60s, below: 50% }
expect:                     # of every run; with share: 90% of so many runs; P(collapsed) is a probability
  - { that: collapsed, equals: true }
variants:
  budget:                   # maps merge, lists are replaced, null deletes
    about: Retries may be a tenth of the calls.
    clients:
      apps: { layers: { sdk: { budget: { ratio: 10%, capacity: 100, scope: population } } } }
    expect:
      - { that: collapsed, equals: false }
      - { that: recovered, below: 3m }
`;
