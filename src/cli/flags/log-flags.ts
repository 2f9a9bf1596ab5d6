/** Flags that say how a log is read, where evidence does not: `fit` and `mix` have the same ones. */
import { Option } from 'commander';

export const asFlag = (): Option =>
	new Option(
		'--as <meaning>',
		'what numbers over time are: rate, rate:5m (its window), increase, counter or gauge (default: by evidence)',
	);

export const logFormatFlag = (): Option =>
	new Option(
		'--log-format <format>',
		'the format string of the log: of nginx, Apache or Envoy, e.g. \'%h %l %u %t "%r" %>s %b %D\'',
	);

export const fieldsFlag = (): Option =>
	new Option(
		'--fields <names>',
		'the fields of a JSON log or columns of a table: time=...,status=...,path=...,duration=...:ms,client=...,attempt=...,trace=...',
	);
