/** Scenarios by grammar and mutation: loading never throws what is not a list of mistakes, and what is accepted runs. */
import { engineFor } from '../../../src/engines/engine-for.js';
import { UserError } from '../../../src/kernel/errors.js';
import { InvalidScenario } from '../../../src/scenario/document/issue.js';
import { checkScenario, loadScenario } from '../../../src/scenario/load.js';
import { documentsOf, mutated, shippedTexts } from '../documents.js';
import { mutatedText } from '../mutate-text.js';
import type { Target } from '../target.js';

/** So much of each world is run: enough for every fate, and for a thousand worlds a minute. */
const EVENTS = 5_000;
const ATTEMPTS = 5_000;
/** Larger worlds are read and not run: 100,000 nodes take two seconds before the first event, and are meant. */
const NODES = 20_000;

export function scenarios(shippedFolder: string): Target {
	const shipped = shippedTexts(shippedFolder);
	const document = documentsOf(shipped);
	return {
		name: 'scenario',
		make: (pick) => {
			if (pick.chance(0.2)) return mutatedText(pick.one(...shipped.values()), pick);
			const made = document(pick);
			const text = JSON.stringify(pick.chance(0.1) ? made : mutated(made, pick));
			return pick.chance(0.1) ? mutatedText(text, pick) : text;
		},
		take: (text) => {
			const { errors } = checkScenario(text, { file: 'a.yaml' });
			const complaints = errors.filter((issue) => !/^a\.yaml:\d+:\d+: error: .*\S/s.test(issue.text));
			if (complaints.length > 0) throw new Error(`a mistake without a place: ${complaints[0].text}`);
			if (errors.length > 0) return;
			try {
				const { world } = loadScenario(text, { file: 'a.yaml' });
				if (world.nodeCount > NODES) return;
				const limits = { ...world.limits, events: EVENTS, attempts: Math.min(world.limits.attempts, ATTEMPTS) };
				const engine = engineFor({ ...world, limits }, 1);
				// Some events at a time, so that a run that does not move is left and told.
				for (let calls = 0; !engine.finished; calls++) {
					if (calls > 10_000) throw new Error('the run does not come to its end');
					engine.advanceSome(engine.horizonUs);
				}
				engine.outcome();
			} catch (error) {
				if (!(error instanceof UserError) && !(error instanceof InvalidScenario)) throw error;
			}
		},
	};
}
