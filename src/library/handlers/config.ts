import { configMapSteps, generated, rotateSteps, secretSteps, secretValues } from '../../operations/change/index.ts';
import { UsageError } from '../../platform/index.ts';
import type { CallOptions, ListOptions } from '../place.ts';
import { KindHandler, type ClientParts, type Spot, type WriteCallOptions, type Written } from './kind-handler.ts';
import type { ConfigMap, Secret } from './objects.ts';

/** What a Secret is to hold. */
export interface SecretContents {
  /** Texts by key. */
  readonly values?: Readonly<Record<string, string>> | undefined;
  /**
   * What to make, so that no value passes through the program: keys with a form and a size, by comma.
   * @example 'password,token:hex:16,signing:rsa'
   */
  readonly generate?: string | undefined;
}

/** ConfigMaps, changed key by key. */
class ConfigMaps extends KindHandler<ConfigMap> {
  set(name: string, keys: Readonly<Record<string, string | null>>, options: WriteCallOptions): Promise<Written<ConfigMap>> {
    const entries = Object.entries(keys);
    const set = Object.fromEntries(entries.filter(([, value]) => value !== null));
    const remove = entries.flatMap(([key, value]) => (value === null ? key : [])).join(',');
    return this.write(options, ({ connection, namespace }) => configMapSteps(connection, { name, namespace, set, remove }));
  }
}

/** Secrets, whose values stand in no plan and no answer. */
class Secrets extends KindHandler<Secret> {
  make(name: string, contents: SecretContents & { readonly type?: string | undefined }, options: WriteCallOptions) {
    return this.write(options, (spot) => secretSteps(spot.connection, question(name, contents, spot)));
  }

  rotate(name: string, contents: SecretContents, options: WriteCallOptions): Promise<Written<Secret>> {
    return this.write(options, (spot) => rotateSteps(spot.connection, question(name, contents, spot)));
  }

  async values(name: string, options: CallOptions): Promise<Readonly<Record<string, string>>> {
    const reveal = this.parts.reveal();
    const { connection, namespace } = await this.spot(options);
    return secretValues(connection.during({ ...connection.call, reveal }), { name, namespace });
  }
}

/** ConfigMaps and Secrets. */
export class ConfigHandler {
  readonly #configMaps: ConfigMaps;
  readonly #secrets: Secrets;

  /** @internal */
  constructor(parts: ClientParts) {
    this.#configMaps = new ConfigMaps(parts, 'v1/ConfigMap');
    this.#secrets = new Secrets(parts, 'v1/Secret');
  }

  listConfigMaps(options: ListOptions = {}): AsyncGenerator<ConfigMap, void, undefined> {
    return this.#configMaps.list(options);
  }

  /** @throws KubernetesError (`not-found`) */
  async getConfigMap(name: string, options: CallOptions = {}): Promise<ConfigMap> {
    return this.#configMaps.get(name, options);
  }

  /** @throws PlanError (`conflict`) when the name is taken */
  async createConfigMap(
    name: string,
    data: Readonly<Record<string, string>>,
    options: WriteCallOptions = {},
  ): Promise<Written<ConfigMap>> {
    return this.#configMaps.create({ metadata: { name }, data }, options);
  }

  /** Sets keys, and takes those away that are null; a ConfigMap that is not there is created. Others stay. */
  async setConfigMap(
    name: string,
    keys: Readonly<Record<string, string | null>>,
    options: WriteCallOptions = {},
  ): Promise<Written<ConfigMap>> {
    return this.#configMaps.set(name, keys, options);
  }

  async deleteConfigMap(name: string, options: WriteCallOptions = {}): Promise<Written<ConfigMap>> {
    return this.#configMaps.delete(name, options);
  }

  /** Their values are hidden without the permission `secrets`. */
  listSecrets(options: ListOptions = {}): AsyncGenerator<Secret, void, undefined> {
    return this.#secrets.list(options);
  }

  /**
   * The values of a Secret by key, decoded; what is no text stays in base64.
   * @throws UsageError (`policy`) without the permission `secrets`, KubernetesError (`not-found`)
   */
  async getSecret(name: string, options: CallOptions = {}): Promise<Readonly<Record<string, string>>> {
    return this.#secrets.values(name, options);
  }

  /**
   * Creates a Secret of values that are given, made, or both.
   * @param contents.type @default Opaque
   * @throws PlanError (`conflict`) when the name is taken, UsageError for a form that there is not
   */
  async createSecret(
    name: string,
    contents: SecretContents & { readonly type?: string | undefined },
    options: WriteCallOptions = {},
  ): Promise<Written<Secret>> {
    return this.#secrets.make(name, contents, options);
  }

  /** Gives keys of a Secret new values. @throws UsageError (`unknown-key`) for keys that it does not have */
  async rotateSecret(name: string, contents: SecretContents, options: WriteCallOptions = {}): Promise<Written<Secret>> {
    return this.#secrets.rotate(name, contents, options);
  }

  /** An undo of it needs a key for the journal: `journal.key`. */
  async deleteSecret(name: string, options: WriteCallOptions = {}): Promise<Written<Secret>> {
    return this.#secrets.delete(name, options);
  }

  /**
   * A password of letters and digits, without those that people take for each other.
   * @param length 12 to 256. @default 32, which is more than 180 bits
   * @throws UsageError
   */
  generatePassword(length = 32): string {
    if (!Number.isInteger(length)) {
      throw new UsageError(`The length of a password is a whole number, not ${length}.`, {
        code: 'invalid-argument',
        field: 'length',
      });
    }
    return generated(`password:password:${length}`)['password'] ?? '';
  }
}

function question(
  name: string,
  { values, generate, ...rest }: SecretContents & { readonly type?: string | undefined },
  spot: Spot,
) {
  return { ...rest, name, namespace: spot.namespace, set: values, generate };
}
