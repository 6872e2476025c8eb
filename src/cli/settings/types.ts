/** What a setting is called and where it stands in lists. */
interface Named {
  /** The flag, without the dashes. */
  readonly flag: string;
  /** One letter that stands for it: `-n`. */
  readonly short?: string;
  readonly env: string;
  /** The key in fairlead.yaml; dots lead into mappings. Missing for what cannot stand there. */
  readonly key?: string;
  readonly help: string;
  readonly group: SettingGroup;
  /** What holds when nobody says anything, in words. */
  readonly default?: string;
}

export type SettingGroup =
  | 'Clusters'
  | 'What may be done'
  | 'Answers and records'
  | 'HTTP (fairlead serve)'
  | 'Inventory (not built yet)';

/** How the value of a setting is written, and which ones there are. */
type Typed =
  | { readonly type: 'switch' }
  | {
      readonly type: 'text';
      readonly value: string;
      /** A file, or several as in KUBECONFIG: relative ones in fairlead.yaml are found from there. */
      readonly path?: 'one' | 'several';
      readonly form?: { readonly pattern: RegExp; readonly say: string };
    }
  /** By comma on the command line, a list in the file. */
  | { readonly type: 'list'; readonly value: string; readonly items?: readonly string[] }
  | { readonly type: 'choice'; readonly value: string; readonly choices: readonly string[] }
  | { readonly type: 'duration'; readonly value: string }
  | {
      readonly type: 'number';
      readonly value: string;
      readonly whole?: boolean;
      readonly above?: number;
      readonly least?: number;
      readonly most: number;
    };

export type Setting = Named & Typed;
