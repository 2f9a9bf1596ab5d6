/** The twin without any trigger: what the same world does where nothing is pushed, nothing breaks, and no marked traffic comes. */
import type { Document } from './schema/document.js';

type Curve = Pick<NonNullable<Document['traffic']>, 'spikes' | 'steps'>;

/** Without rollouts, faults, spikes and steps that are triggers, and with nothing left from before. */
export function withoutTriggers(doc: Document): Document {
	const { traffic, regions } = doc;
	return {
		...doc,
		rollouts: undefined,
		faults: undefined,
		start: 'empty',
		traffic: traffic === undefined ? undefined : { ...traffic, ...calm(traffic) },
		regions:
			regions === undefined
				? undefined
				: Object.fromEntries(
						Object.entries(regions).map(([name, region]) => {
							const own = region.traffic;
							return [name, own === undefined ? region : { ...region, traffic: { ...own, ...calm(own) } }];
						}),
					),
	};
}

/** A step that is a trigger leaves the rate where it was. */
function calm({ spikes, steps }: Curve): Curve {
	return {
		spikes:
			spikes === undefined
				? undefined
				: Object.fromEntries(Object.entries(spikes).filter(([, { trigger }]) => !trigger)),
		steps: steps === undefined ? undefined : steps.filter(({ trigger }, i) => i === 0 || !trigger),
	};
}
