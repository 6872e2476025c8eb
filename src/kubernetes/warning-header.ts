/** `299 - "text"`, with a date behind it or not; several by comma. */
const WARNING = /(\d{3}) \S+ "((?:[^"\\]|\\.)*)"(?: "[^"]*")?/g;

/** What a server of Kubernetes has to say beside its answer. Other codes are of caches and proxies on the way. */
const OF_KUBERNETES = '299';

/**
 * The texts of a `Warning` header: of a deprecated API, of fields that are given twice, of policies that only warn. Text
 * from outside.
 * Source: https://www.rfc-editor.org/rfc/rfc7234#section-5.5,
 * https://kubernetes.io/blog/2020/09/03/warnings/
 */
export function warningTexts(header: string | readonly string[] | undefined): readonly string[] {
  const values = typeof header === 'string' ? [header] : (header ?? []);
  const found = values.flatMap((value) =>
    [...value.matchAll(WARNING)].flatMap(([, code, text = '']) =>
      code === OF_KUBERNETES ? text.replaceAll(/\\(.)/g, '$1') : [],
    ),
  );
  return [...new Set(found)].filter((text) => text !== '');
}
