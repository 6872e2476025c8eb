/** Characters of a message that are looked at: some of the patterns take more than proportionally longer for longer ones. */
const LOOKED_AT = 2_000;

/** Why the API server did not accept a pod, as its admission says it. The first that fits wins. */
const SENTENCES: readonly {
  readonly pattern: RegExp;
  readonly say: (found: RegExpExecArray) => string;
  readonly from: string;
}[] = [
  {
    pattern: /exceeded quota: ([^,]+), requested: (.+?), used: (.+?), limited: (.+?)$/,
    say: ([, quota, requested, used, limited]) =>
      `quota ${quota} is full: requested ${requested}, used ${used}, limited ${limited}`,
    from: 'ResourceQuota',
  },
  {
    pattern: /failed quota: ([^:]+): must specify (.+?)$/,
    say: ([, quota, resources]) => `quota ${quota} demands ${resources?.split(' for: ')[0]} of every container`,
    from: 'ResourceQuota with resources that the pod does not name',
  },
  {
    pattern: /((?:minimum|maximum) (?:cpu|memory|[\w./-]+) usage per (?:Container|Pod) is [^,.]+)/,
    say: ([, rule]) => `limit range: ${rule}`,
    from: 'LimitRange',
  },
  {
    pattern: /serviceaccount "([^"]+)" not found/,
    say: ([, name]) => `ServiceAccount ${name} does not exist`,
    from: 'ServiceAccount',
  },
  {
    pattern: /violates PodSecurity "([^"]+)": (.+)$/,
    say: ([, level, rules]) => `PodSecurity ${level} forbids it: ${rules}`,
    from: 'PodSecurity',
  },
  {
    pattern: /no PriorityClass with name (\S+) was found/,
    say: ([, name]) => `PriorityClass ${name} does not exist`,
    from: 'Priority',
  },
  {
    pattern: /failed calling webhook "([^"]+)": .*?: ([^:]+)$/s,
    say: ([, webhook, reason]) => `admission webhook ${webhook} cannot be called: ${reason}`,
    from: 'a webhook that is down, with failurePolicy Fail',
  },
  {
    pattern: /admission webhook "([^"]+)" denied the request: (.+)$/s,
    say: ([, webhook, reason]) => `admission webhook ${webhook} refuses it: ${reason}`,
    from: 'a webhook that says no',
  },
];

/** Why an object could not be created; undefined when the message is of another sort. */
export function parseRejection(message: string | undefined): string | undefined {
  const head = message?.slice(0, LOOKED_AT) ?? '';
  for (const { pattern, say } of SENTENCES) {
    const found = pattern.exec(head);
    if (found !== null) return say(found).replaceAll(/\s+/g, ' ').slice(0, 300);
  }
  return undefined;
}
