// Is this segment of a path a thing that could exist? If not there is nothing here; what was sent is not repeated.
import { codeCharsMax, codePattern } from '@derbes/domain';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { registers } from '../read/queries.js';
import { uuidPattern } from './form/field.js';
import { nearest } from './form/nearest.js';
import { Problem } from './problem/problem.js';

const code = new RegExp(codePattern);
const sha256 = /^[0-9a-f]{64}$/;

@Injectable()
export class UuidInPath implements PipeTransform<string, string> {
  transform(segment: string): string {
    if (uuidPattern.test(segment)) return segment;
    throw new Problem('NOT_FOUND', 'an id is a UUID in lower case');
  }
}

@Injectable()
export class CodeInPath implements PipeTransform<string, string> {
  transform(segment: string): string {
    if (segment.length <= codeCharsMax && code.test(segment)) return segment;
    throw new Problem('NOT_FOUND', 'this is no code');
  }
}

@Injectable()
export class Sha256InPath implements PipeTransform<string, string> {
  transform(segment: string): string {
    if (sha256.test(segment)) return segment;
    throw new Problem('NOT_FOUND', 'a document is named by its SHA-256 in lower-case hex');
  }
}

@Injectable()
export class RegisterInPath implements PipeTransform<string, string> {
  transform(segment: string): string {
    if ((registers as readonly string[]).includes(segment)) return segment;
    const near = nearest(segment, registers);
    throw new Problem(
      'NOT_FOUND',
      `there is no such register${near ? `; did you mean ${near}?` : `: ${registers.join(', ')}`}`,
    );
  }
}
