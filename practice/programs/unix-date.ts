/** A moment as `date` writes it: `Fri Nov 20 12:00:00 UTC 2026`. @param at milliseconds since the epoch */
export function unixDate(at: number): string {
  const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString()) ?? [];
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} UTC ${year}`;
}
