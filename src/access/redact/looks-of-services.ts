import { together, type Look } from './look.ts';
import { HIDDEN } from './marker.ts';

/** Tokens that their makers gave a prefix, so that they can be found; none is told from anything else without it. */
export const SERVICES: readonly Look[] = [
  {
    reason: 'an AWS access key id with its secret beside it, as in a downloaded CSV',
    hints: ['AKIA', 'ASIA'],
    finds: /\b((?:AKIA|ASIA)[A-Z0-9]{16})\b([\s,;:"']{1,6}[A-Za-z0-9/+]{40}(?![\w/+]))?/g,
  },
  {
    reason: 'GitHub',
    hints: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'b_pat_'],
    finds: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g,
  },
  {
    reason: 'GitLab: personal, deploy, runner, CI, trigger, feed, agent tokens',
    hints: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glimt-', 'glagent-', 'glsoat-', 'glffct-', 'glrtr-'],
    finds: /(?<![A-Za-z0-9])gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct|rtr)-[\w.-]{16,}/g,
  },
  { reason: 'Slack tokens', hints: ['xox', 'xapp-'], finds: /(?<![A-Za-z0-9])(?:xox[a-z]-|xapp-)[A-Za-z0-9-]{10,}/g },
  {
    reason: 'chat webhooks, whose path is the password',
    hints: ['hooks.slack.com', 'bhooks/', 'ook.office.com', '/bot'],
    finds: together(
      'g',
      String.raw`(hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/|`,
      String.raw`[\w-]{1,63}\.webhook\.office\.com\/|api\.telegram\.org\/bot)[\w/:@.-]+`,
    ),
    leaves: `$1${HIDDEN}`,
  },
  {
    reason: 'Google: API keys, OAuth tokens and client secrets',
    hints: ['AIza', 'ya29.', 'GOCSPX-'],
    finds: /(?<![A-Za-z0-9])(?:AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,})/g,
  },
  {
    reason: 'Stripe',
    hints: ['_live_', '_test_', 'whsec_'],
    finds: /(?<![A-Za-z0-9])(?:[srp]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,})/g,
  },
  {
    reason: 'OpenAI, Anthropic and the like; a name such as sk-my-long-deployment has no capitals and digits both',
    hints: ['sk-'],
    finds: /(?<![\w-])sk-(?=[\w-]{0,200}[A-Z])(?=[\w-]{0,200}\d)[\w-]{20,}/g,
  },
  { reason: 'npm', hints: ['npm_'], finds: /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,}/g },
  { reason: 'PyPI', hints: ['pypi-'], finds: /(?<![A-Za-z0-9])pypi-[\w-]{30,}/g },
  { reason: 'Docker Hub', hints: ['dckr_'], finds: /(?<![A-Za-z0-9])dckr_[a-z]{3}_[\w-]{20,}/g },
  { reason: 'HashiCorp Vault', hints: ['hvs.', 'hvb.', 'hvr.'], finds: /(?<![A-Za-z0-9])hv[sbr]\.[\w-]{20,}/g },
  { reason: 'HCP Terraform', hints: ['asv1.'], finds: /(?<![A-Za-z0-9])[A-Za-z0-9]{14}\.atlasv1\.[\w-]{40,}/g },
  { reason: 'DigitalOcean', hints: ['dop_v1_', 'doo_v1_'], finds: /(?<![A-Za-z0-9])do[op]_v1_[a-f0-9]{40,}/g },
  { reason: 'SendGrid', hints: ['SG.'], finds: /(?<![A-Za-z0-9])SG\.[\w-]{16,}\.[\w-]{16,}/g },
  { reason: 'Hugging Face', hints: ['hf_'], finds: /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,}/g },
  { reason: 'Atlassian', hints: ['TT3'], finds: /(?<![A-Za-z0-9])ATATT3[\w=-]{30,}/g },
  { reason: 'Linear', hints: ['n_api_'], finds: /(?<![A-Za-z0-9])lin_api_\w{20,}/g },
  { reason: 'Databricks', hints: ['dapi'], finds: /(?<![A-Za-z0-9])dapi[a-f0-9]{32}/g },
  { reason: 'age, and with it SOPS', hints: ['-KEY-1'], finds: /(?<![A-Za-z0-9])AGE-SECRET-KEY-1[A-Z0-9]{40,}/g },
  { reason: 'Shopify', hints: ['shpat_'], finds: /(?<![A-Za-z0-9])shpat_[a-f0-9]{32}/g },
  { reason: 'RubyGems', hints: ['rubygems_'], finds: /(?<![A-Za-z0-9])rubygems_[a-f0-9]{40,}/g },
  { reason: 'Grafana', hints: ['glsa_', 'glc_'], finds: /(?<![A-Za-z0-9])(?:glsa_\w{32,}|glc_[\w+/=]{32,})/g },
  { reason: 'Postman', hints: ['PMAK-'], finds: /(?<![A-Za-z0-9])PMAK-[a-f0-9-]{40,}/g },
  { reason: 'OpenShift OAuth', hints: ['sha256~'], finds: /(?<![A-Za-z0-9])sha256~[\w-]{43}/g },
  { reason: 'Tailscale', hints: ['tskey-'], finds: /(?<![A-Za-z0-9])tskey-[a-z]{1,20}-[\w-]{16,}/g },
  { reason: 'New Relic', hints: ['NRAK-'], finds: /(?<![A-Za-z0-9])NRAK-[A-Z0-9]{20,}/g },
];
