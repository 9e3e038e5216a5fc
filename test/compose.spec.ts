// Does docker-compose.yml name only what there is: settings that the service reads, secrets and volumes that are declared, programs that the image has?
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

interface Service {
  readonly build?: string;
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes: readonly string[];
  readonly command?: readonly string[];
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly deploy: { readonly resources: { readonly limits: object } };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly test: readonly string[] };
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
  readonly secrets: object;
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const ledgers = services.filter(([, { environment }]) => environment?.['ROLE'] !== undefined);

describe('docker-compose.yml', () => {
  it('starts two http processes and a worker beside PostgreSQL and KurrentDB', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['http', 'kurrentdb', 'postgres', 'witness', 'worker']);
    expect(compose.services['http']?.deploy).toMatchObject({ replicas: 2 });
    expect(ledgers.map(([, { environment }]) => environment?.['ROLE'])).toEqual(['http', 'worker']);
  });

  it.each(services)('%s is held in: nothing writable but what it needs, no rights, limits', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service.deploy.resources.limits).toMatchObject({
      cpus: expect.any(String),
      memory: expect.any(String),
      pids: expect.any(Number),
    });
  });

  it.each(services)('%s uses volumes and secrets that are declared, and an image of one version', (_, service) => {
    const named = service.volumes.map((volume) => volume.split(':')[0]);
    expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
    expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining([...(service.secrets ?? [])]));
    const files = Object.values(service.environment ?? {}).filter((value) => value.startsWith('/run/secrets/'));
    expect(service.secrets ?? []).toEqual(
      expect.arrayContaining(files.map((file) => file.slice('/run/secrets/'.length))),
    );
    if (service.build === undefined) expect(service.image).toMatch(/:\d+\.\d+/);
  });

  it.each(services)('%s waits for what it needs to be healthy, and says itself when it is', (_, service) => {
    for (const { condition } of Object.values(service.depends_on ?? {})) expect(condition).toBe('service_healthy');
    expect(service.healthcheck.test[0]).toBe('CMD');
  });

  it('sets nothing that the service does not read', () => {
    const settings = read('apps/ledger/src/settings.ts') + read('apps/ledger/src/settings-files.ts');
    for (const [, { environment }] of ledgers) {
      for (const name of Object.keys(environment ?? {})) expect(settings).toContain(`'${name.replace(/_FILE$/, '')}'`);
    }
  });

  it('asks for health by a program that the image has, and shares its keep with no backup of the data', () => {
    const copied = read('Dockerfile');
    for (const [, { healthcheck, volumes }] of ledgers) {
      expect(copied).toContain(healthcheck.test.at(-1));
      expect(new Set(volumes.map((volume) => volume.split(':')[0])).size).toBe(2);
    }
  });

  it('has a witness that starts only when asked for, with a folder of its own and nothing of the ledger', () => {
    const { witness } = compose.services;
    expect(witness).toMatchObject({
      profiles: ['witness'],
      volumes: ['witness:/var/lib/derbes-witness'],
      user: 'node',
    });
    expect(witness?.command?.slice(0, 4)).toEqual(['node', 'dist/verify.mjs', 'witness', 'serve']);
    expect(witness?.command?.[4]).toMatch(/^\/var\/lib\/derbes-witness\//);
    expect(read('Dockerfile')).toContain('/var/lib/derbes-witness');
    for (const [name, { depends_on: needed }] of services) expect([name, needed ?? {}]).not.toHaveProperty('1.witness');
  });
});
