// How is the whole interface described? OpenAPI 3.1, its bodies from the same classes that check them.
import { AnswerDemand, ReceiveDemand, RefuseDemand } from '../demands/demand-commands.js';
import {
  AcceptRestrictedLoss,
  LiftRestrictedHold,
  RecordRestrictedAnswer,
  RecordRestrictedDemand,
  RecordRestrictedHold,
  RecordRestrictedTransfer,
  SetRestrictedTerm,
} from '../restricted/restricted-commands.js';
import {
  ExportRestrictedDemands,
  FindRestricted,
  ListRestricted,
  ReadRestrictedDemands,
  ReadRestrictedDossier,
} from '../restricted/restricted-queries.js';
import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { AddKey } from './keys-controller.js';
import { AddLogKey } from '../sequencing/add-log-key.js';
import { CheckAction, SearchSubjects } from '../read/queries.js';
import { ChangeStatus, EndRepresentation, RecogniseRepresentative } from '../people/people-commands.js';
import {
  AppointOfficer,
  CloseEpoch,
  MergeSubjects,
  PublishPolicy,
  RegisterHolder,
  RegisterRecipient,
  StartRebuild,
  SuspendRecipient,
  UnlinkIdentifier,
  UnmergeSubjects,
} from '../write/commands.js';
import { AnswerTask, CloseTask, SetDestination, TellTask } from '../cascade/task-commands.js';
import { EraseSubject, LiftHold, PlaceHold } from '../write/erasure-commands.js';
import {
  AnswerRequest,
  DecideRecords,
  ExtendRequest,
  ReceiveRequest,
  RefuseRequest,
  ReportDelivery,
  ReportMisdirected,
  VerifyIdentity,
} from '../requests/request-commands.js';
import {
  ChangeScope,
  CloseIncident,
  DeclareIncident,
  NotifyAuthority,
  TellAffected,
} from '../incidents/incident-commands.js';
import { PreviewRadius } from '../incidents/incident-queries.js';
import { AssessFindings } from '../assessment/assessment-commands.js';
import { ConfirmTerm, PublishCalendar } from '../clocks/clock-commands.js';
import { TaskAnswer } from '../delivery/answers.js';
import { ResendTask } from '../delivery/delivery-commands.js';
import { MakeNotice, RecordNotice } from '../notices/notice-commands.js';
import { DecideRetention, DecideRetentionClass } from '../retention/retention-commands.js';
import { WithdrawConsent } from '../withdrawal/withdrawal-commands.js';
import { answerSchemas } from './answers/schemas.js';
import { batchEventsMax, batchType, structuredType } from './events/transport.js';
import { factForms, factTypes } from './facts/types.js';
import { type FormClass, type Schema, schemaName, schemasOf } from './form/schema.js';

const prefix = '#/components/schemas/';

const bodies: readonly FormClass[] = [
  AnswerRequest,
  DecideRecords,
  ExtendRequest,
  ReceiveRequest,
  RefuseRequest,
  ReportDelivery,
  ReportMisdirected,
  VerifyIdentity,
  AddKey,
  AnswerDemand,
  AcceptRestrictedLoss,
  ExportRestrictedDemands,
  FindRestricted,
  LiftRestrictedHold,
  ListRestricted,
  ReadRestrictedDemands,
  SetRestrictedTerm,
  ReadRestrictedDossier,
  ReceiveDemand,
  RecordRestrictedAnswer,
  RecordRestrictedDemand,
  RecordRestrictedHold,
  RecordRestrictedTransfer,
  RefuseDemand,
  AddLogKey,
  AnswerTask,
  AppointOfficer,
  AssessFindings,
  CheckAction,
  CloseEpoch,
  CloseTask,
  ConfirmTerm,
  ChangeStatus,
  CheckAction,
  CloseEpoch,
  CloseTask,
  EndRepresentation,
  EraseSubject,
  LiftHold,
  MergeSubjects,
  PlaceHold,
  PublishCalendar,
  PublishPolicy,
  RecogniseRepresentative,
  RegisterHolder,
  RegisterRecipient,
  SearchSubjects,
  SetDestination,
  StartRebuild,
  SuspendRecipient,
  TaskAnswer,
  TellTask,
  UnlinkIdentifier,
  UnmergeSubjects,
  MakeNotice,
  RecordNotice,
  DecideRetention,
  DecideRetentionClass,
  ResendTask,
  WithdrawConsent,
  ChangeScope,
  CloseIncident,
  DeclareIncident,
  NotifyAuthority,
  PreviewRadius,
  TellAffected,
];

