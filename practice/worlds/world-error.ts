/** A world that cannot be used: which one, where in it, and what would be right. */
export class WorldError extends Error {
  override readonly name = 'WorldError';
}
