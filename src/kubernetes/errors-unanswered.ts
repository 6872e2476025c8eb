import { messageOf, systemCode } from '../platform/index.ts';
import { KubernetesError, objectOf, type ErrorScene } from './errors.ts';
import { at, textAt } from './objects.ts';
import { READ_VERBS } from './request.ts';
import { RESETS } from './retry.ts';

interface ConnectionFailure {
  readonly codes: readonly string[];
  readonly says: string;
  readonly advice: string;
  /** True when something answered that nobody can make sense of. */
  readonly answered?: boolean;
  /** True when the server may have got the request all the same. */
  readonly maybeDone?: boolean;
}

/** How a connection fails, by the code that Node or undici gives it: what to say, and what to do about it. */
const CONNECTION_FAILURES: readonly ConnectionFailure[] = [
  {
    codes: ['ENOTFOUND', 'EAI_AGAIN'],
    says: 'its host name cannot be resolved',
    advice: 'Check the server address in the kubeconfig, the DNS and the VPN.',
  },
  {
    codes: ['ECONNREFUSED'],
    says: 'connection refused',
    advice: 'Nothing listens at that address: is the API server running, and is the port right?',
  },
  { codes: ['EHOSTUNREACH', 'ENETUNREACH'], says: 'there is no route to it', advice: 'Check the network and the VPN.' },
  {
    codes: ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'],
    says: 'no connection within the time allowed',
    advice: 'A firewall may swallow the packets: check the network and the VPN.',
  },
  {
    codes: ['CERT_HAS_EXPIRED'],
    says: 'the certificate of the server has expired',
    advice: 'The cluster must renew it; check the clock of this machine too.',
  },
  {
    codes: ['CERT_NOT_YET_VALID'],
    says: 'the certificate of the server is not valid yet',
    advice: 'Check the clock of this machine.',
  },
  {
    codes: [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      // The authority of another cluster with the same name: most call themselves "kubernetes".
      'CERT_SIGNATURE_FAILURE',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ],
    says: 'the certificate of the server is signed by an authority that is not trusted',
    advice:
      "Give the cluster's certificate authority (certificate-authority or certificate-authority-data in the kubeconfig); a proxy that inspects TLS has the same effect.",
  },
  {
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    says: 'the certificate of the server is made out for another name',
    advice: 'Use one of the names in the certificate, or set tls-server-name in the kubeconfig.',
  },
  {
    codes: [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    ],
    says: 'the server does not accept the client certificate',
    advice: 'The client certificate has expired, or was signed for another cluster.',
  },
  {
    codes: ['ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'],
    says: 'it does not speak TLS',
    advice: 'Check the port, and that the address begins with https.',
  },
  {
    codes: [...RESETS],
    says: 'the connection was closed before the answer was complete',
    advice: 'The API server, or a proxy before it, restarts or gives up: ask again.',
    maybeDone: true,
  },
  {
    codes: ['UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW'],
    says: 'the headers of its answer are longer than 16 KiB',
    advice: 'Something before the API server may add them: check any proxy.',
    answered: true,
    maybeDone: true,
  },
  {
    codes: ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_EOF_STATE'],
    says: 'its answer ended too early',
    advice: 'The API server, or a proxy before it, restarts or gives up: ask again.',
    answered: true,
    maybeDone: true,
  },
  {
    codes: ['ERR_STRING_TOO_LONG'],
    says: 'its answer is longer than 512 MiB',
    advice: 'Ask for less: for one namespace, with a selector, or with a limit.',
    answered: true,
    maybeDone: true,
  },
  {
    codes: ['UND_ERR_PRX_CONN'],
    says: 'the proxy closed the connection',
    advice: 'Check proxy-url in the kubeconfig, and that the proxy may reach the cluster.',
  },
];

const NO_HTTP: ConnectionFailure = {
  codes: [],
  says: 'what it answers is no HTTP',
  advice: 'Something else than a Kubernetes API server may answer here: check the server address and any proxy.',
  answered: true,
  maybeDone: true,
};

/** What nobody can know after a change whose answer did not come. */
const MAYBE_DONE = 'It is not known whether the change was made: look before making it again.';

/** The error for a request that got no answer at all, or none that can be read. */
export function errorFromFailure(thrown: unknown, scene: ErrorScene, server: string): KubernetesError {
  if (thrown instanceof KubernetesError) return thrown;
  const code = systemCode(thrown);
  // undici's parser of HTTP/1.1; its errors hold what it stumbled over, which may be a part of a body.
  const noHttp = thrown instanceof Error && thrown.name === 'HTTPParserError';
  const known =
    proxyRefusal(thrown) ??
    CONNECTION_FAILURES.find((failure) => code !== undefined && failure.codes.includes(code)) ??
    (noHttp ? NO_HTTP : undefined);
  const says = known?.says ?? `the connection failed (${code ?? messageOf(thrown)})`;
  const detail = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? altNames(thrown) : '';
  const answered = known?.answered ?? false;
  const maybeDone = changes(scene) && (known === undefined || known.maybeDone === true);
  return new KubernetesError(
    answered ? 'bad-answer' : 'unreachable',
    `Cluster ${scene.cluster ?? '?'} cannot be ${answered ? 'understood' : 'reached'} at ${server}: ${says}${detail}.`,
    { scene, advice: maybeDone ? MAYBE_DONE : known?.advice, ...(!noHttp && { cause: thrown }) },
  );
}

/** Why a proxy did not let us through; undici has no code of its own for it. */
function proxyRefusal(thrown: unknown): ConnectionFailure | undefined {
  const status = /^Proxy (?:response \((\d{3})\)|Authentication Required \((407)\))/
    .exec(messageOf(thrown))
    ?.slice(1)
    .find(Boolean);
  if (status === undefined) return undefined;
  return {
    codes: [],
    says: `the proxy answered ${status}`,
    advice:
      status === '407'
        ? 'The proxy wants a user name and a password: they belong into proxy-url of the kubeconfig.'
        : 'Check proxy-url in the kubeconfig, and that the proxy may reach the cluster.',
  };
}

function changes(scene: ErrorScene): boolean {
  return scene.verb !== undefined && !(READ_VERBS as ReadonlySet<string>).has(scene.verb);
}

/** ` (it names localhost, 10.0.0.1)`, as far as the error tells. */
function altNames(thrown: unknown): string {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const names = textAt(at(error, 'cert'), 'subjectaltname');
    if (names !== undefined) return ` (it names ${names.slice(0, 200)})`;
  }
  return '';
}

/** The error for a request whose deadline passed. */
export function timeoutError(scene: ErrorScene, milliseconds: number, cause?: unknown): KubernetesError {
  const seconds = Math.round(milliseconds / 100) / 10;
  return new KubernetesError(
    'timeout',
    `No answer from cluster ${scene.cluster ?? '?'} within ${seconds} s to ${scene.verb ?? 'a request for'} ${objectOf(scene)}.`,
    {
      scene,
      advice: changes(scene)
        ? MAYBE_DONE
        : 'The API server, or the network before it, hangs; ask about one cluster at a time, or for less.',
      cause,
    },
  );
}
