/** Cells of the table: a value in its quantity's unit, rounded as published figures are. */
import { quantity } from 'retrystorm';
import { number } from './units.mjs';

function value(row, x) {
	if (row.statistic === 'probability') return `${(100 * x).toFixed(1)} %`;
	if (row.versus !== undefined) return x.toFixed(3);
	switch (quantity(row.quantity).kind) {
		case 'boolean':
			return x ? 'yes' : 'no';
		case 'share':
			return `${(100 * x).toFixed(2)} %`;
		case 'rate':
			return `${x.toFixed(0)}/s`;
		case 'instant':
			return `${(x / 1e6).toFixed(1)} s`;
		case 'duration':
			return x === 0 ? '0 s' : `${(x / 1e6).toFixed(x < 1e6 ? 1 : 0)} s`;
		case 'factor':
			return `x${x.toFixed(3)}`;
		default:
			return x.toFixed(row.per === undefined ? (x === 0 ? 0 : 1) : 3);
	}
}

function published(row) {
	const { published: known } = row;
	if (known === null) return '';
	const text = (x) => value(row, number(x));
	if ('value' in known) return text(known.value);
	if ('above' in known) return `above ${text(known.above)}`;
	return 'below' in known ? `below ${text(known.below)}` : known.between.map(text).join(' to ');
}

function measured(row) {
	const mean = value(row, row.mean);
	if (row.statistic === 'single' || (row.sd === 0 && row.statistic !== 'probability')) return mean;
	return `${mean} (${value(row, row.interval.low)} to ${value(row, row.interval.high)})`;
}

export const show = { published, measured };
