import type { ApiRequest } from './request.ts';

/**
 * The call on whose behalf a request goes out. It is bound to a connection with `connection.during(call)`, so that
 * cancellation, the audit line and the deadline follow a request without every function passing them on.
 */
export interface Call {
  /** What asked: a tool's name, `cli`, `library`, `discovery`. */
  readonly origin: string;
  /** Aborted when the caller no longer wants the answer. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that each request may take. @default the transport's */
  readonly deadline?: number | undefined;
  /** Told of each warning that comes with an answer (RFC 7234, code 299). Text from outside. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** What the gate asks for where writes need a confirmed plan; only `access/` knows what it says. */
  readonly warrant?: object | undefined;
  /** What the response filter asks for before it shows an object as it is; only `access/` knows what it says. */
  readonly custody?: object | undefined;
  /** What the response filter asks for before it shows the values of a Secret; only `access/` knows what it says. */
  readonly reveal?: object | undefined;
}

/** What became of a request. */
export interface Outcome {
  /** What the gate said; how a request that it allowed went on, `status` and `error` tell. */
  readonly decision: 'allowed' | 'refused';
  /** HTTP status; missing when no answer came. */
  readonly status?: number | undefined;
  /** The code of the error, when there was one. */
  readonly error?: string | undefined;
  readonly milliseconds: number;
  /** Bytes of the answer's body. */
  readonly bytes: number;
}

/** Where and as whom a request is sent. */
export interface Place {
  readonly cluster: string;
  /** The name of the identity, for people: a kubeconfig user, a service account. */
  readonly identity: string;
}

/** The one place that every request passes. `access/` implements it; a connection asks it before anything is sent. */
export interface Gate {
  /**
   * Lets the request go, as it is or changed (dry-run), or throws.
   * @throws PolicyError when a rule forbids it
   */
  admit(request: ApiRequest, place: Place, call: Call): ApiRequest;
  /** Told once about every request, refused ones included. Must not throw. */
  settled(request: ApiRequest, place: Place, call: Call, outcome: Outcome): void;
}

/** Decides what of an answer may be seen. Runs on every decoded body before anything else looks at it. */
export interface ResponseFilter {
  /**
   * Returns the body to hand on; may change the given one in place.
   * @param call the one that asks. @default one that may see nothing special
   */
  apply(request: ApiRequest, body: unknown, call?: Call): unknown;
  /** The same for a text that arrives in parts, such as a log. @default each part goes through `apply` */
  text?(request: ApiRequest): TextFilter;
}

/** Cuts a text that arrives in parts into pieces that can be judged one by one. */
export interface TextFilter {
  /** Takes what has arrived, in UTF-8; gives back the whole lines that are complete by now, if there are any. */
  push(part: Uint8Array): FilteredText | undefined;
  /** What is left when nothing more comes. */
  end(): FilteredText | undefined;
}

/** Some whole lines, each with its end. */
export interface FilteredText {
  /** What may be seen of them; made when it is first asked for. */
  readonly text: string;
  /** Of the lines as they came, hidden parts included: about so much memory is held by them. */
  readonly bytes: number;
  /**
   * False when `text` certainly does not hold these words: pieces can be skipped without being made. It says nothing of
   * what is hidden, since it never says no to what might stand in the place of that.
   */
  mayHold(words: string, ignoreCase?: boolean): boolean;
}

/** Counters and timings; called at each event, must be cheap and must not throw. */
export interface TransportObserver {
  onRequest?(event: { cluster: string; method: string; status: number | undefined; attempt: number; milliseconds: number }): void;
  onRetry?(event: { cluster: string; method: string; reason: string; delayMilliseconds: number }): void;
}
