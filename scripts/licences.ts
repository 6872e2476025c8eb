import type { BundledPackage } from './bundled.ts';

const LINE = `\n\n${'-'.repeat(80)}\n\n`;

/** The licences of all packages that were bundled, as one text. */
export function licencesOf(packages: readonly BundledPackage[]): string {
  const sections = packages.map(({ manifest: { name, version, license }, licences }) =>
    [`${name} ${version} — ${license ?? 'see below'}`, ...licences.map((text) => text.trim())].join('\n\n'),
  );
  return `Fairlead contains the following packages.${LINE}${sections.join(LINE)}\n`;
}
