import { AGE, field, NAME, printer, text } from './column.ts';
import { durationText } from './text.ts';

interface ComponentStatus {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
    readonly error?: string;
  }[];
}

const health = ({ conditions }: ComponentStatus) => conditions?.find(({ type }) => type === 'Healthy');

export const COMPONENT_STATUS = printer<ComponentStatus>([
  NAME,
  text('Status', 'Status of the component conditions', (component) => {
    const status = health(component)?.status;
    return status === undefined ? 'Unknown' : status === 'True' ? 'Healthy' : 'Unhealthy';
  }),
  text('Message', 'Message of the component conditions', (component) => health(component)?.message ?? ''),
  text('Error', 'Error of the component conditions', (component) => health(component)?.error ?? ''),
]);

export const LEASE = printer<{ readonly spec?: { readonly holderIdentity?: string } }>([
  NAME,
  text('Holder', field('coordination.v1.LeaseSpec.holderIdentity'), ({ spec }) => spec?.holderIdentity ?? ''),
  AGE,
]);

interface CertificateSigningRequest {
  readonly spec?: { readonly signerName?: string; readonly username?: string; readonly expirationSeconds?: number };
  readonly status?: { readonly certificate?: string; readonly conditions?: readonly { readonly type: string }[] };
}

function requestStatus({ status }: CertificateSigningRequest): string {
  const has = (type: string): boolean => status?.conditions?.some((condition) => condition.type === type) ?? false;
  const decided = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  const isIssued = (status?.certificate ?? '') !== '';
  return `${decided}${has('Failed') ? ',Failed' : ''}${isIssued ? ',Issued' : ''}`;
}

export const CERTIFICATE_SIGNING_REQUEST = printer<CertificateSigningRequest>([
  NAME,
  AGE,
  text(
    'SignerName',
    field('certificates.v1.CertificateSigningRequestSpec.signerName'),
    ({ spec }) => spec?.signerName ?? '<none>',
  ),
  text('Requestor', 'Base64-encoded PKCS#10 CSR data', ({ spec }) => spec?.username ?? ''),
  text('RequestedDuration', field('certificates.v1.CertificateSigningRequestSpec.expirationSeconds'), ({ spec }) =>
    spec?.expirationSeconds === undefined ? '<none>' : durationText(spec.expirationSeconds * 1000),
  ),
  text('Condition', 'Conditions applied to the request, such as approval or denial.', requestStatus),
]);

interface ApiService {
  readonly spec?: { readonly service?: { readonly namespace?: string; readonly name?: string } | null };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
}

function availability({ status }: ApiService): string {
  const found = status?.conditions?.find(({ type }) => type === 'Available');
  if (found === undefined) return 'Unknown';
  const { status: said, reason = '' } = found;
  return said === 'True' || reason === '' ? said : `${said} (${reason})`;
}

export const API_SERVICE = printer<ApiService>([
  NAME,
  text('Service', 'The reference to the service that hosts this API endpoint.', ({ spec }) => {
    const service = spec?.service ?? undefined;
    return service === undefined ? 'Local' : `${service.namespace ?? ''}/${service.name ?? ''}`;
  }),
  text('Available', 'Whether this service is available.', availability),
  AGE,
]);
