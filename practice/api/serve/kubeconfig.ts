import type { KeyPair } from './authority.ts';

/** How a user of a kubeconfig logs in. */
export type Login = KeyPair | { readonly token: string };

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A kubeconfig of one context. @param name of the context, the cluster and the user */
export function kubeconfigText(
  name: string,
  { server, ca }: { readonly server: string; readonly ca: string },
  login: Login,
): string {
  const user =
    'token' in login
      ? `token: ${login.token}`
      : `client-certificate-data: ${base64(login.cert)}\n      client-key-data: ${base64(login.key)}`;
  return `apiVersion: v1
kind: Config
clusters:
  - name: ${name}
    cluster:
      server: ${server}
      certificate-authority-data: ${base64(ca)}
users:
  - name: ${name}
    user:
      ${user}
contexts:
  - name: ${name}
    context:
      cluster: ${name}
      user: ${name}
current-context: ${name}
`;
}
