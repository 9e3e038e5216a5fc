// A mail server for specs: enough of SMTP (RFC 5321) to take a message from any client, on a port of its own.
import { createServer, type Server, type Socket } from 'node:net';
import { type AddressInfo } from 'node:net';

const mailBytesMax = 1_000_000;

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body as they came, dots unstuffed. */
  readonly text: string;
}

export class MailServer {
  readonly taken: Mail[] = [];
  /** While set, every sender is told to come again (451). */
  busy = false;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async listen(): Promise<MailServer> {
    const server = createServer();
    const mails = new MailServer(server);
    server.on('connection', (socket) => mails.speak(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return mails;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private speak(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let pending = '';
    let data: string | undefined;
    let envelope: { from: string; to: string[] } = { from: '', to: [] };
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const line = (text: string): void => {
      if (data !== undefined) {
        if (text !== '.') {
          data += `${text.startsWith('.') ? text.slice(1) : text}\r\n`;
          if (data.length > mailBytesMax) socket.destroy();
          return;
        }
        this.taken.push({ ...envelope, text: data });
        data = undefined;
        return say('250 taken');
      }
      const [verb = ''] = text.toUpperCase().split(' ');
      if (verb === 'EHLO' || verb === 'HELO') return say('250 spec');
      if (verb === 'MAIL') {
        envelope = { from: addressIn(text), to: [] };
        return say(this.busy ? '451 come again' : '250 ok');
      }
      if (verb === 'RCPT') {
        envelope.to.push(addressIn(text));
        return say('250 ok');
      }
      if (verb === 'DATA') {
        data = '';
        return say('354 go on');
      }
      if (verb === 'QUIT') {
        say('221 bye');
        return void socket.end();
      }
      say(verb === 'RSET' || verb === 'NOOP' ? '250 ok' : '502 not here');
    };
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      const lines = pending.split('\r\n');
      pending = lines.pop() ?? '';
      lines.forEach(line);
    });
    say('220 spec');
  }
}

const addressIn = (text: string): string => /<([^>]*)>/.exec(text)?.[1] ?? '';
