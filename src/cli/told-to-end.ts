/** Ends with the next signal that asks this process to end; whoever is to be told must listen before it says that it is there. */
export function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
