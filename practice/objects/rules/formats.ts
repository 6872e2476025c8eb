/** What names, labels and the like must look like. Each gives what is wrong with a text, in the server's words. */
export type Format = (text: string) => readonly string[];

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** The part after the slash of a label's key, and its value where it has one. */
export const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const SUBDOMAIN_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_WORDS =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const DNS_1035_WORDS =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
export const NAME_WORDS =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
export const KEY_WORDS = `a valid label key ${NAME_WORDS} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
export const VALUE_WORDS =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const bytes = (text: string): number => Buffer.byteLength(text);

const atMost = (text: string, most: number, unit = 'bytes'): readonly string[] =>
  bytes(text) > most ? [`must be no more than ${most} ${unit}`] : [];

export const dnsLabel: Format = (text) => [...atMost(text, 63), ...(LABEL.test(text) ? [] : [unlikeLabel(text)])];

const unlikeLabel = (text: string): string => (SUBDOMAIN.test(text) ? 'must not contain dots' : LABEL_WORDS);

export const dns1035Label: Format = (text) => [
  ...atMost(text, 63),
  ...(/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text) ? [] : [DNS_1035_WORDS]),
];

export const dnsSubdomain: Format = (text) => [
  ...atMost(text, 253, 'characters'),
  ...(SUBDOMAIN.test(text) ? [] : [SUBDOMAIN_WORDS]),
];

export const qualifiedName: Format = (text) => {
  const [name = '', prefix, ...more] = text.split('/').toReversed();
  if (more.length > 0) return [KEY_WORDS];
  const problems: string[] = [];
  if (prefix === '') problems.push('prefix part must be non-empty');
  else if (prefix !== undefined) problems.push(...dnsSubdomain(prefix).map((why) => `prefix part ${why}`));
  if (name === '') problems.push('name part must be non-empty');
  else problems.push(...atMost(name, 63).map((why) => `name part ${why}`));
  if (!QUALIFIED.test(name)) problems.push(`name part ${NAME_WORDS}`);
  return problems;
};

export const labelValue: Format = (text) => [...atMost(text, 63), ...(text === '' || QUALIFIED.test(text) ? [] : [VALUE_WORDS])];

export const portName: Format = (text) => {
  const problems = [...atMost(text, 15, 'characters')];
  if (!/^[-a-z0-9]+$/.test(text)) problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(text)) problems.push('must contain at least one letter (a-z)');
  if (text.includes('--')) problems.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
};

export const configKey: Format = (text) => {
  const problems = [...atMost(text, 253)];
  if (!/^[-._a-zA-Z0-9]+$/.test(text)) {
    problems.push(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    );
  }
  if (text === '.') problems.push("must not be '.'");
  if (text.startsWith('..')) problems.push("must not start with '..'");
  return problems;
};

export const environmentName: Format = (text) =>
  /^[ -<>-~]+$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
export const isIpV4 = (text: string): boolean => IPV4.test(text);
const isIpV6 = (text: string): boolean =>
  /^[0-9a-fA-F:.]+$/.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`);

export const ipAddress: Format = (text) =>
  isIpV4(text) || isIpV6(text) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];

export const wildcardSubdomain: Format = (text) =>
  /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text)
    ? []
    : [
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ];

export const percent: Format = (text) =>
  /^\d+%$/.test(text)
    ? []
    : [
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ];
