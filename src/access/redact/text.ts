import { redactFields, redactString } from './objects.ts';

/**
 * Hides what is secret in free text: log lines, messages of plugins, output of commands. Give it whole texts rather than
 * single lines where there are some: a private key is recognised by its first line.
 */
export function redactText(text: string): string {
  return redactString(text);
}

/** Hides what is secret in an object that came from elsewhere than an API server, in place: a rendered manifest, a plan. */
export function redactObject<Value>(object: Value): Value {
  if (typeof object === 'object' && object !== null) redactFields({ object });
  return object;
}
