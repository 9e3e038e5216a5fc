// What does somebody see who waits for a benchmark? One line, rewritten; nothing where no terminal shows it but each new step.

export class ProgressLine {
  private last = '';

  constructor(private readonly out: NodeJS.WriteStream = process.stderr) {}

  say(text: string): void {
    if (this.out.isTTY) this.out.write(`\r\x1b[K${text}`);
    // Without a terminal a counter would fill the log: only what stands before it is told, once.
    else if (text.split(':')[0] !== this.last) this.out.write(`${text}\n`);
    this.last = text.split(':')[0] ?? '';
  }

  clear(): void {
    if (this.out.isTTY) this.out.write('\r\x1b[K');
    this.last = '';
  }
}
