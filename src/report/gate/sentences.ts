/** Whether a check sees what the change does, and if not why not, in a sentence that names what would have to be otherwise. */
import type { CheckQuality } from '../../experiment/gate/check-power.js';
import { formatDuration, formatShare } from '../../kernel/units.js';
import { formatCount, formatSpan } from '../../metrics/definitions/format.js';

/** A share to two digits. */
export const smallShare = (share: number): string => formatShare(Number(share.toPrecision(2)));

/** Begins with a verb: the check is its subject. */
export function detectionSentence(quality: CheckQuality): string {
	const { check, detect, falseAlarm, detection: sight, struck } = quality;
	const { watchesUs, above } = check;
	const limit = formatShare(above);
	switch (sight) {
		case 'sees':
			return `sees it: it tripped in ${detect.hits} of the ${detect.n} runs that asked it`;
		case 'noise':
			return `cries wolf: it tripped in ${detect.hits} of the ${detect.n} runs that asked it, and in ${falseAlarm.hits} of their ${falseAlarm.n} harmless twins too`;
		case 'coverage':
			return `is blind by coverage: ${coverageReason(quality)}; no duration helps`;
		case 'timing':
			return `is blind by timing: it looks for ${formatDuration(watchesUs)}, and ${timingReason(quality)}`;
		case 'sample-size':
			return `is blind by sample size: ${sampleReason(quality)}`;
		case 'limit':
			return `is blind by its limit: it gets the affected requests, and in time, and ${struck === null ? 'less' : smallShare(struck.share)} is not above ${limit}`;
		case 'nothing':
			return 'has nothing to see: the change did no harm in any run';
		case 'not-asked':
			return 'was never asked: no run came to it';
	}
}

function coverageReason({ coverage: { share }, reference, oneInWindow }: CheckQuality): string {
	if (share === null) return 'nobody comes to its stage';
	const elsewhere =
		reference.share > 0 ? `, and ${smallShare(reference.share)} of all traffic in ${reference.label}` : '';
	const here =
		share === 0
			? 'the affected requests are absent from its stage'
			: `only ${smallShare(share)} of its stage is affected`;
	const rare =
		oneInWindow !== null && share > 0 && oneInWindow < 0.95
			? `; 95% to see one takes ${formatCount(Math.ceil(3 / share))} requests`
			: '';
	return `${here}${elsewhere}${rare}`;
}

function timingReason({ effectUs, check, struck }: CheckQuality): string {
	if (effectUs >= check.watchesUs)
		return `half of its nodes show the effect only ${formatSpan(effectUs)} after the push`;
	if (effectUs + check.windowUs > check.watchesUs) {
		return `the effect comes ${formatSpan(effectUs)} after the push, too late to fill its window of ${formatDuration(check.windowUs)}`;
	}
	const seen = struck === null ? '' : ` (at its first full reading ${smallShare(struck.share)})`;
	return `what it would see comes after that${seen}`;
}

function sampleReason({ check, struck, withoutData, power }: CheckQuality): string {
	const { minSamples, above } = check;
	if (withoutData === 1) {
		const had = struck === null ? 'none' : `about ${formatCount(Number(struck.samples.toPrecision(2)))}`;
		return `it asks for ${formatCount(minSamples)} sample${minSamples === 1 ? '' : 's'} a reading and had ${had}; it never had data, which is no pass`;
	}
	if (struck === null) return 'it got no samples';
	const n = formatCount(Math.round(struck.samples));
	const odds = power === null ? '' : `, so one reading trips with ${smallShare(power.look)}`;
	return `${smallShare(struck.share)} of what it gets is bad, above ${formatShare(above)}, but it gets ${n} samples a reading${odds}`;
}
