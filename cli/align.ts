/** Lines of cells as text in columns. A line of one cell goes across all of them. */
export function alignColumns(lines: string[][]): string[] {
  const tabular = lines.filter((line) => line.length > 1);
  const widths = (tabular[0] ?? []).map((_, column) => Math.max(...tabular.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((text, column) => (line.length === 1 ? text : text.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
