/** An object on its way in: any of its fields; the server fills in the others. */
export type Draft<T> = T extends readonly (infer Entry)[]
  ? readonly Draft<Entry>[]
  : T extends object
    ? { readonly [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;
