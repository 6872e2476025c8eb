import { field, text, wide, type Column } from './column.ts';
import { orNone, selectorText, type LabelSelector } from './text.ts';

/** What pods are made from, as far as tables show it. */
export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly containers?: readonly { readonly name: string; readonly image?: string }[];
    readonly nodeSelector?: Readonly<Record<string, string>>;
  };
}

/** What makes pods from a template. */
export interface Templated {
  readonly spec?: { readonly template?: PodTemplate };
}

/** What finds its pods by a selector. */
export interface Selecting {
  readonly spec?: { readonly selector?: LabelSelector };
}

/** @param templateOf where a kind keeps its template */
export const templateColumns = <View>(templateOf: (view: View) => PodTemplate | undefined): readonly Column<View>[] => [
  text('Containers', 'Names of each container in the template.', (view) =>
    (templateOf(view)?.spec?.containers ?? []).map(({ name }) => name).join(','),
  ),
  text('Images', 'Images referenced by each container in the template.', (view) =>
    (templateOf(view)?.spec?.containers ?? []).map(({ image = '' }) => image).join(','),
  ),
];

/** @param path the field that describes the column */
export const selectorColumn = <View>(path: string, selectorOf: (view: View) => LabelSelector | undefined): Column<View> =>
  wide(text('Selector', field(path), (view) => orNone(selectorText(selectorOf(view)))));

export const TEMPLATE = templateColumns<Templated>(({ spec }) => spec?.template).map(wide);
