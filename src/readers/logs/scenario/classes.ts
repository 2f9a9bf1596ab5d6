/** The lines of a fitted scenario about kinds of requests: service times, errors of their own, method. */

import { rangeText, shareText } from '../../../experiment/fit/estimate.js';
import type { ClassFound, Findings } from '../../../experiment/fit/findings.js';
import { formatDuration, formatShare } from '../../../kernel/units.js';
import { METHODS } from '../../../scenario/schema/traffic.js';
import { Block, type Line, line } from '../../manifest/yaml-writer.js';
import { lawOf } from './distribution-lines.js';
import type { Origins } from './origins.js';

export function classLines({ classes, baseline }: Findings, origins: Origins): Line[] {
	const lines = classes.map((one) =>
		line(one.name, new Block(classFields(one, baseline.why, origins)), origins.measured(one.key)),
	);
	return [line('classes', new Block(lines))];
}

/** @param stormy why no baseline can be told; null where one can */
function classFields(one: ClassFound, stormy: string | null, origins: Origins): Line[] {
	const { service, errors, errorStatus, method } = one;
	const fields: Line[] = [];
	if (service === null) {
		const why = origins.assumed('exponential, 20 ms: the log has no durations of it, or too few at low load');
		fields.push(line('service', { exponential: '20ms' }, why));
	} else {
		const { mean, law, which } = service;
		const range =
			mean.mean === null || mean.interval === null
				? ''
				: `, mean ${rangeText(mean.mean, mean.interval, (us) => formatDuration(us, us > 1000 ? 10 : 1))}`;
		fields.push(
			line(
				'service',
				lawOf(law),
				origins.measured(`${law.n} durations ${which}${range}; its quantiles lie ${formatShare(law.distance, 1)} off`),
			),
		);
	}
	if (errors !== null && errors.share !== null && errors.hits > 0) {
		fields.push(
			line(
				'errors',
				formatShare(Number(errors.share.toPrecision(3))),
				origins.measured(shareText(errors, 'of the calm part')),
			),
		);
		const status = [500, 502, 503, 504, 429].find((known) => known === errorStatus);
		if (status !== undefined && status !== 500)
			fields.push(line('status', status, origins.measured('the commonest of them')));
	} else if (errors !== null) {
		fields.push(line('errors', '0%', origins.measured(shareText(errors, 'of the calm part'))));
	} else {
		fields.push(
			line('errors', '0%', origins.assumed(stormy === null ? 'the status of its requests is unknown' : stormy)),
		);
	}
	const known = METHODS.find((name) => name === method);
	if (known !== undefined && known !== 'GET') fields.push(line('method', known, origins.measured('as written')));
	return fields;
}
