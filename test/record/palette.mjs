/** Makes a screenshot small: a PNG of true colours becomes one of 256, its most frequent ones; the others take the nearest. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = 8;
const COLOURS = 256;

/** @param png as Chromium writes it: eight bits a channel, red, green, blue and maybe alpha, not interlaced */
export function withPalette(png) {
	const { width, height, channels, data } = read(png);
	const pixels = unfiltered(data, width, height, channels);
	const count = new Map();
	const colourAt = (i) => (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
	for (let i = 0; i < pixels.length; i += channels) count.set(colourAt(i), (count.get(colourAt(i)) ?? 0) + 1);
	const palette = [...count]
		.toSorted(([, a], [, b]) => b - a)
		.slice(0, COLOURS)
		.map(([colour]) => colour);
	const indexOf = new Map([...count.keys()].map((colour) => [colour, nearest(colour, palette)]));
	const rows = Buffer.alloc(height * (width + 1));
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indexOf.get(colourAt((y * width + x) * channels));
	}
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 3, 0, 0, 0], 8);
	const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
	return Buffer.concat([
		png.subarray(0, SIGNATURE),
		chunk('IHDR', head),
		chunk('PLTE', colours),
		chunk('IDAT', deflateSync(rows, { level: 9 })),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function read(png) {
	const [width, height, depth, kind, , , interlace] = [
		png.readUInt32BE(16),
		png.readUInt32BE(20),
		...png.subarray(24, 29),
	];
	if (depth !== 8 || (kind !== 2 && kind !== 6) || interlace !== 0) throw new Error('found a PNG of another kind');
	const parts = [];
	for (let at = SIGNATURE; at < png.length; ) {
		const length = png.readUInt32BE(at);
		if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
		at += length + 12;
	}
	return { width, height, channels: kind === 2 ? 3 : 4, data: inflateSync(Buffer.concat(parts)) };
}

/** The five filters of the PNG specification, taken back. */
function unfiltered(data, width, height, channels) {
	const stride = width * channels;
	const pixels = Buffer.alloc(stride * height);
	const at = (x, y) => (x < 0 || y < 0 ? 0 : pixels[y * stride + x]);
	for (let y = 0; y < height; y++) {
		const filter = data[y * (stride + 1)];
		for (let x = 0; x < stride; x++) {
			const [left, up, corner] = [at(x - channels, y), at(x, y - 1), x < channels ? 0 : at(x - channels, y - 1)];
			const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
			pixels[y * stride + x] = data[y * (stride + 1) + 1 + x] + guess;
		}
	}
	return pixels;
}

function paeth(left, up, corner) {
	const [a, b, c] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs);
	return a <= b && a <= c ? left : b <= c ? up : corner;
}

function nearest(colour, palette) {
	const far = (other) =>
		[16, 8, 0].reduce((sum, bits) => sum + (((colour >> bits) & 255) - ((other >> bits) & 255)) ** 2, 0);
	let best = 0;
	for (let i = 1; i < palette.length; i++) if (far(palette[i]) < far(palette[best])) best = i;
	return best;
}

function chunk(name, data) {
	const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
	const framed = Buffer.alloc(body.length + 8);
	framed.writeUInt32BE(data.length, 0);
	body.copy(framed, 4);
	framed.writeUInt32BE(crc32(body), body.length + 4);
	return framed;
}
