// Which sealed values belong to an export? Those of the living in its events, page by page; who took them is written down.
import { subjectOfStream } from '@derbes/domain';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { Readers } from '../read/readers.js';
import { type BlobsPage, ReadBlobs } from './queries.js';

/** Values of a page: 64 KiB each at most, and their people are named by one event. */
export const pageBlobsMax = 100;

interface Row {
  readonly event: string;
  readonly p: string;
  readonly owner: string;
  readonly blob: Buffer;
}

@QueryHandler(ReadBlobs)
export class ReadBlobsHandler implements IQueryHandler<ReadBlobs> {
  constructor(
    private readonly app: Pool,
    private readonly readers: Readers,
  ) {}

  execute({ asked, size, after }: ReadBlobs): Promise<BlobsPage> {
    const filter = { size: String(size) };
    return this.readers.seam.ask({ question: 'blobs', asked, filter }, async (touches) => {
      const rows = await this.page(size, after);
      const page = rows.slice(0, pageBlobsMax);
      touches(page.flatMap(({ owner }) => (owner.startsWith('subject-') ? [subjectOfStream(owner)] : [])));
      const last = page.at(-1);
      return {
        items: page.map(({ event, p, blob }) => ({ event, p, blob: blob.toString('base64') })),
        ...(rows.length > pageBlobsMax && last && { next: `${last.event}.${last.p}` }),
      };
    });
  }

  /** One more than a page, by which is known that another follows. What is erased, or about to be, has no blob to be given out. */
  private async page(size: number, after = '00000000-0000-0000-0000-000000000000.'): Promise<readonly Row[]> {
    const [event, p] = after.split('.', 2);
    const { rows } = await this.app.query<Row>({
      name: 'log-blobs',
      text: `select t.event, t.p, t.owner, t.blob
        from part t join key_owner o on o.owner = t.owner and o.state = 'live' join log_leaf l on l.id = t.event and l.index < $1
        where (t.event, t.p) > ($2::uuid, $3::text)
        order by t.event, t.p limit ${pageBlobsMax + 1}`,
      values: [size, event, p],
    });
    return rows;
  }
}
