/** In which an object can be sent. */
export const OBJECTS: readonly string[] = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
