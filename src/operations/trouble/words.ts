/** Longest quote of a finding, in characters. */
const QUOTE = 240;

/** Text from a cluster on one line, shortened at its end; undefined when nothing is in it. */
export function oneLine(text: string | undefined, limit = QUOTE): string | undefined {
  const line = text?.replaceAll(/\s+/g, ' ').trim();
  if (line === undefined || line === '') return undefined;
  return shortened(line, limit);
}

export function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).trimEnd()}…`;
}

/** `1 pod`, `3 pods`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The first names, and how many more there are. */
export function some(names: readonly string[], limit = 3): string {
  const shown = names.slice(0, limit).join(', ');
  return names.length <= limit ? shown : `${shown} and ${names.length - limit} more`;
}

/**
 * What surrounds the telling part in the messages of Kubernetes' own components. Taken away in this order, each as
 * often as it stands at the beginning.
 */
const WRAPPINGS: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /^Error(?: response from daemon)?: /i, why: 'says nothing that the place does not' },
  {
    pattern: /^failed to (?:create|start) (?:containerd task|shim task|shim|container(?: process)?)(?: for [^:]+)?: /i,
    why: 'the step of the runtime',
  },
  { pattern: /^OCI runtime create failed: /i, why: 'the step of the runtime' },
  { pattern: /^runc create failed: /i, why: 'the step of the runtime' },
  { pattern: /^unable to start container process: /i, why: 'the step of the runtime' },
  { pattern: /^error during container init: /i, why: 'the step of the runtime' },
  { pattern: /^rpc error: code = \w+ desc = /i, why: 'how components talk to each other' },
  { pattern: /^MountVolume\.\w+ failed for volume "[^"]*"\s*: /, why: 'the volume is named beside it' },
];

/** The telling part of a message of a kubelet or a runtime. */
export function unwrapped(text: string): string {
  let rest = text.trim();
  for (let before = ''; before !== rest;) {
    before = rest;
    for (const { pattern } of WRAPPINGS) rest = rest.replace(pattern, '');
  }
  return rest;
}

/** The last line of a text that is not empty. */
export function lastLine(text: string | undefined): string | undefined {
  return text
    ?.split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');
}
