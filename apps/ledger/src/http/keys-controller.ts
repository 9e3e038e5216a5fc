// How does an admin make, list and revoke keys?
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiKeys, type ListedKey, type NewKey } from '../keys/api-keys.js';
import { roles } from '../keys/key.js';
import { type Role } from '../write/received.js';
import { Roles } from './access.js';
import { Code, OneOf, Optional, Pattern, sourceCharsMax, sourcePattern } from './form/field.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { Problem } from './problem/problem.js';

export class AddKey {
  @OneOf(roles) role: Role;
  /** Of an emitter: the source it may tell facts of. */
  @Optional() @Pattern(sourcePattern, sourceCharsMax, 'a URI-reference of at most 256 characters') source?: string;
  /** Of a holder or recipient: the code that it is registered under. */
  @Optional() @Code() code?: string;
}

@ApiTags('keys')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Post()
  @HttpCode(201)
  @Roles('admin')
  @Operation({
    id: 'addKey',
    summary: 'Make a key',
    says: 'The key is told in this answer and never again; a hash of it is kept.',
    status: 201,
    answers: 'The id and the key.',
    schema: 'NewKey',
  })
  add(@Body() { role, source, code }: AddKey): Promise<NewKey> {
    return this.keys.add(role, { ...(source !== undefined && { source }), ...(code !== undefined && { code }) });
  }

  @Get()
  @Roles('admin')
  @Operation({
    id: 'listKeys',
    summary: 'Which keys there are',
    says: 'Without the keys themselves, the revoked ones too.',
    answers: 'The keys, the newest last.',
    schema: 'Keys',
  })
  async list(): Promise<{ readonly keys: readonly ListedKey[] }> {
    return { keys: await this.keys.list() };
  }

  @Delete(':id')
  @Roles('admin')
  @Operation({
    id: 'revokeKey',
    summary: 'Revoke a key',
    says: 'For ever, at once in this process and within seconds in others.',
    answers: 'The revoked key.',
    schema: 'ListedKey',
    path: { id: 'Id of the key.' },
  })
  async revoke(@Param('id', UuidInPath) id: string): Promise<ListedKey> {
    const revoked = await this.keys.revoke(id);
    if (!revoked) throw new Problem('NOT_FOUND', 'there is no such key');
    return revoked;
  }
}
