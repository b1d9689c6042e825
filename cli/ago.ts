const UNITS: [string, number][] = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

/** How long ago something was, in one unit. */
export function ago(time: Date, now = Date.now()): string {
  const seconds = Math.floor((now - time.getTime()) / 1000);
  const unit = UNITS.find(([, size]) => seconds >= size);
  if (unit === undefined) return "now";
  const count = Math.floor(seconds / unit[1]);
  return `${count} ${unit[0]}${count === 1 ? "" : "s"} ago`;
}
