/** Waits that the end cuts, told at once, come to what they come to one by one. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OpenWaits } from '../../../../src/metrics/recording/open-waits.js';

const PLACES = 3;

it('told at once, each bucket and place has what all waits one by one come to', () => {
	const wait = fc.record({ place: fc.nat(PLACES - 1), fromUs: fc.nat(1000) });
	fc.assert(
		fc.property(fc.array(wait, { maxLength: 30 }), fc.integer({ min: 1, max: 400 }), (waits, bucketUs) => {
			const open = new OpenWaits(PLACES, bucketUs, 1000);
			const expected: Record<string, number> = {};
			for (const { place, fromUs } of waits) {
				open.add(place, fromUs);
				for (let us = fromUs; us < 1000; us++) {
					const key = `${Math.floor(us / bucketUs)}/${place}`;
					expected[key] = (key in expected ? expected[key] : 0) + 1;
				}
			}
			const flushed: Record<string, number> = {};
			open.flush((bucket, place, us) => {
				flushed[`${bucket}/${place}`] = us;
			});
			expect(flushed).toEqual(expected);
		}),
		{ numRuns: 100 },
	);
});
