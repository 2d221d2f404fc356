// Prints the document of a benchmark, as JSON or as a table for people.
export function printReport(report, json) {
  if (json) {
    console.log(JSON.stringify(report, undefined, 2));
    return;
  }
  const peers = [...new Set(report.rows.flatMap((row) => Object.keys(row.peers)))];
  const header = [
    "",
    "platewright ms",
    ...peers.map((peer) => `${peer} ms`),
    ...peers.map((peer) => `÷ ${peer}`),
  ];
  header.push("agree");
  const rows = report.rows.map((row) => [
    row.name,
    round(row.ms),
    ...peers.map((peer) => round(row.peers[peer])),
    ...peers.map((peer) => row.ratio[peer]?.toFixed(3) ?? "-"),
    row.agree === null ? "-" : row.agree ? "yes" : "NO",
  ]);
  printTable([header, ...rows]);
  for (const row of report.rows) {
    if (row.peakBytes === undefined) continue;
    const others = Object.entries(row.peerPeakBytes ?? {}).map(
      ([peer, bytes]) => `${peer} ${megabytes(bytes)} (÷ ${(row.peakBytes / bytes).toFixed(2)})`,
    );
    console.log(`\nPeak memory: ${[`platewright ${megabytes(row.peakBytes)}`, ...others].join(", ")}`);
    const times = Object.entries(row.peerCpuMs).map(
      ([peer, ms]) => `${peer} ${round(ms)} ms (÷ ${(row.cpuMs / ms).toFixed(3)})`,
    );
    console.log(
      `Processor time, all threads: ${[`platewright ${round(row.cpuMs)} ms`, ...times].join(", ")}`,
    );
  }
  for (const row of report.rows) for (const line of row.differences ?? []) console.log(line);
  for (const line of report.notes ?? []) console.log(line);
  console.log(
    `\n${Object.entries(report.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(" · ")}`,
  );
  if (report.absent.length > 0) console.log(`Not installed here: ${report.absent.join(", ")}`);
}

function printTable(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
    console.log(cells.join("  "));
  }
}

function round(ms) {
  if (ms === undefined) return "-";
  return ms >= 100 ? ms.toFixed(0) : ms.toFixed(2);
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
