/** The number that a flag was given. @throws TypeError for what is none, or less than nothing */
export function amountOf(flag: string, text: string): number {
  const amount = Number(text);
  if (text.trim() === '' || !(amount >= 0)) throw new TypeError(`--${flag} is a number, not "${text}"`);
  return amount;
}
