/** Progress and complaints go to stderr: stdout belongs to what a command was asked for. */
export const say = (line: string): void => {
  process.stderr.write(`cluster: ${line}\n`);
};

const isRequired = (): boolean => process.env['FAIRLEAD_REQUIRE_CLUSTER'] === '1';

/** Says once, loudly, that something is left out; a failure where the cluster is required. */
export function leaveOut(what: string, why: string): void {
  const line = `${what} LEFT OUT: ${why}`;
  if (isRequired()) throw new Error(`${line} (FAIRLEAD_REQUIRE_CLUSTER=1)`);
  say(line);
}