const tags: readonly (readonly [string, string])[] = [
  ['clocks', 'By when a thing is due: terms of law, calendars of working days, and what a lawyer confirmed.'],
  ['commands', 'What staff wants done; may be refused, with a code.'],
  ['demands', 'What courts and state bodies demand, as far as the person may be told.'],
  ['restricted', 'What the law forbids to tell: under keys of one role alone.'],
  ['documents', 'Published schemas and the pages of problems.'],
  ['erasure', 'Holding data, destroying it, and what proves that it is destroyed.'],
  ['facts', 'What services tell: never refused because it breaks the policy.'],
  ['findings', 'What is true of a suspicion, and what is due because of it.'],
  ['withdrawals', 'What a withdrawal stops, what goes on, by which act and until when.'],
  ['retention', 'What must go, when and by whose word, and what is decided of it.'],
  ['notices', 'Telling people that their data was passed on, and proof that it was done.'],
  ['health', 'Is the service alive, ready, and how busy?'],
  ['epochs', 'When what was erased is final.'],
  ['incidents', 'Breaches: whom one concerns, by when which authority is told, and what is handed to it.'],
  ['keys', 'Who may do what.'],
  ['log', 'The transparency log: what anybody needs to check the ledger without trusting it.'],
  ['tasks', 'What others who have the data are told to do, and what they answer.'],
  [
    'requests',
    'What a person asks of the controller: taken in, identified, answered or refused within the term of law.',
  ],
  ['people', 'Who may act for a person, and whether she is a child, incapable, missing or dead.'],
  ['questions', 'What services, staff and auditors ask; every answer about a person is itself recorded.'],
];

/** The document of an application whose routes are known. */
export function describeApi(app: INestApplication, version: string): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Derbes')
    .setDescription(
      'A ledger of personal data: which data is held about whom, why, since when, who received it. Every error is a problem (RFC 9457).',
    )
    .setVersion(version)
    .setContact('Derbes', '', '')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This service.')
    .addSecurity('key', {
      type: 'http',
      scheme: 'bearer',
      description: 'A key of this ledger: `Authorization: Bearer derbes_<role>_…`.',
    });
  for (const [name, says] of tags) builder.addTag(name, says);
  const document = SwaggerModule.createDocument(app, builder.build(), { autoTagControllers: false });
  // The builder writes empty strings for what nobody gave.
  document.info.contact = { name: 'Derbes' };
  document.components = { ...document.components, schemas: componentSchemas() };
  const events = document.paths['/v1/events']?.post;
  if (events) events.requestBody = eventBodies;
  return document;
}

const eventBodies = {
  description: 'Binary mode sends `data` as application/json and the attributes as ce- headers.',
  required: true,
  content: {
    [structuredType]: { schema: { $ref: `${prefix}CloudEvent` } },
    [batchType]: { schema: { type: 'array', maxItems: batchEventsMax, items: { $ref: `${prefix}CloudEvent` } } },
    'application/json': { schema: { type: 'object' } },
  },
};

function componentSchemas(): Record<string, Schema> {
  const derived = schemasOf([...factTypes.map((type) => factForms[type]), ...bodies], prefix);
  return Object.fromEntries(
    [...derived, ['CloudEvent', cloudEventSchema()] as const, ...Object.entries(answerSchemas)].sort(([a], [b]) =>
      a < b ? -1 : 1,
    ),
  );
}

function cloudEventSchema(): Schema {
  const text = (description: string, more: object = {}) => ({ type: 'string', description, ...more });
  return {
    type: 'object',
    description: 'CloudEvents 1.0. `data` has the schema of its type; `subject` and extensions are refused.',
    required: ['specversion', 'id', 'source', 'type', 'time', 'data'],
    additionalProperties: false,
    properties: {
      specversion: text('Version of CloudEvents.', { const: '1.0' }),
      id: text('Visible ASCII, nothing personal; once per source for ever.', { minLength: 1, maxLength: 128 }),
      source: text('The source that the key is bound to.', { format: 'uri-reference', maxLength: 256 }),
      type: text('What happened.', { enum: factTypes }),
      time: text('When it happened.', { format: 'date-time' }),
      datacontenttype: text('JSON only.', { const: 'application/json' }),
      dataschema: text('May name /v1/schemas/<type> alone.', { format: 'uri-reference' }),
      data: { anyOf: factTypes.map((type) => ({ $ref: `${prefix}${schemaName(factForms[type])}` })) },
    },
  };
}
