/**
 * The schema in which the retry policies of real software are written down, and what holds where a preset says nothing.
 * Facts only, in the words of the sources (milliseconds, their own names for classes of failures): what they become in a
 * scenario is said in `fields.ts`, what of them cannot be told there in `caveats.ts`.
 */

/** true, false, or true under a condition that is told */
type Flag = boolean | string;

export interface RetryPreset {
	readonly id: string;
	readonly name: string;
	readonly family: string;
	/** what is tried again: request, connection, message, work item, ... */
	readonly scope: string;
	readonly versionRead: string;
	/** false: nothing happens until the user configures or calls it */
	readonly enabledByDefault: boolean;
	readonly attempts: {
		/** tries, the first included; null where unlimited, or where the user has to say */
		readonly maxTotal: number | null;
		readonly unlimited: boolean;
		/** what the configuration's own number counts */
		readonly countedAs: string;
		readonly configKey: string | null;
		readonly perClass: Readonly<Record<string, number | string>> | null;
		readonly note: string | null;
	};
	readonly retryOn: {
		/** a status, a range "500-599", or ">=400 except ..." */
		readonly http: readonly (number | string)[];
		readonly grpc: readonly string[];
		readonly httpMethods: readonly string[] | null;
		readonly network: {
			readonly connect: Flag;
			readonly dns: Flag;
			readonly tls: Flag;
			readonly resetBeforeResponse: Flag;
			readonly refusedStream: Flag;
			readonly timeoutPerTry: Flag;
		};
		readonly networkMethods: readonly string[] | string | null;
		readonly requiresHeader: string | null;
		readonly vetoHeaders: readonly string[];
		readonly forceHeaders: readonly string[];
		readonly otherRules: string | null;
	};
	readonly backoff: {
		readonly kind: string;
		readonly baseMs: number;
		readonly multiplier: number;
		readonly firstExponent: number;
		readonly capMs: number | null;
		readonly capStage: 'base' | 'result' | 'both';
		readonly firstDelayMs: number | null;
		readonly classBaseMs: Readonly<Record<string, number | string>> | null;
		readonly tableMs: readonly number[] | null;
		readonly tableEnd: string | null;
		readonly power: number | null;
		readonly stepMs: number | null;
		readonly maxExponent: number | null;
		readonly stateful: string;
		readonly resetAfterMs: number | null;
		readonly skipWhen: string | null;
		readonly formula: string | null;
	};
	readonly jitter: {
		readonly kind: string;
		readonly scale: readonly [number, number];
		readonly addMs: readonly [number, number];
		readonly compound: boolean;
		readonly quantumMs: number | null;
		readonly floorMs: number | null;
		readonly drawn: string;
		readonly formula: string | null;
	};
	readonly timeouts: {
		readonly connectMs: number | null;
		readonly perTryMs: number | null;
		readonly overallMs: number | null;
		readonly overallCoversBackoff: boolean | null;
		readonly note: string | null;
	};
	readonly budget: Machine;
	readonly rateLimit: Machine;
	readonly breaker: Machine;
	readonly retryAfter: {
		readonly mode: string;
		readonly headers: readonly string[];
		readonly statuses: readonly (number | string)[] | string | null;
		readonly maxMs: number | null;
		readonly maxFrom: string | null;
		readonly overMax: string | null;
		readonly scale: null;
		readonly note: string | null;
	};
	readonly hedging: Machine;
	readonly host: { readonly mode: string; readonly note: string | null };
	readonly notes: readonly string[];
	/** source-read, doc-read or recalled */
	readonly confidence: string;
	readonly confidenceNotes: string | null;
	/** what of it was run beside the real code, where something was */
	readonly executed: string | null;
	readonly source: readonly { readonly pkg: string; readonly path: string; readonly version: string }[];
	/** the preset that this one is a variation of */
	readonly inherits: string | null;
}

/** A budget, limiter, breaker or hedge: its kind, and the fields that this kind has. */
export interface Machine {
	readonly kind: string;
	readonly [field: string]: unknown;
}

type Sparse<T> = {
	readonly [K in keyof T]?: T[K] extends readonly unknown[] | string | number | boolean | null
		? T[K]
		: T[K] extends object
			? Sparse<T[K]>
			: T[K];
};

/** A preset as its file tells it: what differs from the defaults. */
export type SparsePreset = Sparse<RetryPreset> & Pick<RetryPreset, 'id' | 'name' | 'family'>;

/** What holds where a preset says nothing. */
const DEFAULTS: RetryPreset = {
	id: '',
	name: '',
	family: '',
	scope: 'request',
	versionRead: '',
	enabledByDefault: true,
	attempts: { maxTotal: 1, unlimited: false, countedAs: 'retries', configKey: null, perClass: null, note: null },
	retryOn: {
		http: [],
		grpc: [],
		httpMethods: null,
		network: {
			connect: false,
			dns: false,
			tls: false,
			resetBeforeResponse: false,
			refusedStream: false,
			timeoutPerTry: false,
		},
		networkMethods: null,
		requiresHeader: null,
		vetoHeaders: [],
		forceHeaders: [],
		otherRules: null,
	},
	backoff: {
		kind: 'none',
		baseMs: 0,
		multiplier: 1,
		firstExponent: 0,
		capMs: null,
		capStage: 'base',
		firstDelayMs: null,
		classBaseMs: null,
		tableMs: null,
		tableEnd: null,
		power: null,
		stepMs: null,
		maxExponent: null,
		stateful: 'per-request',
		resetAfterMs: null,
		skipWhen: null,
		formula: null,
	},
	jitter: {
		kind: 'none',
		scale: [1, 1],
		addMs: [0, 0],
		compound: false,
		quantumMs: null,
		floorMs: null,
		drawn: 'per-retry',
		formula: null,
	},
	timeouts: { connectMs: null, perTryMs: null, overallMs: null, overallCoversBackoff: null, note: null },
	budget: { kind: 'none' },
	rateLimit: { kind: 'none' },
	breaker: { kind: 'none' },
	retryAfter: {
		mode: 'ignore',
		headers: [],
		statuses: null,
		maxMs: null,
		maxFrom: null,
		overMax: null,
		scale: null,
		note: null,
	},
	hedging: { kind: 'none' },
	host: { mode: 'lb-repick', note: null },
	notes: [],
	confidence: 'source-read',
	confidenceNotes: null,
	executed: null,
	source: [],
	inherits: null,
};

/** A preset with all its fields. Records of one preset's own (tables, classes, machines) are taken whole. */
export const complete = (sparse: SparsePreset): RetryPreset => merged(DEFAULTS, sparse) as RetryPreset;

function merged(defaults: object, own: object): object {
	const known: Readonly<Record<string, unknown>> = { ...defaults };
	const entries = Object.entries(own).map(([key, value]) => [
		key,
		isRecord(value) && isRecord(known[key]) ? merged(known[key], value) : value,
	]);
	return { ...known, ...Object.fromEntries(entries) };
}

const isRecord = (value: unknown): value is object =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
