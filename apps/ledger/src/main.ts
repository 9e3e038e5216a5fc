// `npm start`: brings the service up, says where it is, and goes down on SIGTERM or SIGINT when all is durable.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { firstSteps } from './demo/first-steps.js';
import { playDemo } from './demo/play.js';
import { JsonLogger } from './logger.js';
import { startService, type Service } from './service.js';
import { readSettings, WrongSettings, type Settings } from './settings.js';
import { tellKeys, tellTrouble } from './announce.js';

const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

async function main(): Promise<void> {
  const demo = process.argv.includes('--demo');
  const settings = readSettings(process.env);
  // A person watches the demo: requests are not logged line by line between what it prints.
  const logger = new JsonLogger(demo && !process.env['LOG_LEVEL'] ? 'warn' : settings.logLevel);
  const service = await startService(settings, logger, version);
  goDownOn(service, logger);
  tellKeys(service.firstKeys);
  await greet(service, settings, demo);
}

async function greet({ url, firstKeys }: Service, { dataDir, role }: Settings, demo: boolean): Promise<void> {
  const log = (line: string) => process.stdout.write(`${line}\n`);
  if (role === 'worker') return void log(`Derbes works; how it is stands at ${url}/health/ready`);
  if (demo) return void (await playDemo({ url, keys: firstKeys, dataDir, log }));
  log(`Derbes answers at ${url}; its description stands at ${url}/docs`);
  const emitter = firstKeys.find(({ role }) => role === 'emitter');
  if (emitter) log(`\n${firstSteps(url, emitter.key, emitter.source)}`);
}

function goDownOn(service: Service, logger: JsonLogger): void {
  let going = false;
  const goDown = (signal: string): void => {
    if (going) return;
    going = true;
    logger.log(`going down on ${signal}`, 'service');
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.failed(error, { doing: 'going-down' });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', goDown);
  process.on('SIGINT', goDown);
}

/** A client that never got an answer may hold a connection open; a start that failed ends all the same. */
const lingerMsMax = 1_000;

main().catch((error: unknown) => {
  if (error instanceof WrongSettings) process.stderr.write(`${error.message}\n`);
  else tellTrouble(error);
  process.exitCode = 1;
  setTimeout(() => process.exit(), lingerMsMax).unref();
});
