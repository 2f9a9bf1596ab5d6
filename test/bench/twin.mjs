/**
 * The storm as a careful afternoon's JavaScript: an object per event, closures, a binary heap ordered by (time, sequence).
 * It keeps totals only, no time series and no histograms. Uniforms are Math.random-fast but seeded (mulberry32).
 */

class Heap {
	#items = [];
	#sequence = 0;

	get size() {
		return this.#items.length;
	}

	push(at, run) {
		const items = this.#items;
		const event = { at, sequence: this.#sequence++, run };
		let i = items.length;
		items.push(event);
		while (i > 0) {
			const parent = (i - 1) >> 1;
			if (!before(event, items[parent])) break;
			items[i] = items[parent];
			i = parent;
		}
		items[i] = event;
	}

	pop() {
		const items = this.#items;
		const top = items[0];
		const last = items.pop();
		if (items.length === 0) return top;
		let i = 0;
		for (;;) {
			let child = 2 * i + 1;
			if (child >= items.length) break;
			if (child + 1 < items.length && before(items[child + 1], items[child])) child++;
			if (!before(items[child], last)) break;
			items[i] = items[child];
			i = child;
		}
		items[i] = last;
		return top;
	}
}

const before = (a, b) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

function uniforms(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

/** @returns totals of one run */
export function twin(seed, queueLimit, seconds) {
	const random = uniforms(seed);
	const exponential = (mean) => -mean * Math.log(1 - random());
	const events = new Heap();
	const waiting = [];
	let head = 0;
	let busy = 0;
	let now = 0;
	const totals = { born: 0, attempts: 0, rejected: 0, timeouts: 0, ok: 0, failed: 0, latency: 0 };

	const rate = (t) => (t >= 60 && t < 120 ? 2000 : 1200);
	const border = (t) => (t < 60 ? 60 : t < 120 ? 120 : Number.POSITIVE_INFINITY);
	const nextArrival = (from) => {
		for (let t = from; ; t = border(t)) {
			const next = t + exponential(1 / rate(t));
			if (next < border(t)) return next;
		}
	};

	const serve = (request, attempt) => {
		busy++;
		events.push(now + exponential(0.01), () => {
			busy--;
			if (request.waitsFor === attempt) {
				request.waitsFor = 0;
				totals.ok++;
				totals.latency += now - request.born;
			}
			if (head < waiting.length) {
				const next = waiting[head++];
				if (head > 4096) {
					waiting.splice(0, head);
					head = 0;
				}
				serve(next.request, next.attempt);
			}
		});
	};

	const fail = (request) => {
		request.waitsFor = 0;
		if (request.attempts === 4) {
			totals.failed++;
			return;
		}
		const delay = random() * Math.min(10, 0.1 * 2 ** (request.attempts - 1));
		events.push(now + delay, () => send(request));
	};

	const send = (request) => {
		const attempt = ++request.attempts;
		request.waitsFor = attempt;
		totals.attempts++;
		if (busy < 16) serve(request, attempt);
		else if (waiting.length - head < queueLimit) waiting.push({ request, attempt });
		else {
			totals.rejected++;
			fail(request);
			return;
		}
		events.push(now + 0.5, () => {
			if (request.waitsFor !== attempt) return;
			totals.timeouts++;
			fail(request);
		});
	};

	const arrive = () => {
		totals.born++;
		events.push(nextArrival(now), arrive);
		send({ born: now, attempts: 0, waitsFor: 0 });
	};

	events.push(nextArrival(0), arrive);
	while (events.size > 0) {
		const event = events.pop();
		if (event.at > seconds) break;
		now = event.at;
		event.run();
	}
	return totals;
}
