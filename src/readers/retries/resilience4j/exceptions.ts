/**
 * Names of exceptions as failures in our words: those that clients of Spring, Feign and the JDK throw most. What an author's own
 * exception stands for only the code knows.
 */

import type { Ledger, WrittenField } from '../policy/ledger.js';
import { type CauseWord, inOrder, NETWORK, SERVER_ERRORS } from '../policy/status-causes.js';
import type { Settings } from './settings.js';

const ALL: readonly CauseWord[] = [...SERVER_ERRORS, 429, ...NETWORK, 'open'];

/** By the last name, or the name of the inner class. */
const KNOWN: readonly (readonly [RegExp, readonly CauseWord[]])[] = [
	[/^(?:Throwable|Exception|RuntimeException)$/, ALL],
	[
		/^(?:HttpServerErrorException|WebClientResponseException\$ServerError|ServerErrorException|FeignServerException|InternalServerErrorException)$/,
		SERVER_ERRORS,
	],
	[/^FeignException\$FeignServerException$/, SERVER_ERRORS],
	[
		/^(?:WebClientResponseException|HttpStatusCodeException|RestClientResponseException|FeignException|HttpException|StatusRuntimeException|ResponseStatusException)$/,
		[...SERVER_ERRORS, 429],
	],
	[/\$InternalServerError$|^InternalServerError$/, [500]],
	[/\$BadGateway$|^BadGateway(?:Exception)?$/, [502]],
	[/\$ServiceUnavailable$|^ServiceUnavailable(?:Exception)?$/, [503]],
	[/\$GatewayTimeout$|^GatewayTimeout(?:Exception)?$/, [504]],
	[/\$TooManyRequests$|^TooManyRequests(?:Exception)?$/, [429]],
	[
		/^(?:TimeoutException|SocketTimeoutException|ReadTimeoutException|HttpTimeoutException|WriteTimeoutException|AsyncRequestTimeoutException|InterruptedIOException)$/,
		['timeout'],
	],
	[
		/^(?:ConnectException|HttpHostConnectException|NoRouteToHostException|UnknownHostException|ConnectTimeoutException|HttpConnectTimeoutException|NoHttpResponseException)$/,
		['refused'],
	],
	[
		/^(?:SocketException|EOFException|ClosedChannelException|PrematureCloseException|ConnectionResetException)$/,
		['reset'],
	],
	[
		/^(?:IOException|UncheckedIOException|ResourceAccessException|WebClientRequestException|RestClientException|RetryableException|ProcessingException)$/,
		NETWORK,
	],
	[/^(?:CallNotPermittedException|CircuitBreakerOpenException)$/, ['open']],
];

/** Those that a scenario never throws, by name: refused by a limit that is no breaker of ours, or an error of the caller. */
const NEVER =
	/^(?:BulkheadFullException|RequestNotPermitted|HttpClientErrorException(?:\$.*)?|FeignException\$(?:FeignClientException|NotFound|BadRequest|Unauthorized|Forbidden|Conflict)|WebClientResponseException\$(?:NotFound|BadRequest|Unauthorized|Forbidden|Conflict)|IllegalArgumentException|IllegalStateException|NullPointerException|ConstraintViolationException|ValidationException|EntityNotFoundException|AccessDeniedException)$/;

interface Named {
	readonly causes: readonly CauseWord[];
	readonly known: readonly string[];
	readonly unknown: readonly string[];
}

/** `a.b.C$Inner` is known by `C$Inner`, and an inner class by its own name. */
function named(names: readonly string[]): Named {
	const causes: CauseWord[] = [];
	const [known, unknown]: [string[], string[]] = [[], []];
	for (const name of names) {
		const short = name.trim().replace(/^.*\./, '');
		const found = KNOWN.find(([pattern]) => pattern.test(short));
		if (found !== undefined) {
			causes.push(...found[1]);
			known.push(short);
		} else if (NEVER.test(short)) known.push(short);
		else unknown.push(short);
	}
	return { causes, known, unknown };
}

export interface RetriedExceptions {
	readonly on: readonly CauseWord[];
	readonly said: string;
	readonly from: WrittenField;
	/** true where the list says less than all that is in it */
	readonly assumed: boolean;
}

/**
 * What is retried, by `retryExceptions` and `ignoreExceptions`.
 * @param broken true where a breaker stands inside: that it is open is one more exception
 */
export function retriedExceptions(
	settings: Settings,
	instance: WrittenField,
	broken: boolean,
	ledger: Ledger,
): RetriedExceptions {
	const [retried, ignored] = [settings.get('retryExceptions'), settings.get('ignoreExceptions')];
	const [yes, no] = [retried, ignored].map((field) =>
		field.given
			? named(
					field.node?.kind === 'list'
						? field.items().map((item) => item.text() ?? '')
						: (field.text() ?? '').split(','),
				)
			: null,
	);
	const possible = ALL.filter((word) => broken || word !== 'open');
	const retriedOf = (words: readonly CauseWord[]): CauseWord[] =>
		inOrder(possible.filter((word) => words.includes(word) && !(no?.causes ?? []).includes(word)));
	if (no !== null) {
		const text = `ignoreExceptions: ${no.known.join(', ') || 'none that is known'}: not retried`;
		if (no.unknown.length === 0) ledger.understood(ignored, text);
		else
			ledger.assumed(
				ignored,
				`${text}; what ${no.unknown.join(', ')} stands for is not known, and is taken to be none of ours`,
			);
	}
	if (yes === null) {
		const on = retriedOf(ALL);
		const said = `every exception${no === null ? '' : ' but those'} is retried: an answer of 5xx or 429 is taken for one, as most clients throw`;
		return { on, said, from: instance, assumed: false };
	}
	const unknown = yes.unknown.length === 0 ? '' : `; what ${yes.unknown.join(', ')} stands for is not known`;
	if (yes.known.length === 0) {
		const said = `retryExceptions: ${yes.unknown.join(', ')}: not known what they stand for; every failure is taken`;
		return { on: retriedOf(ALL), said, from: retried, assumed: true };
	}
	const on = retriedOf(yes.causes);
	const words = on.join(', ') || 'nothing that happens here';
	const said = `retryExceptions: ${yes.known.join(', ')}: ${words}${unknown}${unknown === '' ? '' : ', and is left out'}`;
	return { on, said, from: retried, assumed: unknown !== '' };
}
