// For a container's health check: exit 0 when the service on this machine's PORT is ready, 1 with the reason when it is not.
const answerMsMax = 3_000;
const url = `http://127.0.0.1:${process.env['PORT'] || '8080'}/health/ready`;

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(answerMsMax) });
  if (!answer.ok) {
    process.stderr.write(`${answer.status} ${(await answer.json()).detail ?? ''}\n`);
    process.exitCode = 1;
  }
} catch {
  process.stderr.write('nothing answers\n');
  process.exitCode = 1;
}
