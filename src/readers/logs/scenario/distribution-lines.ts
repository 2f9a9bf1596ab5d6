/** A law of times as a scenario writes it. */
import type { FittedLaw } from '../../../experiment/fit/distribution-fit.js';
import { formatDuration } from '../../../kernel/units.js';
import type { Distribution } from '../../../model/distributions/distribution.js';
import type { Plain } from '../../manifest/yaml-writer.js';

/** As the scenario writes a law. */
export function lawOf({ law }: Pick<FittedLaw, 'law'>): Plain {
	return plainLaw(law, (us) => formatDuration(Math.max(us, 0)));
}

function plainLaw(law: Distribution, time: (us: number) => string): Plain {
	switch (law.kind) {
		case 'constant':
			return time(law.us);
		case 'exponential':
			return { exponential: time(law.meanUs) };
		case 'uniform':
			return { uniform: { from: time(law.fromUs), to: time(law.toUs) } };
		case 'gamma':
		case 'lognormal':
			return { [law.kind]: { mean: time(law.meanUs), scv: law.scv } };
		case 'hyperexponential':
			return { hyperexponential: law.phases.map(({ probability, meanUs }) => ({ probability, mean: time(meanUs) })) };
		case 'empirical':
			return { empirical: law.valuesUs.map(time) };
		default:
			return time(0);
	}
}
