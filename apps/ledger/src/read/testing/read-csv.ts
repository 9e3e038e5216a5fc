// What does a strict reader find in a text of CSV?

/** RFC 4180, by its grammar alone: a quote closes a field only before a comma or CRLF, and nothing else may stand around it. */
export function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (at >= text.length) throw new Error('a quoted field does not end');
        if (text[at] !== '"') field += text[at] ?? '';
        else if (text[at + 1] === '"') field += text[at++] ?? '';
        else break;
      }
      at++;
    } else {
      for (; at < text.length && !/[,\r\n"]/.test(text[at] ?? ''); at++) field += text[at] ?? '';
    }
    fields.push(field);
    if (text[at] === ',') at++;
    else if (text.startsWith('\r\n', at)) {
      at += 2;
      records.push(fields);
      fields = [];
    } else throw new Error(`neither a comma nor the end of a line at ${at}`);
  }
  return records;
}
