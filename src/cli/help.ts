import { SETTINGS } from './settings/table.ts';
import type { Setting } from './settings/types.ts';

/**
 * What `fairlead --help` prints.
 * @param commands lines about the commands that are no servers
 */
export function helpText(version: string, commands = ''): string {
  const settings: readonly Setting[] = SETTINGS;
  const groups = [...new Set(settings.map((setting) => setting.group))];
  const sections = groups.map(
    (group) =>
      `${group}:\n${settings
        .filter((each) => each.group === group)
        .map(flagLine)
        .join('\n')}`,
  );
  return `fairlead ${version} — the Kubernetes control point for AI agents

Usage:
  fairlead [flags]                          MCP server on stdin and stdout, for an MCP client to start
  fairlead serve [flags]                    MCP server over HTTP, for many clients
  fairlead call [flags]                     lists the tools
  fairlead call TOOL [ARGUMENTS] [flags]    asks once and prints the answer; ARGUMENTS as JSON, or as name=value
${commands === '' ? '' : `${commands}\n`}
Settings come from flags, environment variables (in brackets) and fairlead.yaml, in this order of strength.

${sections.join('\n\n')}

  --help, --version

Examples:
  fairlead call kube_get '{"kind":"pods","namespace":"*"}'
  fairlead call get kind=pods namespace='*'`;
}

function flagLine(setting: Setting): string {
  const short = setting.short === undefined ? '' : `-${setting.short}, `;
  const left = `  ${short}--${setting.flag}${'value' in setting ? ` ${setting.value}` : ''}`;
  const held = setting.default === undefined ? '' : ` (default: ${setting.default})`;
  return `${left.padEnd(30)} ${setting.help}${held} [${setting.env}]`;
}
