/**
 * `@peculiar/x509` asks for a polyfill of metadata reflection when it is loaded, and uses nothing of it but its presence.
 * Must be imported before it.
 */
const none = (): undefined => undefined;

Object.assign(Reflect, { getMetadata: none, getOwnMetadata: none, defineMetadata: none });
