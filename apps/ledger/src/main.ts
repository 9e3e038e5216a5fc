// `npm start`: brings the service up, says where it is, and goes down on SIGTERM or SIGINT when all is durable.
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { JsonLogger } from './logger.js';
import { startService, type Service } from './service.js';
import { readSettings, WrongSettings } from './settings.js';
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
  process.stdout.write(`Derbes answers at ${service.url}; its description stands at ${service.url}/docs\n`);
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

main().catch((error: unknown) => {
  if (error instanceof WrongSettings) process.stderr.write(`${error.message}\n`);
  else tellTrouble(error);
  process.exitCode = 1;
});
